// Package sns is Amazon SNS in memory: topics that hand every message to many subscriptions, with filters, retries, FIFO order and
// all the rules around them.
package sns
