// Package kit is what the brokers of all services share and no core needs: interceptors, recordings, choosers that are safe to
// ask, and generators of ids.
package kit
