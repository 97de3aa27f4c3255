// Package kinesis is Amazon Kinesis Data Streams in memory.
package kinesis
