package awssdk

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awskinesis "github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/inflight-mq/inflight/kinesis"
)

// Streams is this library's interface on top of the SDK: what is written for [kinesis.Streams] then runs against AWS, or against
// whatever else c talks to. Refusals are [*kinesis.Error] values as a [kinesis.Broker] returns them; other failures are the SDK's own.
// Requests out of form that the SDK refuses are among these.
//
// The wire knows whole milliseconds. Records asks for more five times a second where there is none, which is as often as a shard allows.
func Streams(c *awskinesis.Client) kinesis.Streams { return &streams{c} }

type streams struct{ c *awskinesis.Client }

type (
	streamOptions struct{}
	streamDryRun  struct{}
)

// WithStreamOptions returns a context whose calls of [Streams] are made with options of their own, such as other credentials.
func WithStreamOptions(ctx context.Context, opts ...func(*awskinesis.Options)) context.Context {
	return context.WithValue(ctx, streamOptions{}, opts)
}

// WithStreamDryRun returns a context whose calls of [Streams] only check, where the service knows such calls.
func WithStreamDryRun(ctx context.Context) context.Context {
	return context.WithValue(ctx, streamDryRun{}, aws.Bool(true))
}

func optionsOf(ctx context.Context) func(*awskinesis.Options) {
	opts, _ := ctx.Value(streamOptions{}).([]func(*awskinesis.Options))
	return func(o *awskinesis.Options) {
		for _, opt := range opts {
			opt(o)
		}
	}
}

func dryRunOf(ctx context.Context) *bool {
	dry, _ := ctx.Value(streamDryRun{}).(*bool)
	return dry
}

// streamRefusal turns an answer of the service that refuses a call into a [kinesis.Error], and the end of ctx into its error.
func streamRefusal(ctx context.Context, op kinesis.Op, stream string, err error) error {
	e, err := answered(ctx, err)
	if e == nil {
		return err
	}
	code := kinesis.Code(e.ErrorCode())
	if code == "InternalFailureException" { // as event streams call it
		code = kinesis.ErrInternal
	}
	return &kinesis.Error{Op: op, Stream: stream, Code: code, Message: e.ErrorMessage()}
}

// isARN reports whether a reference is one, and not a name.
func isARN(ref string) bool { return strings.HasPrefix(ref, "arn:") }

// byRef returns a reference as the two members that requests have for it.
func byRef(ref string) (name, arn *string) {
	if isARN(ref) {
		return nil, &ref
	}
	return &ref, nil
}

// streamNameIn returns the stream's name in a reference.
func streamNameIn(ref string) string {
	if _, name, ok := strings.Cut(ref, ":stream/"); ok && isARN(ref) {
		return name
	}
	return ref
}

func (s *streams) Create(ctx context.Context, name string, cfg kinesis.Config) (kinesis.Stream, error) {
	in := &awskinesis.CreateStreamInput{
		StreamName: &name, ShardCount: number(cfg.Shards, cfg.Given&kinesis.GivenShards != 0), Tags: cfg.Tags,
		MaxRecordSizeInKiB:         number(cfg.MaxRecordKiB, cfg.Given&kinesis.GivenRecordSize != 0),
		WarmThroughputMiBps:        number(cfg.WarmMiBps, cfg.Given&kinesis.GivenWarm != 0),
		RecordDistributionStrategy: types.RecordDistributionStrategy(cfg.Distribution),
	}
	if cfg.Mode != "" {
		in.StreamModeDetails = &types.StreamModeDetails{StreamMode: types.StreamMode(cfg.Mode)}
	}
	if _, err := s.c.CreateStream(ctx, in, optionsOf(ctx)); err != nil {
		return nil, streamRefusal(ctx, kinesis.OpCreateStream, name, err)
	}
	return s.Open(ctx, name)
}

func (s *streams) Open(ctx context.Context, ref string) (kinesis.Stream, error) {
	name, arn := byRef(ref)
	out, err := s.c.DescribeStreamSummary(ctx, &awskinesis.DescribeStreamSummaryInput{StreamName: name, StreamARN: arn}, optionsOf(ctx))
	if err != nil {
		return nil, streamRefusal(ctx, kinesis.OpDescribeStreamSummary, streamNameIn(ref), err)
	}
	return s.at(out.StreamDescriptionSummary.StreamName, out.StreamDescriptionSummary.StreamARN), nil
}

func (s *streams) at(name, arn *string) *stream {
	return &stream{s, aws.ToString(name), aws.ToString(arn)}
}

func (s *streams) Delete(ctx context.Context, ref string, withConsumers bool) error {
	name, arn := byRef(ref)
	_, err := s.c.DeleteStream(ctx, &awskinesis.DeleteStreamInput{
		StreamName: name, StreamARN: arn, EnforceConsumerDeletion: &withConsumers,
	}, optionsOf(ctx))
	return streamRefusal(ctx, kinesis.OpDeleteStream, streamNameIn(ref), err)
}

