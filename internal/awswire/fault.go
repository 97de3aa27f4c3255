package awswire

import (
	"errors"
	"net/http"
)

// Fault is an error as the wire shows it.
type Fault struct {
	Code     string // that of the Query protocol
	Shape    string // JSON: __type, with its namespace
	Message  string
	Status   int
	Receiver bool // the service is at fault
}

// ErrUnknown is the refusal of an operation that the service, or the place it was sent to, does not have.
var ErrUnknown = errors.New("unknown operation")

// Generic is the namespace of the shapes that are not of a service's model.
const Generic = "com.amazon.coral.service#"

// FaultOf words the errors that all services have in common. What it does not know is the service's fault.
func FaultOf(req *Request, err error) Fault {
	if e, ok := errors.AsType[*AuthError](err); ok {
		return Fault{Code: e.Code, Shape: Generic + e.Code, Message: e.Message, Status: e.Status}
	}
	switch {
	case errors.Is(err, ErrUnknown) && req.Protocol != Query:
		return Fault{Code: "InvalidAction", Shape: Generic + "UnknownOperationException", Status: http.StatusNotFound}
	case errors.Is(err, ErrUnknown):
		return Fault{
			Code: "InvalidAction", Message: "The action " + req.Operation + " is not valid for this endpoint.",
			Status: http.StatusBadRequest,
		}
	case errors.Is(err, ErrTooLarge):
		return Fault{
			Code: "RequestEntityTooLarge", Shape: Generic + "RequestEntityTooLargeException",
			Message: "Request size exceeded the limit.", Status: http.StatusRequestEntityTooLarge,
		}
	case errors.Is(err, ErrMalformed):
		return Fault{
			Code: "MalformedInput", Shape: Generic + "SerializationException", Message: "The request could not be read.",
			Status: http.StatusBadRequest,
		}
	case errors.Is(err, ErrEnded):
		return Fault{
			Code: "ServiceUnavailable", Shape: Generic + "ServiceUnavailable", Message: Ended,
			Status: http.StatusServiceUnavailable, Receiver: true,
		}
	}
	return Fault{
		Code: "InternalError", Shape: Generic + "InternalFailure", Message: err.Error(),
		Status: http.StatusInternalServerError, Receiver: true,
	}
}

// Side says whose fault it is, in the words of the Query protocol.
func (f Fault) Side() string {
	if f.Receiver {
		return "Receiver"
	}
	return "Sender"
}
