// Package suite is what the test packages of all services share: the course of a conformance case, and choosers that are drawn or
// written down.
package suite
