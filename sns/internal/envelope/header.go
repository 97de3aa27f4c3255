package envelope

import "net/http"

// ConfirmationContentType is the content type of all confirmations, and that of notifications by default.
const ConfirmationContentType = "text/plain; charset=UTF-8"

// HeaderMessageID is the header that tells the requests of one message from those of others.
const HeaderMessageID = "X-Amz-Sns-Message-Id"

// Header returns the header of a request that delivers a notification to an HTTP endpoint.
func (m *Message) Header(subscriptionARN, contentType string, raw bool) http.Header {
	h := header("Notification", m.ID, m.TopicARN, contentType)
	h.Set("X-Amz-Sns-Subscription-Arn", subscriptionARN)
	if raw {
		h.Set("X-Amz-Sns-Rawdelivery", "true")
	}
	return h
}

// Header returns the header of a request that delivers a confirmation to an HTTP endpoint.
func (c Confirmation) Header() http.Header {
	h := header(c.fields.Type, c.fields.MessageID, c.fields.TopicARN, ConfirmationContentType)
	if c.subscriptionARN != "" {
		h.Set("X-Amz-Sns-Subscription-Arn", c.subscriptionARN)
	}
	return h
}

func header(kind, id, topicARN, contentType string) http.Header {
	return http.Header{
		"X-Amz-Sns-Message-Type": {kind},
		HeaderMessageID:          {id},
		"X-Amz-Sns-Topic-Arn":    {topicARN},
		"Content-Type":           {contentType},
		"User-Agent":             {"Amazon Simple Notification Service Agent"},
		"Accept-Encoding":        {"gzip,deflate"},
	}
}
