// Package sns is Amazon SNS in memory: standard and FIFO topics that hand every message to many subscriptions, with filter policies,
// retries, dead-letter queues, archives and all the rules around them, behind small Go interfaces. [New] makes a [Broker]; its
// topics are [Topic] values. It is for tests of code that publishes or subscribes, for proofs about such code, and for embedding.
//
//	queues := sqs.New()
//	broker := sns.New(sns.WithQueues(inflight.Queues(queues)))
//	orders, err := broker.Create(ctx, "orders", sns.Config{})
//	sub, err := orders.Subscribe(ctx, sns.ToQueue(queue.ARN()), sns.SubscriptionConfig{
//		FilterPolicy: new(`{"kind":["refund"]}`),
//	})
//	published, err := orders.Publish(ctx, sns.Message{
//		Body: "order 42", Attributes: map[string]sns.Attribute{"kind": sns.String("refund")},
//	})
//
// inflight.New wires topics and queues together, and serves both to the AWS SDKs.
//
// The rules are those of API version 2010-03-31. Errors are the service's codes ([Code]) with its texts ([Error]).
//
// # What a topic promises
//
//   - A message goes to every subscription that is confirmed when it is published and whose filter policy it matches, and to no
//     other. Nothing is kept for subscriptions that come later.
//   - Publish says nothing about delivery. What could not be delivered, by however many attempts, goes to the subscription's
//     dead-letter queue; without one it is lost, and a [Journal] says why.
//   - A subscription is never changed by failures. A queue is looked up by its ARN at each delivery.
//   - A pending subscription gets nothing but the request to confirm it. The token is good for 48 hours, the subscription is gone
//     after 72.
//   - On a FIFO topic a deduplication id is accepted once in five minutes, by the topic or, if it is set so, by the message group.
//     A duplicate is answered with the ID and sequence number of its original, and delivered to nobody. All queues get the
//     messages in one order.
//   - An archive keeps the messages of a FIFO topic from its activation on. A replay delivers them again to one subscription.
//   - Every refused call changes nothing. One bad entry refuses a whole batch.
//
// # When things are delivered
//
// Queues, functions, streams and inboxes have what they get when Publish returns, in the order of the subscriptions' age. HTTP
// endpoints are never waited for: their requests are due at once, on the broker's clock. With the system's clock, also in a
// testing/synctest bubble, they go out on goroutines of their own; with another clock they go out while that is moved, and whoever
// moves it by nothing or more, such as FakeClock.Advance(0), sees what came of them. synctest.Wait waits for those of a bubble, and
// [Broker.Settle] for all of them with any clock. A request has 15 seconds on the broker's clock; an endpoint that hangs holds up
// nobody else. A name and password in its URL are not sent unless the endpoint asks for them with status 401; then the request is
// made once more within the same attempt, with Digest or else Basic authentication.
//
// An attempt that failed is repeated by the schedule of its protocol or, over HTTP, by the delivery policy in force, without the
// service's jitter. Queues that refuse, functions that do not exist, disabled endpoints and answers of status 3xx and 4xx other
// than 429 are final: there is no second attempt.
//
// # What it leaves open, and how chance is ruled
//
// The service may deliver a message of a standard topic twice, and serves its subscriptions in no particular order. Each of these is
// a question to the [Chooser]. Without one the answers are tame: once, and by age. [RandomChooser] answers at random; snstest.Draw
// lets a property test choose.
//
// # Differences from the service
//
//   - Everything takes effect at once: filter policies, attributes, deletions. Counts are exact.
//   - A function that returns an error or panics counts as a failed delivery, and is called again by the schedule for functions.
//     The service has delivered once the function was invoked.
//   - Nothing leaves the process unless [WithTransport] is given one that does: e-mail, SMS and mobile pushes end in inboxes
//     ([Broker.Emails], [Broker.Texts], [Broker.Pushes]).
//   - The signatures of envelopes are real, made with a key that is part of the library, and its certificate is not the service's.
//     A verifier that fetches it from the URL in the envelope needs a client that this process answers, such as that of an
//     inflight.Region; [Broker.Certificate] has it for all others.
//   - The access policy of a queue decides whether a topic may send to it, as it does for every caller;
//     [WithoutQueuePolicies] delivers regardless.
//   - Nothing is encrypted, and data protection policies are stored and not applied. Rates are not limited, but for the throttle
//     of a delivery policy.
//   - Of the quotas, those on pending subscriptions, filter policies, delivery streams and replays hold only where [Limits] asks
//     for them.
//   - A queue that another account owns gets the request to confirm, as on the service; a function of another account does not.
//
// # Operations
//
//	AddPermission                       Topic.AddPermission
//	CheckIfPhoneNumberIsOptedOut        Phones.OptedOut
//	ConfirmSubscription                 Topics.Confirm
//	CreatePlatformApplication           Platforms.CreateApp
//	CreatePlatformEndpoint              Platforms.CreateInstallation
//	CreateSMSSandboxPhoneNumber         Phones.AddSandboxNumber
//	CreateTopic                         Topics.Create
//	DeleteEndpoint                      Platforms.DeleteInstallation
//	DeletePlatformApplication           Platforms.DeleteApp
//	DeleteSMSSandboxPhoneNumber         Phones.DeleteSandboxNumber
//	DeleteTopic                         Topics.Delete
//	GetDataProtectionPolicy             Topic.DataProtection
//	GetEndpointAttributes               Platforms.InstallationAttributes
//	GetPlatformApplicationAttributes    Platforms.AppAttributes
//	GetSMSAttributes                    Phones.SMSAttributes
//	GetSMSSandboxAccountStatus          Phones.InSandbox
//	GetSubscriptionAttributes           Subscription.Attributes, Subscription.Config
//	GetTopicAttributes                  Topic.Attributes, Topic.Config
//	ListEndpointsByPlatformApplication  Platforms.Installations
//	ListOriginationNumbers              Phones.OriginationNumbers
//	ListPhoneNumbersOptedOut            Phones.OptedOutNumbers
//	ListPlatformApplications            Platforms.Apps
//	ListSMSSandboxPhoneNumbers          Phones.SandboxNumbers
//	ListSubscriptions                   Topics.Subscriptions
//	ListSubscriptionsByTopic            Topic.Subscriptions, AllSubscriptions
//	ListTagsForResource                 Topic.Tags
//	ListTopics                          Topics.List, AllTopics
//	OptInPhoneNumber                    Phones.OptIn
//	Publish                             Topic.Publish, Broker.Publish for phones and apps
//	PublishBatch                        Topic.PublishBatch
//	PutDataProtectionPolicy             Topic.SetDataProtection
//	RemovePermission                    Topic.RemovePermission
//	SetEndpointAttributes               Platforms.SetInstallationAttributes
//	SetPlatformApplicationAttributes    Platforms.SetAppAttributes
//	SetSMSAttributes                    Phones.SetSMSAttributes
//	SetSubscriptionAttributes           Subscription.SetAttribute, Subscription.SetConfig
//	SetTopicAttributes                  Topic.SetAttribute, Topic.SetConfig
//	Subscribe                           Topic.Subscribe
//	TagResource                         Topic.Tag
//	Unsubscribe                         Subscription.Unsubscribe, Broker.Unsubscribe for unsigned requests
//	UntagResource                       Topic.Untag
//	VerifySMSSandboxPhoneNumber         Phones.VerifySandboxNumber
//
// # For the tester
//
// [Broker.Peek] looks at a topic's subscriptions, its archive and the deliveries that wait. [Broker.Explain] says whether a
// subscription would get a message, and why not; [Journal.Explain] says what became of one, by the id that Publish answered.
// [Broker.Record] keeps a journal of what happens. [Broker.Intercept] makes an exact call or entry of a batch fail ([Fault]),
// before it takes effect or after, when the answer is lost; faults of deliveries are those of the queue broker, of functions and
// of the transport. [Broker.Meter] counts calls as they would be billed. [Broker.Snapshot] and [Broker.Restore] go back to a
// state, or fork it into another broker. [WithSeed] fixes all ids. [Broker.PendingToken] has the token for an endpoint that
// nobody plays. [Verify] checks signatures as endpoints do.
//
// # Cost
//
// A publish costs as much as the subscriptions that get the message, plus a look into an index of the filter policies: those that
// name exact values are not looked at one by one. A text is never copied for raw deliveries; an envelope is put together once, and
// copied once for each subscription, whose ARN it holds. A signature takes about a millisecond for each message that needs one, see
// [WithoutSignatures].
package sns
