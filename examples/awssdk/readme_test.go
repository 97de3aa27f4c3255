package awssdk_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight"
)

// The first code block of the README is the body of this test; the root module's TestReadme compares them.
func TestReminderWaitsFifteenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		region := inflight.New() // in this process: no server, no port, no container
		client := awssqs.NewFromConfig(aws.Config{
			Region:      "eu-west-1",
			Credentials: credentials.NewStaticCredentialsProvider("any", "thing", ""),
			HTTPClient:  region.HTTPClient(),
		})
		queue, err := client.CreateQueue(t.Context(), &awssqs.CreateQueueInput{QueueName: aws.String("reminders")})
		require.NoError(t, err)
		_, err = client.SendMessage(t.Context(), &awssqs.SendMessageInput{
			QueueUrl: queue.QueueUrl, MessageBody: aws.String("tea is ready"), DelaySeconds: 900,
		})
		require.NoError(t, err)

		start, polls := time.Now(), 0
		for {
			out, err := client.ReceiveMessage(t.Context(), &awssqs.ReceiveMessageInput{
				QueueUrl: queue.QueueUrl, WaitTimeSeconds: 20,
			})
			require.NoError(t, err)
			if polls++; len(out.Messages) > 0 {
				break
			}
		}
		require.Equal(t, 15*time.Minute, time.Since(start)) // virtual: the test takes milliseconds
		require.Equal(t, 45, polls)
	})
}
