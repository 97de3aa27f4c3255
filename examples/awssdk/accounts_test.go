package awssdk_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
	"github.com/inflight-mq/inflight/examples/awssdk"
	"github.com/inflight-mq/inflight/sqs/sqshttp"
)

const (
	us    = "us-east-1"
	mine  = "111111111111"
	yours = "222222222222"
)

// clientOf returns a client of an account in a region. One inflight.Region serves them all.
func clientOf(r *inflight.Region, account, region string) *awssqs.Client {
	return awssqs.NewFromConfig(awssdk.ConfigOf(r, account, region))
}

func TestAccessKeyAndSignatureNameAccountAndRegion(t *testing.T) {
	region := inflight.New()
	url := create(t, clientOf(region, mine, "eu-west-1"), "q", nil)
	assert.Equal(t, "https://sqs.eu-west-1.amazonaws.com/111111111111/q", *url)
	client := clientOf(region, mine, "eu-west-1")
	assert.Equal(t, "arn:aws:sqs:eu-west-1:111111111111:q", attribute(t, client, url, "QueueArn"))
	china := clientOf(region, mine, "cn-north-1")
	assert.Equal(t, "arn:aws-cn:sqs:cn-north-1:111111111111:q", attribute(t, china, create(t, china, "q", nil), "QueueArn"))
	assert.Equal(t, "https://sqs.us-east-1.amazonaws.com/123456789012/q", *create(t, clientOf(region, "AKIDEXAMPLE", us), "q", nil))
}

func TestAccountsDoNotSeeEachOther(t *testing.T) {
	region := inflight.New()
	me, you, far := clientOf(region, mine, us), clientOf(region, yours, us), clientOf(region, mine, "eu-west-1")
	url := create(t, me, "q", nil)
	send(t, me, url, "private")
	for _, c := range []*awssqs.Client{you, far} {
		assert.Empty(t, must(c.ListQueues(t.Context(), &awssqs.ListQueuesInput{})).QueueUrls)
		_, err := c.GetQueueUrl(t.Context(), &awssqs.GetQueueUrlInput{QueueName: aws.String("q")})
		assert.Equal(t, "AWS.SimpleQueueService.NonExistentQueue", codeOf(err))
		own := create(t, c, "q", nil)
		assert.NotEqual(t, *url, *own)
		assert.Empty(t, receive(t, c, own), "a queue of the same name is another queue")
	}
	_, err := you.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{QueueUrl: url})
	assert.Equal(t, "AccessDenied", codeOf(err))
	assert.Equal(t, 403, statusOf(err))
	assert.Len(t, receive(t, me, url), 1)
}

// A queue may be shared: AddPermission lets another account do what it names, and nothing else.
func TestSharedQueue(t *testing.T) {
	region := inflight.New()
	me, you := clientOf(region, mine, us), clientOf(region, yours, us)
	url := create(t, me, "q", nil)
	must(me.AddPermission(t.Context(), &awssqs.AddPermissionInput{
		QueueUrl: url, Label: aws.String("producers"), AWSAccountIds: []string{yours}, Actions: []string{"SendMessage", "GetQueueUrl"},
	}))
	found := must(you.GetQueueUrl(t.Context(), &awssqs.GetQueueUrlInput{
		QueueName: aws.String("q"), QueueOwnerAWSAccountId: aws.String(mine),
	}))
	assert.Equal(t, *url, *found.QueueUrl)
	send(t, you, found.QueueUrl, "from the other account")
	_, err := you.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{QueueUrl: url})
	assert.Equal(t, "AccessDenied", codeOf(err))
	assert.Equal(t, yours, receiveOne(t, me, url).Attributes["SenderId"])

	must(me.RemovePermission(t.Context(), &awssqs.RemovePermissionInput{QueueUrl: url, Label: aws.String("producers")}))
	_, err = you.SendMessage(t.Context(), &awssqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m")})
	assert.Equal(t, "AccessDenied", codeOf(err))
}

// signed returns a client that signs with a key.
func signed(r *inflight.Region, p aws.CredentialsProvider) *awssqs.Client {
	return awssqs.NewFromConfig(aws.Config{Region: us, Credentials: p, HTTPClient: r.HTTPClient()})
}

// With credentials the region verifies the SDK's real signatures, as AWS does.
func TestSignaturesAreVerified(t *testing.T) {
	const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	region := inflight.New(inflight.WithCredentials(sqshttp.Credential{
		AccessKey: "AKIDEXAMPLE", Secret: secret, Account: mine, ARN: "arn:aws:iam::111111111111:user/me", UserID: "AIDAEXAMPLE",
	}))
	good := signed(region, credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", secret, ""))
	url := create(t, good, "q", nil)
	assert.Equal(t, "https://sqs.us-east-1.amazonaws.com/111111111111/q", *url)
	send(t, good, url, "a body of two lines\nand ü, which are signed too")
	assert.Equal(t, "AIDAEXAMPLE", receiveOne(t, good, url).Attributes["SenderId"])
	session := signed(region, credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", secret, "a session token, signed as a header"))
	assert.Empty(t, receive(t, session, url))

	for _, bad := range []struct {
		provider aws.CredentialsProvider
		code     string
	}{
		{credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", secret+"x", ""), "SignatureDoesNotMatch"},
		{credentials.NewStaticCredentialsProvider("AKIDUNKNOWN", secret, ""), "InvalidClientTokenId"},
		{credentials.NewStaticCredentialsProvider(mine, secret, ""), "InvalidClientTokenId"},
		{aws.AnonymousCredentials{}, "MissingAuthenticationToken"},
	} {
		_, err := signed(region, bad.provider).SendMessage(context.Background(), &awssqs.SendMessageInput{
			QueueUrl: url, MessageBody: aws.String("m"),
		})
		require.Error(t, err)
		assert.Equal(t, bad.code, codeOf(err))
		assert.Equal(t, 403, statusOf(err))
	}
	assert.Len(t, region.SQS().Peek("arn:aws:sqs:us-east-1:111111111111:q"), 1, "who is refused changes nothing")
}
