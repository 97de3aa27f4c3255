package inflight

import (
	"net/http"
	"strings"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/sns"
)

// newRouter tells the requests for one service from those for another.
func newRouter(sqs, sns, kinesis http.Handler) awswire.Router {
	queues, topics, streams := awswire.Behind(sqs), awswire.Behind(sns), awswire.Behind(kinesis)
	return func(req *awswire.Request) awswire.Service {
		switch {
		case isForStreams(req):
			return streams
		case isForTopics(req):
			return topics
		}
		return queues
	}
}

// isForStreams reports whether a request is for Kinesis.
func isForStreams(req *awswire.Request) bool {
	switch req.Credential.Service {
	case "kinesis":
		return true
	case "sqs", "sns":
		return false
	}
	return strings.HasPrefix(req.Target, "Kinesis_")
}

// isForTopics reports whether a request is for SNS and not for SQS. A request that is not read, or could not be, has no form.
func isForTopics(req *awswire.Request) bool {
	switch req.Credential.Service {
	case "sns":
		return true
	case "sqs":
		return false
	}
	if req.Protocol != awswire.Query { // the only one that SNS speaks
		return strings.HasPrefix(req.Target, "AmazonSNS")
	}
	switch req.Form.Get("Version") {
	case "2010-03-31":
		return true
	case "2012-11-05":
		return false
	}
	return strings.HasSuffix(req.URL.Path, ".pem") && req.Operation == "" || isTopicAction(req.Operation, req.Form.Has("TopicArn"))
}

// isTopicAction reports whether an operation is one of SNS. Both services have a few, which name what they are about.
func isTopicAction(name string, hasTopic bool) bool {
	if name == sns.OpAddPermission.String() || name == sns.OpRemovePermission.String() {
		return hasTopic
	}
	for op := sns.OpAddPermission; op <= sns.OpVerifySMSSandboxPhoneNumber; op++ {
		if op.String() == name {
			return true
		}
	}
	return false
}
