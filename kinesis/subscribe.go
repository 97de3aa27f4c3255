package kinesis

import "iter"

// Subscription is a consumer's subscription to one shard. It costs nothing while nobody loops over its events.
type Subscription struct{}

// Events yields what the service pushes, and waits in between. It ends without an error five minutes after the subscription
// began, after the last event of a closed shard, when the loop stops, and when the context of the subscription ends. It yields
// [ErrResourceInUse] when another subscription took its place, [ErrResourceNotFound] when stream or consumer are gone. It can
// be looped over once.
func (s *Subscription) Events() iter.Seq2[Event, error] { return nil }
