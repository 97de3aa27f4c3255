package sign

// The types of what a topic sends.
const (
	Notification             = "Notification"
	SubscriptionConfirmation = "SubscriptionConfirmation"
	UnsubscribeConfirmation  = "UnsubscribeConfirmation"
)

// Fields are what a signature covers, in their unescaped form.
type Fields struct {
	Type      string // [Notification], [SubscriptionConfirmation] or [UnsubscribeConfirmation]
	Message   string
	MessageID string
	Timestamp string
	TopicARN  string

	Subject string // of a notification; an empty one is absent, and not covered

	SubscribeURL string // of the others
	Token        string
}

// stringToSign returns names and values, each followed by a line break, in the service's order.
func (f *Fields) stringToSign() []byte {
	b := make([]byte, 0, 128+len(f.Message)+len(f.Subject)+len(f.SubscribeURL)+len(f.Token)+len(f.TopicARN)+len(f.MessageID)+
		len(f.Timestamp))
	line := func(name, value string) {
		b = append(append(append(append(b, name...), '\n'), value...), '\n')
	}
	line("Message", f.Message)
	line("MessageId", f.MessageID)
	if f.Type == Notification {
		if f.Subject != "" {
			line("Subject", f.Subject)
		}
		line("Timestamp", f.Timestamp)
	} else {
		line("SubscribeURL", f.SubscribeURL)
		line("Timestamp", f.Timestamp)
		line("Token", f.Token)
	}
	line("TopicArn", f.TopicARN)
	line("Type", f.Type)
	return b
}
