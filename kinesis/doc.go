// Package kinesis is Amazon Kinesis Data Streams in memory: streams of shards that records are placed in by the MD5 of their
// keys, kept in order, and read as often as one likes until their retention ends; with splits and merges, enhanced fan-out and
// all the rules around them, behind small Go interfaces. [New] makes a [Broker]; its streams are [Stream] values. It is for tests
// of code that uses streams, for proofs about readers, and for embedding.
//
//	broker := kinesis.New()
//	trucks, err := broker.Create(ctx, "trucks", kinesis.Config{Shards: 5})
//	placed, err := trucks.Put(ctx, kinesis.Entry{PartitionKey: "truck 7", Data: position})
//	for r, err := range trucks.Records(ctx, placed.ShardID, kinesis.Oldest()) {
//		handle(r)
//	}
//
// The rules are those of API version 2013-12-02. Errors are the service's codes ([Code]) with its texts ([Error]).
//
// # What a stream promises
//
//   - At every instant the open shards divide the key space of 128 bits: each key has exactly one.
//   - A record that Put accepted is held, unchanged, until its retention ends. Reading takes nothing away; any number of readers may
//     stand anywhere.
//   - The records of a shard are read in the order in which they were accepted, which is that of their sequence numbers. Numbers have
//     gaps, and those of different shards say nothing about each other.
//   - A shard that is split or merged is closed: it keeps its records, takes no others, and ends with a number of its own. Its
//     children begin above that number, with nothing in them. Who reads parents to their end before their children sees the
//     records of each key in order.
//   - The records of a batch are attempted one by one. Those that fail say so; those behind them may succeed, so that a batch of which
//     some are put again is not in order.
//   - An iterator is a place, not a reader: it may be used again, and finds the same. It is valid for five minutes. [Oldest] is
//     what is held when it is used, [Latest] what was newest when it was made.
//   - A closed shard is read to its end before anything says so; then there is no next iterator, and the children are named.
//   - A record has expired when its age reaches the retention. A longer retention brings nothing back. A closed shard is gone when its
//     closing is that old.
//   - [Reader.Records] and subscriptions are woken by what they wait for: a record, the closing of the shard, the end of the stream. A
//     context that ends leaves nothing behind.
//   - Every refused call changes nothing.
//
// # What it leaves open, and how chance is ruled
//
// A read may answer fewer records than there are, or none; the end of a shard may be told one read later; a record or a read may be
// refused for its rate; a producer that missed an answer may have stored a record twice. Each of these is a question to the [Chooser].
// Without one the answers are tame. [RandomChooser] answers at random; kinesistest.Draw lets a property test choose the answers.
//
// # Differences from the service
//
//   - A record can be read as soon as it is put. A reshard takes effect in one instant for writers and readers.
//   - Changes are made at once unless [WithTransitions] says how long they take.
//   - Rates are not limited unless [WithThrottling] asks for it. What exceeds a second's throughput is decided by a bucket for each
//     shard that holds one second's worth.
//   - With throttling, on-demand streams scale themselves; without, they keep their four shards. Every 15 minutes, counted from when
//     the stream became on-demand, a shard is split in the middle that took more than half of what it may take, in bytes or records,
//     in one of those minutes. So a stream is ready for twice what it ever took, and what more than doubles in a quarter of an hour
//     may be refused. It splits up to 200 shards. Two neighbours are merged, until four are left, once they took less than half of
//     what one may take, together, for 30 days; shards that are younger, on-demand, are not. It takes no time, nor another state.
//     A warm throughput is a shard for each MiB at least.
//   - A change of the number of shards makes ranges that are equal but for a key, with as few shards between as that takes.
//   - Nothing is encrypted and nothing is measured: keys and metrics are state only. The KMS errors exist for [Broker.Intercept].
//   - Identities are not verified: a call is made by whom its context names ([WithCaller]), else by the owner. The policies of
//     streams and consumers are evaluated for everyone else, and their Deny statements for named callers of the owner's account
//     too.
//   - An idle subscription pushes its first event after five seconds. One that another takes the place of ends with
//     [ErrResourceInUse].
//   - An old sequence number, or an old iterator, of a stream that was deleted is refused by a stream of the same name, also if
//     both were made in the same second: the numbers of the second begin a second later.
//   - The channels of 2026 (CreateChannel and so on) do not exist.
//
// # Operations
//
//	AddTagsToStream                        Stream.Tag
//	CreateStream                           Streams.Create
//	DecreaseStreamRetentionPeriod          Stream.DecreaseRetention
//	DeleteResourcePolicy                   Streams.DeletePolicy
//	DeleteStream                           Streams.Delete
//	DeregisterStreamConsumer               Stream.Deregister
//	DescribeAccountSettings                Streams.Commitment
//	DescribeLimits                         Streams.AccountLimits
//	DescribeStream                         Stream.Describe
//	DescribeStreamConsumer                 Stream.Consumer
//	DescribeStreamSummary                  Stream.Summary, Streams.Open
//	DisableEnhancedMonitoring              Stream.DisableMonitoring
//	EnableEnhancedMonitoring               Stream.EnableMonitoring
//	GetRecords                             Streams.Read, Reader.Records
//	GetResourcePolicy                      Streams.Policy
//	GetShardIterator                       Reader.Iterator
//	IncreaseStreamRetentionPeriod          Stream.IncreaseRetention
//	ListShards                             Streams.ListShards, Reader.Shards
//	ListStreamConsumers                    Stream.Consumers
//	ListStreams                            Streams.List, All
//	ListTagsForResource                    Streams.ResourceTags
//	ListTagsForStream                      Stream.Tags
//	MergeShards                            Stream.Merge
//	PutRecord                              Producer.Put
//	PutRecords                             Producer.PutBatch
//	PutResourcePolicy                      Streams.SetPolicy
//	RegisterStreamConsumer                 Stream.Register
//	RemoveTagsFromStream                   Stream.Untag
//	SplitShard                             Stream.Split, Stream.SplitText
//	StartStreamEncryption                  Stream.StartEncryption
//	StopStreamEncryption                   Stream.StopEncryption
//	SubscribeToShard                       Reader.Subscribe
//	TagResource                            Streams.TagResource
//	UntagResource                          Streams.UntagResource
//	UpdateAccountSettings                  Streams.SetCommitment
//	UpdateMaxRecordSize                    Stream.SetMaxRecordSize
//	UpdateShardCount                       Stream.SetShardCount
//	UpdateStreamMode                       Stream.SetMode
//	UpdateStreamRecordDistributionStrategy Stream.SetDistribution
//	UpdateStreamWarmThroughput             Stream.SetWarmThroughput
//
// DryRun is [WithDryRun]. Texts that came in from outside, right or wrong, go into the fields whose names end in Text, and [Ref]
// makes one reference of a name and an ARN.
//
// # For the tester
//
// [Broker.Peek] looks at everything a stream holds and changes nothing. [Broker.ExplainKey] says where a key's records go and went,
// [Broker.ExplainRead] what an iterator would find, and why nothing. [Broker.Record] keeps a journal: of records, shards, states,
// settings and consumers, and of who brought it about. [Broker.Intercept] makes an exact call or record of a batch fail ([Fault]),
// before it takes effect or after, when the answer is lost. [Broker.Meter] counts calls, records and payload units.
// [Broker.Snapshot] and [Broker.Restore] go back to a state, or fork it into another broker. [WithSeed] fixes all ids.
//
// # Cost
//
// A put costs the MD5 of its key, a copy of its data and a search of the open shards; a read, a search of the shard's chunks and
// what it answers. Neither depends on how much is held. A record takes 56 bytes beside its data and key; what has expired is
// dropped by chunks of up to 255 records as the shard is next used. A broker starts no goroutine; a timer runs only for a reader
// that waits for a time.
package kinesis
