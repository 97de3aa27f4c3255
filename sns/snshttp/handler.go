package snshttp

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/sns"
)

// dialect is the service's XML.
func dialect() awswire.Dialect {
	return awswire.Dialect{Namespace: "http://sns.amazonaws.com/doc/2010-03-31/"}
}

// server answers requests for a broker.
type server struct {
	b    *sns.Broker
	keys *awswire.Keys // nil: signatures are not verified
}

// call is one request on its way to the broker.
type call struct {
	ctx      context.Context
	b        *sns.Broker
	form     *awswire.Form
	unsigned bool   // a visit of a URL in an envelope
	trace    string // that comes with the request
	out      awswire.Out
}

// Do carries out a request.
func (s *server) Do(req *awswire.Request, id string) (*awswire.Answer, error) {
	if a := s.certificate(req); a != nil {
		return a, nil
	}
	do := operation(req.Operation)
	if do == nil || req.Protocol != awswire.Query || !takes(req.Method) {
		return nil, awswire.ErrUnknown
	}
	c := &call{
		b: s.b, form: awswire.NewForm(req.Form), unsigned: req.Credential.AccessKey == "", out: awswire.NewOut(true),
		trace: req.Header.Get("X-Amzn-Trace-Id"),
	}
	var err error
	if c.ctx, err = s.identify(req); err != nil {
		return nil, err
	}
	dialect().Open(&c.out, req.Operation, !silent(req.Operation))
	if err := do(c); err != nil {
		return nil, err
	}
	dialect().Close(&c.out, req.Operation, !silent(req.Operation), id)
	return &awswire.Answer{Status: http.StatusOK, Type: awswire.TypeXML, Body: c.out.Bytes()}, nil
}

// takes reports whether a request of a method may ask for an operation. A client's empty method means GET.
func takes(method string) bool {
	return method == http.MethodPost || method == http.MethodGet || method == ""
}

// certificate answers a visit of the URL of the certificate.
func (s *server) certificate(req *awswire.Request) *awswire.Answer {
	if req.Method != http.MethodGet && req.Method != "" || !strings.HasSuffix(req.URL.Path, ".pem") {
		return nil
	}
	pem, path := s.b.Certificate()
	if req.URL.Path != path {
		return nil
	}
	return &awswire.Answer{Status: http.StatusOK, Type: "application/x-pem-file", Body: pem}
}

// identify returns the context of the caller. The URLs in envelopes are visited by who has no credentials: the service's own hosts
// tell the region, else what the request names does.
func (s *server) identify(req *awswire.Request) (context.Context, error) {
	if req.Credential.AccessKey != "" || req.Operation != "ConfirmSubscription" && req.Operation != "Unsubscribe" {
		return s.keys.Identify(req)
	}
	named, _ := arn.Parse(cmp.Or(req.Form.Get("TopicArn"), req.Form.Get("SubscriptionArn")))
	return sns.WithCaller(req.Context(), sns.Caller{Region: cmp.Or(regionOf(req), named.Region)}), nil
}

// regionOf returns the region of a host such as sns.eu-west-1.amazonaws.com, "" for others.
func regionOf(req *awswire.Request) string {
	rest, ok := strings.CutPrefix(cmp.Or(req.Host, req.URL.Host), "sns.")
	region, _, more := strings.Cut(rest, ".")
	if !ok || !more {
		return ""
	}
	return region
}

// Refuse renders an error.
func (s *server) Refuse(req *awswire.Request, err error, id string) *awswire.Answer {
	if errors.Is(err, awswire.ErrUnknown) && req.Protocol != awswire.Query {
		return awswire.UnknownOperation()
	}
	return dialect().Refuse(faultOf(req, err), id)
}

func faultOf(req *awswire.Request, err error) awswire.Fault {
	if e, ok := errors.AsType[*sns.Error](err); ok {
		return awswire.Fault{Code: string(e.Code), Message: e.Message, Status: e.Code.Status(), Receiver: e.Code.ServerFault()}
	}
	f := awswire.FaultOf(req, err)
	if errors.Is(err, awswire.ErrUnknown) && req.Operation == "" {
		f.Code, f.Message = "MissingAction", "The request is missing an action or a required parameter."
	}
	return f
}
