package kinesishttp

import (
	"crypto/sha512"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/inflight-mq/inflight/internal/awswire"
)

// What is decided before an operation is looked at: by the method, the content type, and whether there is a body.

const denied = "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be authorized</Message>\n" +
	"</AccessDeniedException>\n"

// typePlain is a content type of an older protocol, which is understood and not served.
const typePlain = "application/json"

// atDoor answers a request that gets no further, and returns nil for others.
func atDoor(req *awswire.Request) *awswire.Answer {
	kind := req.Type()
	switch {
	case req.Method == http.MethodOptions && req.Header.Get("Origin") != "":
		return preflight(req)
	case req.Method != http.MethodPost:
		return &awswire.Answer{Status: http.StatusForbidden, Type: awswire.TypeXML, Body: []byte(denied)}
	case len(req.Body) == 0:
		code := "UnknownOperationException"
		if operationOf(req) != nil {
			code = "SerializationException"
		}
		return refusal(http.StatusBadRequest, kind != typeJSON, code, "message", "")
	case kind == typeJSON, kind == awswire.TypeCBOR:
		return nil
	case kind == typePlain:
		return older(req)
	case req.Operation == "" || req.Target == "":
		return &awswire.Answer{Status: http.StatusForbidden, Type: awswire.TypeXML, Body: []byte(denied)}
	}
	return awswire.UnknownOperation()
}

// older answers a request of an older protocol, in its form.
func older(req *awswire.Request) *awswire.Answer {
	status, code := http.StatusNotFound, "UnknownOperationException"
	in := awswire.NewIn(req.Body)
	if !in.Object(func(string) { in.Skip() }) || in.Err() != nil {
		status, code = http.StatusBadRequest, "SerializationException"
	}
	o := awswire.NewOut(false)
	o.Open("")
	o.Object("Output", func() { o.Text("__type", awswire.Generic+code) })
	o.Text("Version", "1.0")
	o.Close("")
	return &awswire.Answer{Status: status, Type: typePlain, Body: o.Bytes()}
}

// preflight lets a browser ask anything.
func preflight(req *awswire.Request) *awswire.Answer {
	a := &awswire.Answer{Status: http.StatusOK, Bare: true}
	for asked, granted := range map[string]string{
		"Access-Control-Request-Headers": "Access-Control-Allow-Headers", "Access-Control-Request-Method": "Access-Control-Allow-Methods",
	} {
		if v := req.Header.Get(asked); v != "" {
			a.Set(granted, v)
		}
	}
	a.Set("Access-Control-Max-Age", "172800")
	return a
}

// dressed adds the headers that answers have.
func dressed(req *awswire.Request, a *awswire.Answer, id string) *awswire.Answer {
	if !a.Bare {
		a.Set("X-Amz-Id-2", extendedID(id))
	}
	if req.Header.Get("Origin") != "" {
		a.Set("Access-Control-Allow-Origin", "*")
		if !a.Bare {
			a.Set("Access-Control-Expose-Headers",
				"x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date")
		}
	}
	return a
}

// extendedID returns 72 bytes in base64 that go with a request's id.
func extendedID(id string) string {
	var long [sha512.Size + 8]byte
	sum := sha512.Sum512([]byte(id))
	copy(long[copy(long[:], sum[:]):], id)
	return base64.StdEncoding.EncodeToString(long[:])
}

// operationOf returns the operation that a request asks for, nil if there is no such.
func operationOf(req *awswire.Request) *operation {
	if req.Target != service || strings.Contains(req.Operation, ".") {
		return nil
	}
	return operationNamed(req.Operation)
}
