package snshttp

// operation returns what the operation of a name does: it asks the broker and writes the members of the answer.
func operation(name string) func(*call) error {
	switch name {
	case "AddPermission":
		return (*call).addPermission
	case "CheckIfPhoneNumberIsOptedOut":
		return (*call).optedOut
	case "ConfirmSubscription":
		return (*call).confirm
	case "CreatePlatformApplication":
		return (*call).createApp
	case "CreatePlatformEndpoint":
		return (*call).createInstallation
	case "CreateSMSSandboxPhoneNumber":
		return (*call).addSandboxNumber
	case "CreateTopic":
		return (*call).createTopic
	case "DeleteEndpoint":
		return (*call).deleteInstallation
	case "DeletePlatformApplication":
		return (*call).deleteApp
	case "DeleteSMSSandboxPhoneNumber":
		return (*call).deleteSandboxNumber
	case "DeleteTopic":
		return (*call).deleteTopic
	case "GetDataProtectionPolicy":
		return (*call).dataProtection
	case "GetEndpointAttributes":
		return (*call).installationAttributes
	case "GetPlatformApplicationAttributes":
		return (*call).appAttributes
	case "GetSMSAttributes":
		return (*call).smsAttributes
	case "GetSMSSandboxAccountStatus":
		return (*call).inSandbox
	case "GetSubscriptionAttributes":
		return (*call).subscriptionAttributes
	case "GetTopicAttributes":
		return (*call).topicAttributes
	case "ListEndpointsByPlatformApplication":
		return (*call).installations
	case "ListOriginationNumbers":
		return (*call).originationNumbers
	case "ListPhoneNumbersOptedOut":
		return (*call).optedOutNumbers
	case "ListPlatformApplications":
		return (*call).apps
	case "ListSMSSandboxPhoneNumbers":
		return (*call).sandboxNumbers
	case "ListSubscriptions":
		return (*call).subscriptions
	case "ListSubscriptionsByTopic":
		return (*call).subscriptionsByTopic
	case "ListTagsForResource":
		return (*call).tags
	case "ListTopics":
		return (*call).topics
	case "OptInPhoneNumber":
		return (*call).optIn
	case "Publish":
		return (*call).publish
	case "PublishBatch":
		return (*call).publishBatch
	case "PutDataProtectionPolicy":
		return (*call).setDataProtection
	case "RemovePermission":
		return (*call).removePermission
	case "SetEndpointAttributes":
		return (*call).setInstallationAttributes
	case "SetPlatformApplicationAttributes":
		return (*call).setAppAttributes
	case "SetSMSAttributes":
		return (*call).setSMSAttributes
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
	case "VerifySMSSandboxPhoneNumber":
		return (*call).verifySandboxNumber
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
