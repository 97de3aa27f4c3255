package sqshttp

import (
	"net/http"
	"strings"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/sqs"
)

const typeJSON = "application/x-amz-json-1.0"

// dialect is the service's XML.
func dialect() awswire.Dialect {
	return awswire.Dialect{
		Prologue: `<?xml version="1.0"?>`, Namespace: "http://queue.amazonaws.com/doc/2012-11-05/", Detail: "<Detail/>",
	}
}

// server answers requests for a broker.
type server struct {
	b    *sqs.Broker
	keys *awswire.Keys // nil: signatures are not verified
}

// Do carries out a request.
func (s *server) Do(req *awswire.Request, id string) (*awswire.Answer, error) {
	do := operation(req.Operation)
	if do == nil || !s.accepts(req) {
		return nil, awswire.ErrUnknown
	}
	ctx, err := s.keys.Identify(req)
	if err != nil {
		return nil, err
	}
	c := &call{
		ctx: ctx, b: s.b, req: req, trace: req.Header.Get("X-Amzn-Trace-Id"),
		out: awswire.NewOut(req.Protocol == awswire.Query && !req.WantsJSON),
	}
	if req.Protocol == awswire.JSON {
		c.p, err = parseJSON(req.Body)
	} else {
		c.p, err = parseForm(req.Operation, req.Form)
	}
	if err != nil {
		return nil, err
	}
	c.open(req)
	if err := do(c); err != nil {
		return nil, err
	}
	c.close(req, id)
	kind := typeJSON
	if req.Protocol == awswire.Query {
		kind = awswire.TypeXML
		if req.WantsJSON {
			kind = "application/json"
		}
	}
	return &awswire.Answer{Status: http.StatusOK, Type: kind, Body: c.out.Bytes()}, nil
}

// base returns what the URLs of queues begin with, so that clients which send requests there come back: scheme and host that
// the request was sent to, or nothing for the service's own hosts.
func base(req *awswire.Request) string {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	name, _, _ := strings.Cut(host, ":")
	if name == "" || strings.HasSuffix(name, ".amazonaws.com") || strings.HasSuffix(name, ".amazonaws.com.cn") {
		return ""
	}
	if req.TLS != nil || req.URL.Scheme == "https" {
		return "https://" + host
	}
	return "http://" + host
}

// accepts reports whether the operation may be asked for by this method and where the request was sent.
func (s *server) accepts(req *awswire.Request) bool {
	post := req.Method == http.MethodPost
	switch req.Protocol {
	case awswire.JSON:
		return post && req.Target == "AmazonSQS"
	case awswire.CBOR: // which the service does not speak
		return false
	}
	if !post && req.Method != http.MethodGet && req.Method != "" { // a client's empty method means GET
		return false
	}
	return strings.Trim(req.URL.Path, "/") == "" || req.Operation != "CreateQueue" && req.Operation != "ListQueues"
}

// silent reports whether an operation has no result, not even an empty one.
func silent(operation string) bool {
	switch operation {
	case "AddPermission", "ChangeMessageVisibility", "DeleteMessage", "DeleteQueue", "PurgeQueue", "RemovePermission",
		"SetQueueAttributes", "TagQueue", "UntagQueue":
		return true
	}
	return false
}

// open begins the frame of an answer, close ends it.
func (c *call) open(req *awswire.Request) {
	name := req.Operation
	switch {
	case req.Protocol == awswire.JSON:
		c.out.Open("")
	case req.WantsJSON:
		c.out.Raw(`{"` + name + `Response":{`)
		if !silent(name) {
			c.out.Raw(`"` + name + `Result":`)
			c.out.Open("")
		}
	default:
		dialect().Open(&c.out, name, !silent(name))
	}
}

func (c *call) close(req *awswire.Request, id string) {
	name := req.Operation
	switch {
	case req.Protocol == awswire.JSON:
		c.out.Close("")
	case req.WantsJSON:
		if !silent(name) {
			c.out.Close("")
			c.out.Raw(",")
		}
		c.out.Raw(`"ResponseMetadata":{"RequestId":"` + id + `"}}}`)
	default:
		dialect().Close(&c.out, name, !silent(name), id)
	}
}
