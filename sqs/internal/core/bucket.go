package core

import "github.com/inflight-mq/inflight/internal/bucket"

// Bucket is the token bucket that the calls of a queue are counted with.
type Bucket = bucket.Bucket
