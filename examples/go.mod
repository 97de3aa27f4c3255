module github.com/inflight-mq/inflight/examples

go 1.26

require github.com/inflight-mq/inflight v0.0.0

replace github.com/inflight-mq/inflight => ../