func (s *streams) List(ctx context.Context, opts kinesis.ListOptions) (kinesis.Page, error) {
	out, err := s.c.ListStreams(ctx, &awskinesis.ListStreamsInput{
		ExclusiveStartStreamName: text(opts.After, opts.Given&kinesis.GivenAfter != 0),
		Limit:                    number(opts.Limit, opts.Given&kinesis.GivenLimit != 0),
		NextToken:                text(opts.Token, opts.Given&kinesis.GivenToken != 0),
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.Page{}, streamRefusal(ctx, kinesis.OpListStreams, "", err)
	}
	p := kinesis.Page{Next: aws.ToString(out.NextToken), More: aws.ToBool(out.HasMoreStreams)}
	for _, sum := range out.StreamSummaries {
		p.Streams = append(p.Streams, kinesis.Listed{
			Stream: s.at(sum.StreamName, sum.StreamARN), Status: kinesis.Status(sum.StreamStatus), Mode: modeOf(sum.StreamModeDetails),
			Created: aws.ToTime(sum.StreamCreationTimestamp),
		})
	}
	return p, nil
}

func (s *streams) ListShards(ctx context.Context, opts kinesis.ListShardsOptions) (kinesis.ShardPage, error) {
	in := &awskinesis.ListShardsInput{
		NextToken: text(opts.Token, opts.Given&kinesis.GivenToken != 0), MaxResults: number(opts.Max, opts.Given&kinesis.GivenLimit != 0),
		ExclusiveStartShardId: text(opts.After, opts.Given&kinesis.GivenAfter != 0), StreamCreationTimestamp: timeOf(opts.Created),
	}
	if opts.Stream != "" {
		in.StreamName, in.StreamARN = byRef(opts.Stream)
	}
	if f := opts.Filter; f.Type != "" {
		in.ShardFilter = &types.ShardFilter{Type: types.ShardFilterType(f.Type), ShardId: text(f.ShardID, false), Timestamp: timeOf(f.Time)}
	}
	out, err := s.c.ListShards(ctx, in, optionsOf(ctx))
	if err != nil {
		return kinesis.ShardPage{}, streamRefusal(ctx, kinesis.OpListShards, streamNameIn(opts.Stream), err)
	}
	shards, err := shardsOf(out.Shards)
	return kinesis.ShardPage{Shards: shards, Next: aws.ToString(out.NextToken)}, err
}

func (s *streams) AccountLimits(ctx context.Context) (kinesis.AccountLimits, error) {
	out, err := s.c.DescribeLimits(ctx, &awskinesis.DescribeLimitsInput{}, optionsOf(ctx))
	if err != nil {
		return kinesis.AccountLimits{}, streamRefusal(ctx, kinesis.OpDescribeLimits, "", err)
	}
	return kinesis.AccountLimits{
		Shards: whole(out.ShardLimit), OpenShards: whole(out.OpenShardCount), OnDemandStreams: whole(out.OnDemandStreamCount),
		OnDemandLimit: whole(out.OnDemandStreamCountLimit),
	}, nil
}

func (s *streams) Commitment(ctx context.Context) (kinesis.Commitment, error) {
	out, err := s.c.DescribeAccountSettings(ctx, &awskinesis.DescribeAccountSettingsInput{}, optionsOf(ctx))
	if err != nil {
		return kinesis.Commitment{}, streamRefusal(ctx, kinesis.OpDescribeAccountSettings, "", err)
	}
	return commitmentOf(out.MinimumThroughputBillingCommitment), nil
}

func (s *streams) SetCommitment(ctx context.Context, status kinesis.CommitmentStatus) (kinesis.Commitment, error) {
	out, err := s.c.UpdateAccountSettings(ctx, &awskinesis.UpdateAccountSettingsInput{
		MinimumThroughputBillingCommitment: &types.MinimumThroughputBillingCommitmentInput{
			Status: types.MinimumThroughputBillingCommitmentInputStatus(status),
		},
	}, optionsOf(ctx))
	if err != nil {
		return kinesis.Commitment{}, streamRefusal(ctx, kinesis.OpUpdateAccountSettings, "", err)
	}
	return commitmentOf(out.MinimumThroughputBillingCommitment), nil
}

func (s *streams) ResourceTags(ctx context.Context, arn string) ([]kinesis.Tag, error) {
	out, err := s.c.ListTagsForResource(ctx, &awskinesis.ListTagsForResourceInput{ResourceARN: &arn}, optionsOf(ctx))
	if err != nil {
		return nil, streamRefusal(ctx, kinesis.OpListTagsForResource, streamNameIn(arn), err)
	}
	return streamTagsOf(out.Tags), nil
}

func (s *streams) TagResource(ctx context.Context, arn string, tags map[string]string) error {
	_, err := s.c.TagResource(ctx, &awskinesis.TagResourceInput{ResourceARN: &arn, Tags: presentMap(tags)}, optionsOf(ctx))
	return streamRefusal(ctx, kinesis.OpTagResource, streamNameIn(arn), err)
}

func (s *streams) UntagResource(ctx context.Context, arn string, keys ...string) error {
	_, err := s.c.UntagResource(ctx, &awskinesis.UntagResourceInput{ResourceARN: &arn, TagKeys: present(keys)}, optionsOf(ctx))
	return streamRefusal(ctx, kinesis.OpUntagResource, streamNameIn(arn), err)
}

func (s *streams) Policy(ctx context.Context, arn string) (string, error) {
	out, err := s.c.GetResourcePolicy(ctx, &awskinesis.GetResourcePolicyInput{ResourceARN: &arn}, optionsOf(ctx))
	if err != nil {
		return "", streamRefusal(ctx, kinesis.OpGetResourcePolicy, streamNameIn(arn), err)
	}
	return aws.ToString(out.Policy), nil
}

func (s *streams) SetPolicy(ctx context.Context, arn, policy string) error {
	_, err := s.c.PutResourcePolicy(ctx, &awskinesis.PutResourcePolicyInput{ResourceARN: &arn, Policy: &policy}, optionsOf(ctx))
	return streamRefusal(ctx, kinesis.OpPutResourcePolicy, streamNameIn(arn), err)
}

func (s *streams) DeletePolicy(ctx context.Context, arn string) error {
	_, err := s.c.DeleteResourcePolicy(ctx, &awskinesis.DeleteResourcePolicyInput{ResourceARN: &arn}, optionsOf(ctx))
	return streamRefusal(ctx, kinesis.OpDeleteResourcePolicy, streamNameIn(arn), err)
}
