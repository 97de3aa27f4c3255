package sqshttp

import (
	"errors"
	"net/http"
	"strings"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/sqs"
)

// errUnknown is the refusal of an operation that the service, or the place it was sent to, does not have.
var errUnknown = errors.New("unknown operation")

// errEnded is the refusal of a request whose context ended before it was done: nothing was changed, nothing was lent.
func errEnded() error {
	return &sqs.Error{Code: sqs.ErrServiceUnavailable, Message: "The request was ended before it was done."}
}

// fault is an error as the wire shows it.
type fault struct {
	code    string // that of the Query protocol
	shape   string // JSON: __type, with its namespace
	message string
	status  int
	server  bool // the service is at fault
}

const (
	modelled = "com.amazonaws.sqs#"
	generic  = "com.amazon.coral.service#"
)

// refuse renders an error.
func (s *server) refuse(req *awswire.Request, err error, id string) *awswire.Answer {
	if errors.Is(err, errUnknown) && req.Protocol == awswire.Query && req.Operation == "" {
		return &awswire.Answer{Status: http.StatusNotFound, Type: typeXML, Body: []byte("<UnknownOperationException/>")}
	}
	f := faultOf(req, err)
	if req.Protocol == awswire.JSON {
		return f.json(req.QueryMode)
	}
	return f.xml(req, id)
}

// faultOf words an error for the protocol of a request.
func faultOf(req *awswire.Request, err error) fault {
	if e, ok := errors.AsType[*sqs.Error](err); ok {
		return faultOfError(req, e)
	}
	if e, ok := errors.AsType[*awswire.AuthError](err); ok {
		return fault{code: e.Code, shape: generic + e.Code, message: e.Message, status: e.Status}
	}
	switch {
	case errors.Is(err, errUnknown) && req.Protocol == awswire.JSON:
		return fault{code: "InvalidAction", shape: generic + "UnknownOperationException", status: http.StatusNotFound}
	case errors.Is(err, errUnknown):
		return fault{
			code: "InvalidAction", message: "The action " + req.Operation + " is not valid for this endpoint.",
			status: http.StatusBadRequest,
		}
	case errors.Is(err, awswire.ErrTooLarge):
		return fault{
			code: "RequestEntityTooLarge", shape: generic + "RequestEntityTooLargeException",
			message: "Request size exceeded the limit.", status: http.StatusRequestEntityTooLarge,
		}
	case errors.Is(err, awswire.ErrMalformed):
		return fault{
			code: "MalformedInput", shape: generic + "SerializationException", message: "The request could not be read.",
			status: http.StatusBadRequest,
		}
	}
	return fault{
		code: "InternalError", shape: generic + "InternalFailure", message: err.Error(),
		status: http.StatusInternalServerError, server: true,
	}
}

func faultOfError(req *awswire.Request, e *sqs.Error) fault {
	f := fault{
		code: e.Code.QueryCode(), shape: modelled + string(e.Code), message: e.Message, status: e.Code.Status(),
		server: e.Code.ServerFault(),
	}
	if strings.HasSuffix(string(e.Code), "Exception") && e.Code != sqs.ErrResourceNotFound {
		f.shape = generic + string(e.Code)
	}
	if e.Code == sqs.ErrQueueDoesNotExist && req.Protocol == awswire.Query {
		f.message = "The specified queue does not exist for this wsdl version."
	}
	return f
}

func (f fault) side() string {
	if f.server {
		return "Receiver"
	}
	return "Sender"
}

// json renders the error in the JSON protocol. The status of old is for clients in query mode; others get 400.
func (f fault) json(queryMode bool) *awswire.Answer {
	status := f.status
	if !queryMode && status < http.StatusInternalServerError && f.shape != generic+"UnknownOperationException" {
		status = http.StatusBadRequest
	}
	o := &awswire.Out{}
	o.Open("")
	o.Text("__type", f.shape)
	o.Text("message", f.message)
	o.Close("")
	a := &awswire.Answer{Status: status, Type: typeJSON, Body: o.Bytes()}
	a.Set("X-Amzn-Query-Error", f.code+";"+f.side())
	return a
}

// xml renders the error in the Query protocol. The newer batches have no Detail, as recorded.
func (f fault) xml(req *awswire.Request, id string) *awswire.Answer {
	o := &awswire.Out{XML: true}
	o.Raw(`<?xml version="1.0"?><ErrorResponse xmlns="` + namespace + `"><Error>`)
	o.Text("Type", f.side())
	o.Text("Code", f.code)
	o.Text("Message", f.message)
	if req.Operation != "DeleteMessageBatch" && req.Operation != "ChangeMessageVisibilityBatch" {
		o.Raw(`<Detail/>`)
	}
	o.Raw(`</Error>`)
	o.Text("RequestId", id)
	o.Raw(`</ErrorResponse>`)
	return &awswire.Answer{Status: f.status, Type: typeXML, Body: o.Bytes()}
}
