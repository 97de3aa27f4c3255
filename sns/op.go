package sns

// Op is an operation of the service.
type Op uint8

// The operations of API version 2010-03-31.
const (
	OpNone Op = iota
	OpAddPermission
	OpCheckIfPhoneNumberIsOptedOut
	OpConfirmSubscription
	OpCreatePlatformApplication
	OpCreatePlatformEndpoint
	OpCreateSMSSandboxPhoneNumber
	OpCreateTopic
	OpDeleteEndpoint
	OpDeletePlatformApplication
	OpDeleteSMSSandboxPhoneNumber
	OpDeleteTopic
	OpGetDataProtectionPolicy
	OpGetEndpointAttributes
	OpGetPlatformApplicationAttributes
	OpGetSMSAttributes
	OpGetSMSSandboxAccountStatus
	OpGetSubscriptionAttributes
	OpGetTopicAttributes
	OpListEndpointsByPlatformApplication
	OpListOriginationNumbers
	OpListPhoneNumbersOptedOut
	OpListPlatformApplications
	OpListSMSSandboxPhoneNumbers
	OpListSubscriptions
	OpListSubscriptionsByTopic
	OpListTagsForResource
	OpListTopics
	OpOptInPhoneNumber
	OpPublish
	OpPublishBatch
	OpPutDataProtectionPolicy
	OpRemovePermission
	OpSetEndpointAttributes
	OpSetPlatformApplicationAttributes
	OpSetSMSAttributes
	OpSetSubscriptionAttributes
	OpSetTopicAttributes
	OpSubscribe
	OpTagResource
	OpUnsubscribe
	OpUntagResource
	OpVerifySMSSandboxPhoneNumber
	numOps
)

// String returns the operation's name in the service, such as PublishBatch.
func (o Op) String() string {
	if o >= numOps {
		return "Unknown"
	}
	return [numOps]string{
		"", "AddPermission", "CheckIfPhoneNumberIsOptedOut", "ConfirmSubscription", "CreatePlatformApplication",
		"CreatePlatformEndpoint", "CreateSMSSandboxPhoneNumber", "CreateTopic", "DeleteEndpoint", "DeletePlatformApplication",
		"DeleteSMSSandboxPhoneNumber", "DeleteTopic", "GetDataProtectionPolicy", "GetEndpointAttributes",
		"GetPlatformApplicationAttributes", "GetSMSAttributes", "GetSMSSandboxAccountStatus", "GetSubscriptionAttributes",
		"GetTopicAttributes", "ListEndpointsByPlatformApplication", "ListOriginationNumbers", "ListPhoneNumbersOptedOut",
		"ListPlatformApplications", "ListSMSSandboxPhoneNumbers", "ListSubscriptions", "ListSubscriptionsByTopic",
		"ListTagsForResource", "ListTopics", "OptInPhoneNumber", "Publish", "PublishBatch", "PutDataProtectionPolicy",
		"RemovePermission", "SetEndpointAttributes", "SetPlatformApplicationAttributes", "SetSMSAttributes",
		"SetSubscriptionAttributes", "SetTopicAttributes", "Subscribe", "TagResource", "Unsubscribe", "UntagResource",
		"VerifySMSSandboxPhoneNumber",
	}[o]
}

// single returns the operation that a policy must allow: a batch is published as its messages are.
func (o Op) single() Op {
	if o == OpPublishBatch {
		return OpPublish
	}
	return o
}
