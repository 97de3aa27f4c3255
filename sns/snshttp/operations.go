package snshttp

// operation returns what the operation of a name does: it asks the broker and writes the members of the answer.
func operation(name string) func(*call) error {
	switch name {
	case "AddPermission":
		return (*call).addPermission
	case "ConfirmSubscription":
		return (*call).confirm
	case "CreateTopic":
		return (*call).createTopic
	case "DeleteTopic":
		return (*call).deleteTopic
	case "GetDataProtectionPolicy":
		return (*call).dataProtection
	case "GetSubscriptionAttributes":
		return (*call).subscriptionAttributes
	case "GetTopicAttributes":
		return (*call).topicAttributes
	case "ListSubscriptions":
		return (*call).subscriptions
	case "ListSubscriptionsByTopic":
		return (*call).subscriptionsByTopic
	case "ListTagsForResource":
		return (*call).tags
	case "ListTopics":
		return (*call).topics
	case "Publish":
		return (*call).publish
	case "PublishBatch":
		return (*call).publishBatch
	case "PutDataProtectionPolicy":
		return (*call).setDataProtection
	case "RemovePermission":
		return (*call).removePermission
	case "SetSubscriptionAttributes":
		return (*call).setSubscriptionAttribute
	case "SetTopicAttributes":
		return (*call).setTopicAttribute
	case "Subscribe":
		return (*call).subscribe
	case "TagResource":
		return (*call).tag
	case "Unsubscribe":
		return (*call).unsubscribe
	case "UntagResource":
		return (*call).untag
	}
	return nil
}

// silent reports whether an operation has no result, not even an empty one.
func silent(operation string) bool {
	switch operation {
	case "AddPermission", "DeleteEndpoint", "DeletePlatformApplication", "DeleteTopic", "PutDataProtectionPolicy",
		"RemovePermission", "SetEndpointAttributes", "SetPlatformApplicationAttributes", "SetSubscriptionAttributes",
		"SetTopicAttributes", "Unsubscribe":
		return true
	}
	return false
}
