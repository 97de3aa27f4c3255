package envelope

import "strings"

// Email is what an address gets.
type Email struct{ Subject, Body string }

// NewEmail returns the plain text for an address: the text and how to unsubscribe.
func NewEmail(m *Message, text, endpoint, subscriptionARN string) Email {
	return Email{subject(m), text + "\n\n--\nTo get no more of these messages, visit:\n" +
		UnsubscribeURL(endpoint, subscriptionARN) + "\n"}
}

// NewEmailJSON returns an envelope as an e-mail.
func NewEmailJSON(m *Message, envelope string) Email { return Email{subject(m), envelope} }

func subject(m *Message) string {
	if m.Subject == "" {
		return "AWS Notification Message"
	}
	return m.Subject
}

// Email returns the plain text that asks for a confirmation.
func (c Confirmation) Email() Email {
	return Email{"AWS Notification - Subscription Confirmation",
		"You have chosen to subscribe to the topic:\n" + c.fields.TopicARN + "\n\nTo confirm the subscription, visit:\n" +
			c.fields.SubscribeURL + "\n"}
}

// SMS returns the text that a phone gets from a topic. A topic without a display name puts nothing before it.
func SMS(displayName, text string) string {
	if displayName == "" {
		return text
	}
	return strings.ToUpper(displayName) + "> " + text
}
