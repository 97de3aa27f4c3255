package kinesishttp

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

// Refuse renders an error.
func (s *server) Refuse(req *awswire.Request, err error, id string) *awswire.Answer {
	a := atDoor(req) // the request may be one that could not be read
	if a == nil || errors.Is(err, awswire.ErrTooLarge) {
		a = refuse(req, err)
	}
	return dressed(req, a, id)
}

func refuse(req *awswire.Request, err error) *awswire.Answer {
	cbor := req.Protocol == awswire.CBOR
	if wrong, ok := errors.AsType[typeError](err); ok { // the only one whose text has a large letter
		return refusal(http.StatusBadRequest, cbor, serialization, "Message", string(wrong))
	}
	status, code, message := described(req, err)
	return refusal(status, cbor, code, "message", message)
}

const serialization = "SerializationException"

// described returns what the wire shows of an error.
func described(req *awswire.Request, err error) (status int, code, message string) {
	if errors.Is(err, awswire.ErrEnded) {
		err = &kinesis.Error{Code: kinesis.ErrServiceUnavailable, Message: awswire.Ended}
	}
	if e, ok := errors.AsType[*kinesis.Error](err); ok {
		return e.Code.Status(), string(e.Code), e.Message
	}
	if e, ok := errors.AsType[*awswire.AuthError](err); ok {
		return http.StatusBadRequest, authCode(e.Code), e.Message
	}
	switch {
	case errors.Is(err, awswire.ErrMalformed):
		return http.StatusBadRequest, serialization, ""
	case errors.Is(err, awswire.ErrUnknown):
		return http.StatusBadRequest, "UnknownOperationException", ""
	}
	f := awswire.FaultOf(req, err)
	return f.Status, strings.TrimPrefix(f.Shape, awswire.Generic), f.Message
}

// refusal renders a refusal, in JSON or CBOR. An empty text is left out.
func refusal(status int, cbor bool, code, member, message string) *awswire.Answer {
	o := newWriter(cbor)
	o.Open("")
	o.Text("__type", code)
	o.Text(member, message)
	o.Close("")
	return &awswire.Answer{Status: status, Type: typeOf(cbor), Body: o.Bytes()}
}

// authCode returns this service's name for a refusal of credentials.
func authCode(code string) string {
	switch code {
	case "MissingAuthenticationToken":
		return "MissingAuthenticationTokenException"
	case "InvalidClientTokenId":
		return "UnrecognizedClientException"
	}
	return "InvalidSignatureException"
}

// authenticate returns the context of the caller.
func (s *server) authenticate(req *awswire.Request) (context.Context, error) {
	if s.keys != nil {
		if err := checkSignature(req); err != nil {
			return nil, err
		}
	}
	return s.keys.Identify(req)
}

// checkSignature refuses a request without a whole signature. Whether it is right is another question.
func checkSignature(req *awswire.Request) error {
	header := req.Header.Get("Authorization")
	inQuery := req.URL.Query().Has("X-Amz-Algorithm")
	switch {
	case header != "" && inQuery:
		return &kinesis.Error{Code: "InvalidSignatureException", Message: "Found both 'X-Amz-Algorithm' as a query-string param and " +
			"'Authorization' as HTTP header."}
	case header == "" && !inQuery:
		return &kinesis.Error{Code: "MissingAuthenticationTokenException", Message: "Missing Authentication Token"}
	case inQuery:
		return nil
	}
	var missing string
	for _, part := range []struct{ name, value string }{
		{"Credential", req.Credential.AccessKey}, {"Signature", req.Credential.Signature}, {"SignedHeaders", req.Credential.SignedHeaders},
	} {
		if part.value == "" {
			missing += "Authorization header requires '" + part.name + "' parameter. "
		}
	}
	if cmp.Or(req.Header.Get("X-Amz-Date"), req.Header.Get("Date")) == "" {
		missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
	}
	if missing == "" {
		return nil
	}
	return &kinesis.Error{Code: "IncompleteSignatureException", Message: missing + "Authorization=" + header}
}
