package kinesishttp

import (
	"context"
	"net/http"

	"github.com/inflight-mq/inflight/internal/awswire"
	"github.com/inflight-mq/inflight/kinesis"
)

const (
	typeJSON = "application/x-amz-json-1.1"
	service  = "Kinesis_20131202" // what stands before operations in X-Amz-Target
)

// maxBody bounds a request: 10 MiB of data grow by a third in base64.
const maxBody = 16 << 20

// server answers requests for a broker.
type server struct {
	b    *kinesis.Broker
	keys *awswire.Keys // nil: signatures are not verified
}

// call is one request on its way to the broker.
type call struct {
	ctx    context.Context
	b      *kinesis.Broker
	p      params
	op     *operation
	cbor   bool
	out    awswire.Writer // nil: there is nothing to answer
	pushed *events        // takes the place of out
}

// MaxBody returns the bound of a request.
func (s *server) MaxBody(*awswire.Request) int64 { return maxBody }

// Do carries out a request.
func (s *server) Do(req *awswire.Request, id string) (*awswire.Answer, error) {
	if a := atDoor(req); a != nil {
		return dressed(req, a, id), nil
	}
	op := operationOf(req)
	if op == nil {
		return nil, unknown(req)
	}
	ctx, err := s.authenticate(req)
	if err != nil {
		return nil, err
	}
	c := &call{ctx: ctx, b: s.b, op: op, cbor: req.Protocol == awswire.CBOR}
	if err := c.p.parse(reader(req), op); err != nil {
		return nil, err
	}
	if err := c.p.validate(op); err != nil {
		return nil, err
	}
	if c.p.DryRun {
		c.ctx = kinesis.WithDryRun(ctx)
	}
	if err := c.run(); err != nil {
		return nil, err
	}
	return dressed(req, c.answered(), id), nil
}

func (c *call) run() error {
	if c.op.do != nil {
		return c.op.do(c)
	}
	s, err := c.stream()
	if err != nil {
		return err
	}
	return c.op.on(c, s)
}

// reader returns a reader of the body.
func reader(req *awswire.Request) awswire.Reader {
	if req.Protocol == awswire.CBOR {
		return awswire.NewCBORIn(req.Body)
	}
	return awswire.NewIn(req.Body)
}

// unknown is the refusal of an operation that is none, unless the body is not even an object.
func unknown(req *awswire.Request) error {
	in := reader(req)
	if in.Kind() != awswire.Map {
		return awswire.ErrMalformed
	}
	in.Skip()
	if err := in.Err(); err != nil {
		return err
	}
	return awswire.ErrUnknown
}

// answer writes the answer, whose members f writes.
func (c *call) answer(f func(o awswire.Writer)) error {
	c.out = newWriter(c.cbor)
	c.out.Open("")
	f(c.out)
	c.out.Close("")
	return nil
}

func newWriter(cbor bool) awswire.Writer {
	if cbor {
		return awswire.NewCBOROut()
	}
	o := awswire.NewOut(false)
	return &o
}

func typeOf(cbor bool) string {
	if cbor {
		return awswire.TypeCBOR
	}
	return typeJSON
}

// answered returns the answer to a request that succeeded. Operations without a result answer nothing at all, no empty object.
func (c *call) answered() *awswire.Answer {
	a := &awswire.Answer{Status: http.StatusOK, Type: typeOf(c.cbor)}
	switch {
	case c.pushed != nil:
		a.Type, a.Stream = awswire.TypeEventStream, c.pushed
	case c.out != nil:
		a.Body = c.out.Bytes()
	}
	return a
}
