package kinesis

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/inflight-mq/inflight/internal/arn"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// key names a stream among all accounts and regions of a broker.
type key struct{ account, region, name string }

const streamResource = "stream/"

func (k key) arn() string {
	return arn.New("kinesis", k.region, k.account, streamResource+k.name).String()
}

// isARN reports whether a reference is meant to be an ARN. No name holds a colon.
func isARN(ref string) bool { return strings.HasPrefix(ref, "arn:") }

// resolve turns a name, or the ARN of a stream or of one of its consumers, into a key. What makes no sense resolves to a name that
// no stream can have.
func resolve(ref, account, region string) key {
	if !isARN(ref) {
		return key{account, region, ref}
	}
	a, ok := arn.Parse(ref)
	name, isStream := strings.CutPrefix(a.Resource, streamResource)
	if !ok || !isStream || a.Service != "kinesis" || a.Partition != arn.Partition(a.Region) {
		return key{}
	}
	name, _, _ = strings.Cut(name, "/")
	return key{a.Account, a.Region, name}
}

// Ref returns the reference of a stream that is named by its name, its ARN or both, of which nil is absent. It fails with
// [ErrInvalidArgument] without either, or for two streams.
func Ref(name, arn *string) (string, error) {
	switch {
	case name == nil && arn == nil:
		return "", fail(ErrInvalidArgument, "Either StreamName or StreamARN should be provided.")
	case arn == nil:
		return *name, nil
	case name != nil && resolve(*arn, "", "").name != *name:
		return "", fail(ErrInvalidArgument, "StreamName %s and StreamARN %s do not name the same stream.", *name, *arn)
	}
	return *arn, nil
}

// checkRef adds what is wrong with the reference of a stream.
func checkRef(f *model.Faults, ref string) {
	if isARN(ref) {
		f.Text("streamARN", ref, model.StreamARNs(), 1, 2048)
		return
	}
	f.Text("streamName", ref, model.Names(), 1, 128)
}

func validRef(ref string) bool {
	var f model.Faults
	checkRef(&f, ref)
	return !f.Any()
}

// shardID returns the id of the shard of an index.
func shardID(index int32) string { return fmt.Sprintf("shardId-%012d", index) }

// parseShardID reads a shard's id as leniently as the service does: what counts is the number between the first hyphen and the
// next, or the whole text without a hyphen.
func parseShardID(id string) (index int32, ok bool) {
	if _, after, hyphened := strings.Cut(id, "-"); hyphened {
		id, _, _ = strings.Cut(after, "-")
	}
	n, err := strconv.ParseUint(id, 10, 31) // which takes digits only, and at least one
	return int32(n), err == nil
}

// checkShardID adds what is wrong with the form of a shard's id.
func checkShardID(f *model.Faults, path, id string) {
	f.Required(path, id, false, model.Names(), 1, 128)
}
