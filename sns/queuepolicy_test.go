package sns_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/sns"
	"github.com/inflight-mq/inflight/sqs"
)

// A queue takes the messages of exactly the topics that its policy names, be they none, one or several.
func TestQueuePolicyNamesTopics(t *testing.T) {
	for allowed := range 3 {
		w := strict()
		q := w.queue(t, "q")
		var names []string
		arns := []string{arnPrefix + "a", arnPrefix + "b", arnPrefix + "c"}
		require.NoError(t, q.SetConfig(t.Context(), sqs.Config{Policy: new(sns.QueuePolicy(q.ARN(), arns[:allowed]...))}))
		for i, name := range []string{"a", "b", "c"} {
			topic := w.topic(t, name, sns.Config{})
			subscribe(t, topic, sns.ToQueue(q.ARN()), sns.SubscriptionConfig{Raw: new(true)})
			publish(t, topic, name)
			if i < allowed {
				names = append(names, name)
			}
		}
		assert.ElementsMatch(t, names, bodies(t, q))
	}
}
