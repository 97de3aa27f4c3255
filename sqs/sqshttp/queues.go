package sqshttp

import (
	"strings"

	"github.com/inflight-mq/inflight/sqs"
)

// The operations on queues.

// queue returns the queue that the request names: by parameter, or by the path that it was sent to.
func (c *call) queue() (sqs.Queue, error) {
	switch {
	case c.p.QueueURL != nil && *c.p.QueueURL != "":
		ref := *c.p.QueueURL
		if strings.HasPrefix(ref, "arn:") { // which the Go API takes and the service does not: as a path it names no queue
			ref = "/" + ref
		}
		return c.b.Queue(c.ctx, ref), nil
	case strings.Trim(c.req.URL.Path, "/") != "": // where a request names no queue, the path may
		return c.b.Queue(c.ctx, c.req.URL.Path), nil
	}
	return nil, missing("QueueUrl")
}

func (c *call) create() error {
	if c.p.QueueName == nil {
		return missing("QueueName")
	}
	cfg := sqs.ConfigOf(c.p.Attributes)
	cfg.Tags = c.p.Tags
	q, err := c.b.Create(c.ctx, *c.p.QueueName, cfg)
	if err != nil {
		return err
	}
	c.out.Text("QueueUrl", c.url(q))
	return nil
}

// url returns the queue's URL, at the host that the client knows.
func (c *call) url(q sqs.Queue) string {
	u, base := q.URL(), base(c.req)
	if base == "" {
		return u
	}
	_, path, _ := strings.Cut(strings.TrimPrefix(u, "https://"), "/")
	return base + "/" + path
}

func (c *call) deleteQueue() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	return c.b.Delete(c.ctx, q.ARN())
}

func (c *call) queueURL() error {
	if c.p.QueueName == nil {
		return missing("QueueName")
	}
	ref := *c.p.QueueName
	switch {
	case strings.ContainsAny(ref, ":/"): // a URL or an ARN, which the Go API takes and the service does not
		ref = ""
	case c.p.QueueOwnerAWSAccountID != nil:
		ref = "/" + *c.p.QueueOwnerAWSAccountID + "/" + ref
	}
	q, err := c.b.Open(c.ctx, ref)
	if err != nil {
		return err
	}
	c.out.Text("QueueUrl", c.url(q))
	return nil
}

func (c *call) list() error {
	opts := c.page()
	opts.Prefix = text(c.p.QueueNamePrefix)
	p, err := c.b.List(c.ctx, opts)
	if err != nil {
		return err
	}
	if len(p.Queues) > 0 {
		c.out.Texts("QueueUrls", "QueueUrl", c.urls(p))
	}
	c.out.Text("NextToken", p.Next)
	return nil
}

func (c *call) page() sqs.ListOptions {
	return sqs.ListOptions{
		Max: number(c.p.MaxResults), Token: text(c.p.NextToken), Given: given(c.p.MaxResults, sqs.GivenMax),
	}
}

func (c *call) urls(p sqs.Page) []string {
	us := make([]string, len(p.Queues))
	for i, q := range p.Queues {
		us[i] = c.url(q)
	}
	return us
}

func (c *call) sources() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	p, err := q.Sources(c.ctx, c.page())
	if err != nil {
		return err
	}
	c.out.Texts("queueUrls", "QueueUrl", c.urls(p))
	c.out.Text("NextToken", p.Next)
	return nil
}

func (c *call) attributes() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	m, err := q.Attributes(c.ctx, c.p.AttributeNames...)
	if err != nil {
		return err
	}
	c.out.Map("Attributes", "Attribute", "Name", "Value", m)
	return nil
}

func (c *call) setAttributes() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	if c.p.Attributes == nil {
		return missing("Attributes")
	}
	return q.SetConfig(c.ctx, sqs.ConfigOf(c.p.Attributes))
}

func (c *call) purge() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	return q.Purge(c.ctx)
}

func (c *call) listTags() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	tags, err := q.Tags(c.ctx)
	if err != nil {
		return err
	}
	c.out.Map("Tags", "Tag", "Key", "Value", tags)
	return nil
}

func (c *call) tag() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	return q.Tag(c.ctx, c.p.Tags)
}

func (c *call) untag() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	return q.Untag(c.ctx, c.p.TagKeys...)
}

func (c *call) addPermission() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	if c.p.Label == nil {
		return missing("Label")
	}
	return q.AddPermission(c.ctx, *c.p.Label, c.p.AWSAccountIDs, c.p.Actions)
}

func (c *call) removePermission() error {
	q, err := c.queue()
	if err != nil {
		return err
	}
	if c.p.Label == nil {
		return missing("Label")
	}
	return q.RemovePermission(c.ctx, *c.p.Label)
}

func (c *call) startMove() error {
	if c.p.SourceARN == nil {
		return missing("SourceArn")
	}
	t, err := c.b.StartMove(c.ctx, sqs.MoveOptions{
		Source: *c.p.SourceARN, Destination: text(c.p.DestinationARN), PerSecond: number(c.p.MaxPerSecond),
		Given: given(c.p.MaxPerSecond, sqs.GivenPerSecond),
	})
	if err != nil {
		return err
	}
	c.out.Text("TaskHandle", t.Handle)
	return nil
}

func (c *call) listMoves() error {
	if c.p.SourceARN == nil {
		return missing("SourceArn")
	}
	limit := 1
	if c.p.MaxResults != nil {
		limit = int(*c.p.MaxResults)
	}
	ts, err := c.b.Moves(c.ctx, *c.p.SourceARN, limit)
	if err != nil {
		return err
	}
	if len(ts) == 0 {
		return nil
	}
	c.out.List("Results", "ListMessageMoveTasksResultEntry", len(ts), func(i int) {
		t := ts[i]
		c.out.Text("TaskHandle", t.Handle)
		c.out.Text("Status", string(t.Status))
		c.out.Text("SourceArn", t.Source)
		c.out.Text("DestinationArn", t.Destination)
		if t.PerSecond > 0 {
			c.out.Int("MaxNumberOfMessagesPerSecond", int64(t.PerSecond))
		}
		c.out.Int("ApproximateNumberOfMessagesMoved", int64(t.Moved))
		c.out.Int("ApproximateNumberOfMessagesToMove", int64(t.ToMove))
		c.out.Text("FailureReason", t.Failure)
		c.out.Int("StartedTimestamp", t.StartedAt.UnixMilli())
	})
	return nil
}

func (c *call) cancelMove() error {
	if c.p.TaskHandle == nil {
		return missing("TaskHandle")
	}
	t, err := c.b.CancelMove(c.ctx, *c.p.TaskHandle)
	if err != nil {
		return err
	}
	c.out.Int("ApproximateNumberOfMessagesMoved", int64(t.Moved))
	return nil
}

func missing(parameter string) error {
	return &sqs.Error{
		Code: sqs.ErrMissingParameter, Message: "The request must contain the parameter " + parameter + ".",
	}
}
