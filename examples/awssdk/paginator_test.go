package awssdk_test

import (
	"fmt"
	"path"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pages collects what a paginator of the SDK yields, as the names of queues on each page.
func pages[T any](t *testing.T, more func() bool, next func() (T, error), urls func(T) []string) [][]string {
	t.Helper()
	var all [][]string
	for more() {
		require.Less(t, len(all), 10, "the paginator must end")
		out, err := next()
		require.NoError(t, err)
		names := []string{}
		for _, u := range urls(out) {
			names = append(names, path.Base(u))
		}
		all = append(all, names)
	}
	return all
}

func listPages(t *testing.T, c *awssqs.Client, in *awssqs.ListQueuesInput) [][]string {
	p := awssqs.NewListQueuesPaginator(c, in)
	return pages(t, p.HasMorePages,
		func() (*awssqs.ListQueuesOutput, error) { return p.NextPage(t.Context()) },
		func(out *awssqs.ListQueuesOutput) []string { return out.QueueUrls })
}

func TestListQueuesPaginator(t *testing.T) {
	_, client, _ := fakeRegion()
	for i := range 5 {
		create(t, client, fmt.Sprint("orders-", i), nil)
	}
	create(t, client, "jobs", nil)
	two := aws.Int32(2)
	assert.Equal(t, [][]string{{"jobs", "orders-0"}, {"orders-1", "orders-2"}, {"orders-3", "orders-4"}},
		listPages(t, client, &awssqs.ListQueuesInput{MaxResults: two}), "no empty page follows a full last one")
	assert.Equal(t, [][]string{{"orders-0", "orders-1"}, {"orders-2", "orders-3"}, {"orders-4"}},
		listPages(t, client, &awssqs.ListQueuesInput{MaxResults: two, QueueNamePrefix: aws.String("orders-")}))
	assert.Equal(t, [][]string{{"jobs", "orders-0", "orders-1", "orders-2", "orders-3", "orders-4"}},
		listPages(t, client, &awssqs.ListQueuesInput{}), "without MaxResults there is one page")
	assert.Equal(t, [][]string{{}}, listPages(t, client, &awssqs.ListQueuesInput{QueueNamePrefix: aws.String("none")}))
}

func TestListDeadLetterSourceQueuesPaginator(t *testing.T) {
	_, client, _ := fakeRegion()
	_, dead := createWithDLQ(t, client, "a", 3)
	policy := fmt.Sprintf(`{"deadLetterTargetArn":"%s","maxReceiveCount":3}`,
		attribute(t, client, dead, types.QueueAttributeNameQueueArn))
	create(t, client, "b", map[string]string{"RedrivePolicy": policy})
	create(t, client, "c", map[string]string{"RedrivePolicy": policy})
	create(t, client, "d", nil)
	p := awssqs.NewListDeadLetterSourceQueuesPaginator(client, &awssqs.ListDeadLetterSourceQueuesInput{QueueUrl: dead},
		func(o *awssqs.ListDeadLetterSourceQueuesPaginatorOptions) { o.Limit = 2 })
	got := pages(t, p.HasMorePages,
		func() (*awssqs.ListDeadLetterSourceQueuesOutput, error) { return p.NextPage(t.Context()) },
		func(out *awssqs.ListDeadLetterSourceQueuesOutput) []string { return out.QueueUrls })
	assert.Equal(t, [][]string{{"a", "b"}, {"c"}}, got)
}
