package envelope

import "github.com/inflight-mq/inflight/sns/internal/sign"

// Confirmation asks to confirm a subscription, or the end of one.
type Confirmation struct {
	fields          sign.Fields
	subscriptionARN string // of one that ended
}

// Confirm returns the message that asks to confirm a subscription. id is the message's.
func Confirm(id, timestamp, topicARN, token, endpoint string) Confirmation {
	return Confirmation{fields: sign.Fields{
		Type: sign.SubscriptionConfirmation, MessageID: id, Token: token, TopicARN: topicARN, Timestamp: timestamp,
		SubscribeURL: SubscribeURL(endpoint, topicARN, token),
		Message: "You have chosen to subscribe to the topic " + topicARN +
			".\nTo confirm the subscription, visit the SubscribeURL included in this message.",
	}}
}

// Goodbye returns the message that tells of an unsigned unsubscribe, and how to take it back.
func Goodbye(id, timestamp, topicARN, subscriptionARN, token, endpoint string) Confirmation {
	return Confirmation{subscriptionARN: subscriptionARN, fields: sign.Fields{
		Type: sign.UnsubscribeConfirmation, MessageID: id, Token: token, TopicARN: topicARN, Timestamp: timestamp,
		SubscribeURL: SubscribeURL(endpoint, topicARN, token),
		Message: "You have chosen to deactivate subscription " + subscriptionARN +
			".\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.",
	}}
}

// Signed returns what the signature covers.
func (c Confirmation) Signed() sign.Fields { return c.fields }

// JSON renders the envelope.
func (c Confirmation) JSON(s sign.Signature) string {
	f := &c.fields
	o := object{buf: make([]byte, 0, 1024+len(f.Token)*2+len(f.TopicARN)*3+len(s.Text))}
	o.raw("{")
	o.text("Type", f.Type)
	o.text("MessageId", f.MessageID)
	o.text("Token", f.Token)
	o.text("TopicArn", f.TopicARN)
	o.text("Message", f.Message)
	o.text("SubscribeURL", f.SubscribeURL)
	o.text("Timestamp", f.Timestamp)
	o.signature(s)
	o.end()
	return string(o.buf)
}
