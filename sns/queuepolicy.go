package sns

import "github.com/inflight-mq/inflight/internal/jsontext"

// QueuePolicy returns an access policy for a queue that lets the topics, and nobody else but the owner, send to it. Without such a
// policy a topic's messages do not arrive; see [WithoutQueuePolicies]. A queue has one policy, so one that several topics send to,
// such as a dead-letter queue, needs to name them all.
//
//	queue.SetConfig(ctx, sqs.Config{Policy: new(sns.QueuePolicy(queue.ARN(), topic.ARN()))})
func QueuePolicy(queueARN string, topicARNs ...string) string {
	b := []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},` +
		`"Action":"sqs:SendMessage","Resource":`)
	b = append(jsontext.Append(b, queueARN), `,"Condition":{"ArnEquals":{"aws:SourceArn":[`...)
	for i, arn := range topicARNs {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.Append(b, arn)
	}
	return string(append(b, "]}}}]}"...))
}
