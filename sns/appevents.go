package sns

import (
	"encoding/json"

	"github.com/inflight-mq/inflight/internal/identity"
	"github.com/inflight-mq/inflight/sns/internal/core"
)

// What becomes of installations is published to topics that their app names.

// appEvent is a message for a topic.
type appEvent struct {
	app   home
	topic string // ARN
	text  string
}

// appEventText is the JSON of an event. (Inferred: the service documents which events there are, not all of their members.)
type appEventText struct {
	DeliveryAttempts int `json:",omitempty"`
	EndpointArn      string
	EventType        string
	FailureMessage   string `json:",omitempty"`
	FailureType      string `json:",omitempty"`
	MessageId        string `json:",omitempty"`
	Resource         string // ARN of the app
	Service          string
	Time             string
}

const deadToken = "Platform token associated with the endpoint is not valid"

// event returns the event of an installation for the topic that an attribute of its app names, if it names one. Failures are those
// of a message.
func (i *installation) event(now int64, attribute string, failed *core.Message) []appEvent {
	topic := i.app.attrs[attribute]
	if topic == "" {
		return nil
	}
	e := appEventText{
		EndpointArn: i.arn, EventType: attribute[len("Event"):], Resource: i.app.arn, Service: "SNS",
		Time: at(now).Format("2006-01-02T15:04:05.000Z"),
	}
	if failed != nil {
		e.DeliveryAttempts, e.FailureMessage, e.FailureType, e.MessageId = 1, deadToken, "InvalidPlatformToken", failed.ID.String()
	}
	text, _ := json.Marshal(e) // cannot fail: texts and a number
	return []appEvent{{i.app.home, topic, string(text)}}
}

// announce publishes events in the name of the app's account. A topic that does not exist or does not allow it gets nothing, nor
// does a FIFO topic. The caller holds no lock.
func (b *Broker) announce(now int64, all []appEvent) {
	for _, e := range all {
		t := b.find(keyOf(e.topic, "", ""))
		if t == nil || t.settings.Load().fifo {
			continue
		}
		c := call{b: b, caller: &identity.Caller{Account: e.app.account, Region: e.app.region}, op: OpPublish, now: now}
		if t.authorize(&c, nil) != nil {
			continue
		}
		m, err := (&Message{Body: e.text}).stored("")
		if err == nil {
			_, _ = t.publish(&c, []*core.Message{m}) // fails only if the topic is deleted meanwhile
		}
	}
}
