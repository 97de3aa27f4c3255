package sns

import "github.com/inflight-mq/inflight/internal/jsontext"

// QueuePolicy returns an access policy for a queue that lets a topic, and nobody else but the owner, send to it. Without such a
// policy a topic's messages do not arrive; see [WithoutQueuePolicies].
//
//	queue.SetConfig(ctx, sqs.Config{Policy: new(sns.QueuePolicy(queue.ARN(), topic.ARN()))})
func QueuePolicy(queueARN, topicARN string) string {
	b := []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},` +
		`"Action":"sqs:SendMessage","Resource":`)
	b = append(jsontext.Append(b, queueARN), `,"Condition":{"ArnEquals":{"aws:SourceArn":`...)
	return string(append(jsontext.Append(b, topicARN), "}}}]}"...))
}
