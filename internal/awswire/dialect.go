package awswire

import "net/http"

// TypeXML is the content type of the Query protocol's answers.
const TypeXML = "text/xml"

// Dialect is how a service frames its answers in the Query protocol.
type Dialect struct {
	Prologue  string // stands before the root element
	Namespace string
	Detail    string // stands behind the message of an error
}

// Open begins the frame around the members of an operation's answer, Close ends it. An operation that has no result at all has no
// element for one either.
func (d Dialect) Open(o *Out, operation string, result bool) {
	o.Raw(d.Prologue, "<", operation, `Response xmlns="`, d.Namespace, `">`)
	if result {
		o.Raw("<", operation, "Result>")
	}
}

// Close ends the frame that Open began.
func (d Dialect) Close(o *Out, operation string, result bool, id string) {
	if result {
		o.Raw("</", operation, "Result>")
	}
	o.Raw("<ResponseMetadata><RequestId>", id, "</RequestId></ResponseMetadata></", operation, "Response>")
}

// Refuse renders a fault.
func (d Dialect) Refuse(f Fault, id string) *Answer {
	o := NewOut(true)
	o.Raw(d.Prologue, `<ErrorResponse xmlns="`, d.Namespace, `"><Error>`)
	o.Text("Type", f.Side())
	o.Text("Code", f.Code)
	o.Text("Message", f.Message)
	o.Raw(d.Detail, `</Error>`)
	o.Text("RequestId", id)
	o.Raw(`</ErrorResponse>`)
	return &Answer{Status: f.Status, Type: TypeXML, Body: o.Bytes()}
}

// UnknownOperation is the answer to what is no request of the service at all.
func UnknownOperation() *Answer {
	return &Answer{Status: http.StatusNotFound, Type: TypeXML, Body: []byte("<UnknownOperationException/>")}
}
