package sqshttp

import (
	"errors"
	"net/http"
	"strings"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/sqs"
)

const modelled = "com.amazonaws.sqs#" // the namespace of the model's shapes

// Refuse renders an error.
func (s *server) Refuse(req *awswire.Request, err error, id string) *awswire.Answer {
	if errors.Is(err, awswire.ErrUnknown) && req.Protocol == awswire.Query && req.Operation == "" {
		return awswire.UnknownOperation()
	}
	f := faultOf(req, err)
	if req.Protocol != awswire.Query {
		return refuseJSON(f, req.QueryMode)
	}
	d := dialect()
	if req.Operation == "DeleteMessageBatch" || req.Operation == "ChangeMessageVisibilityBatch" {
		d.Detail = "" // the newer batches have none, as recorded
	}
	return d.Refuse(f, id)
}

// faultOf words an error for the protocol of a request.
func faultOf(req *awswire.Request, err error) awswire.Fault {
	if errors.Is(err, awswire.ErrEnded) {
		err = &sqs.Error{Code: sqs.ErrServiceUnavailable, Message: awswire.Ended}
	}
	e, ok := errors.AsType[*sqs.Error](err)
	if !ok {
		return awswire.FaultOf(req, err)
	}
	f := awswire.Fault{
		Code: e.Code.QueryCode(), Shape: modelled + string(e.Code), Message: e.Message, Status: e.Code.Status(),
		Receiver: e.Code.ServerFault(),
	}
	if strings.HasSuffix(string(e.Code), "Exception") && e.Code != sqs.ErrResourceNotFound {
		f.Shape = awswire.Generic + string(e.Code)
	}
	if e.Code == sqs.ErrQueueDoesNotExist && req.Protocol == awswire.Query {
		f.Message = "The specified queue does not exist for this wsdl version."
	}
	return f
}

// refuseJSON renders a fault in the JSON protocol. The status of old is for clients in query mode; others get 400.
func refuseJSON(f awswire.Fault, queryMode bool) *awswire.Answer {
	status := f.Status
	if !queryMode && status < http.StatusInternalServerError && f.Shape != awswire.Generic+"UnknownOperationException" {
		status = http.StatusBadRequest
	}
	o := &awswire.Out{}
	o.Open("")
	o.Text("__type", f.Shape)
	o.Text("message", f.Message)
	o.Close("")
	a := &awswire.Answer{Status: status, Type: typeJSON, Body: o.Bytes()}
	a.Set("X-Amzn-Query-Error", f.Code+";"+f.Side())
	return a
}
