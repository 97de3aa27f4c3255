// Package awswire is what the wire packages of the services share: it reads requests of the AWS JSON and Query protocols, knows
// who signed them, and writes answers and errors. It knows no service.
package awswire
