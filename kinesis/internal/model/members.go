package model

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// The members that several operations share, and the values of those that are enumerations, in the order of refusals.

// PositionTypes are the kinds of positions in a shard.
func PositionTypes() []string {
	return []string{"AFTER_SEQUENCE_NUMBER", "LATEST", "AT_TIMESTAMP", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"}
}

// FilterTypes are the kinds of shard filters.
func FilterTypes() []string {
	return []string{"AFTER_SHARD_ID", "AT_TRIM_HORIZON", "FROM_TRIM_HORIZON", "AT_LATEST", "AT_TIMESTAMP", "FROM_TIMESTAMP"}
}

// Modes are those of streams.
func Modes() []string { return []string{"ON_DEMAND", "PROVISIONED"} }

// Distributions are what places records.
func Distributions() []string { return []string{"AUTO", "USER_PARTITION_KEY"} }

// ScalingTypes are how ranges are divided.
func ScalingTypes() []string { return []string{"UNIFORM_SCALING"} }

// EncryptionTypes are those of streams.
func EncryptionTypes() []string { return []string{"KMS", "NONE"} }

// Commitments are what an account can ask for.
func Commitments() []string { return []string{"ENABLED", "DISABLED"} }

func metrics() []string {
	return []string{"IncomingBytes", "IncomingRecords", "OutgoingBytes", "OutgoingRecords", "WriteProvisionedThroughputExceeded",
		"ReadProvisionedThroughputExceeded", "IteratorAgeMilliseconds", "ALL"}
}

// Metrics checks a list of metrics.
func Metrics[S ~string](f *Faults, list []S) {
	f.List("shardLevelMetrics", "[]", len(list), 1, 7)
	for i, m := range list {
		f.Enum("shardLevelMetrics."+strconv.Itoa(i+1)+".member", string(m), metrics()...)
	}
}

// Tags checks tags that are there.
func (f *Faults) Tags(tags map[string]string) {
	shown := showTags(tags)
	f.List("tags", shown, len(tags), 1, 200)
	badKey, badValue := false, false
	for k, v := range tags {
		badKey = badKey || !Fits(k, 1, 128)
		badValue = badValue || !Fits(v, 0, 256)
	}
	if badKey {
		f.Value("tags", shown, "Map keys must satisfy constraint: ["+AtMost(128)+", "+AtLeast(1)+"]")
	}
	if badValue {
		f.Value("tags", shown, "Map value must satisfy constraint: ["+AtMost(256)+", "+AtLeast(0)+"]")
	}
}

// showTags renders tags as the service's refusals show maps, in order of keys.
func showTags(tags map[string]string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, k := range slices.Sorted(maps.Keys(tags)) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(k + "=" + tags[k])
	}
	b.WriteByte('}')
	return b.String()
}

// TagKeys checks the keys of tags.
func (f *Faults) TagKeys(keys []string) {
	shown := "[" + strings.Join(keys, ", ") + "]"
	f.List("tagKeys", shown, len(keys), 1, 50)
	if slices.ContainsFunc(keys, func(k string) bool { return !Fits(k, 1, 128) }) {
		f.Value("tagKeys", shown, "Member must satisfy constraint: ["+AtMost(128)+", "+AtLeast(1)+"]")
	}
}
