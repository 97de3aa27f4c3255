package awssdk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/inflight-mq/inflight/sqs"
)

// How the two interfaces say the same: errors, settings, and values that are absent or zero.

// refusal turns an answer of the service that refuses a call into an [sqs.Error], and the end of ctx into its error.
func refusal(ctx context.Context, op sqs.Op, queue string, err error) error {
	e, err := answered(ctx, err)
	if e == nil {
		return err
	}
	return &sqs.Error{Op: op, Queue: queue, Code: codeOf(e.ErrorCode()), Message: e.ErrorMessage()}
}

// answered returns the answer of the service that an error is, or else the error that it amounts to.
func answered(ctx context.Context, err error) (smithy.APIError, error) {
	if err == nil {
		return nil, nil
	}
	if ended := ctx.Err(); ended != nil && errors.Is(err, ended) {
		return nil, ended
	}
	e, _ := errors.AsType[smithy.APIError](err)
	return e, err
}

func (q *queue) failed(op sqs.Op, f types.BatchResultErrorEntry) error {
	return &sqs.Error{Op: op, Queue: q.name, Code: codeOf(aws.ToString(f.Code)), Message: aws.ToString(f.Message)}
}

// codeOf is the inverse of [sqs.Code.QueryCode]: most codes are their own but for the prefix.
func codeOf(shown string) sqs.Code {
	for _, c := range []sqs.Code{
		sqs.ErrQueueDoesNotExist, sqs.ErrQueueNameExists, sqs.ErrInvalidParameterValue, sqs.ErrMissingParameter,
		sqs.ErrAccessDenied, sqs.ErrKMSDisabled, sqs.ErrKMSInvalidState, sqs.ErrKMSNotFound, sqs.ErrKMSOptInRequired,
		sqs.ErrKMSThrottled, sqs.ErrKMSAccessDenied, sqs.ErrKMSInvalidKeyUsage,
	} {
		if c.QueryCode() == shown {
			return c
		}
	}
	return sqs.Code(strings.TrimPrefix(shown, "AWS.SimpleQueueService."))
}

// attributesOf is the inverse of [sqs.ParseAttributes].
func attributesOf(c sqs.Config) map[string]string {
	m := map[string]string{}
	duration := func(d time.Duration) string { return strconv.Itoa(int(seconds(&d))) }
	put(m, "VisibilityTimeout", c.VisibilityTimeout, duration)
	put(m, "DelaySeconds", c.Delay, duration)
	put(m, "ReceiveMessageWaitTimeSeconds", c.ReceiveWait, duration)
	put(m, "MessageRetentionPeriod", c.Retention, duration)
	put(m, "KmsDataKeyReusePeriodSeconds", c.KMSReuse, duration)
	put(m, "MaximumMessageSize", c.MaxMessageSize, strconv.Itoa)
	put(m, "FifoQueue", c.FIFO, strconv.FormatBool)
	put(m, "ContentBasedDeduplication", c.ContentDedup, strconv.FormatBool)
	put(m, "SqsManagedSseEnabled", c.ManagedSSE, strconv.FormatBool)
	put(m, "Policy", c.Policy, same)
	put(m, "KmsMasterKeyId", c.KMSKey, same)
	put(m, "DeduplicationScope", c.DedupScope, same)
	put(m, "FifoThroughputLimit", c.ThroughputLimit, same)
	if d := c.DeadLetter; d != nil {
		m["RedrivePolicy"] = ""
		if *d != (sqs.DeadLetter{}) {
			m["RedrivePolicy"] = d.String()
		}
	}
	if a := c.RedriveAllow; a != nil {
		m["RedriveAllowPolicy"] = ""
		if a.Permission != "" || a.Sources != nil {
			m["RedriveAllowPolicy"] = a.String()
		}
	}
	return m
}

func put[T any](m map[string]string, name string, v *T, text func(T) string) {
	if v != nil {
		m[name] = text(*v)
	}
}

func same[S ~string](s S) string { return string(s) }

// text is a parameter that is absent when it is empty, unless it is given.
func text(s string, given bool) *string {
	if s == "" && !given {
		return nil
	}
	return &s
}

func number(n int, given bool) *int32 {
	if n == 0 && !given {
		return nil
	}
	return aws.Int32(int32(n))
}

// present makes an absent list an empty one, which the service refuses in its own words; the SDK would not ask.
func present[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// seconds rounds up, so that nothing comes earlier than it should.
func seconds(d *time.Duration) int32 {
	if d == nil {
		return 0
	}
	return int32(max(math.MinInt32, min(math.MaxInt32, math.Ceil(d.Seconds()))))
}

// body is the JSON of a request.
type body map[string]any

// zero says a time that is given and zero.
func (b body) zero(name string, d *time.Duration) {
	if d != nil && seconds(d) == 0 {
		b[name] = 0
	}
}

// saying edits a request after the SDK has written it. The SDK cannot say 0 for most numbers: it leaves them out, and to the
// service that means the queue's own setting.
func saying(edit func(body)) func(*awssqs.Options) {
	rewrite := func(
		ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler,
	) (middleware.SerializeOutput, middleware.Metadata, error) {
		request := in.Request.(*smithyhttp.Request)
		b := body{}
		text, err := io.ReadAll(request.GetStream())
		if err == nil {
			err = json.Unmarshal(text, &b)
		}
		if err == nil {
			edit(b)
			text, err = json.Marshal(b)
		}
		if err == nil {
			in.Request, err = request.SetStream(bytes.NewReader(text))
		}
		if err != nil {
			return middleware.SerializeOutput{}, middleware.Metadata{}, err
		}
		return next.HandleSerialize(ctx, in)
	}
	return awssqs.WithAPIOptions(func(s *middleware.Stack) error {
		return s.Serialize.Insert(middleware.SerializeMiddlewareFunc("Saying", rewrite), "OperationSerializer", middleware.After)
	})
}
