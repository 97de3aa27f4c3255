package kinesistest

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/inflight-mq/inflight/kinesis"
)

// hasTags demands that a stream has these tags, in this order, and no others.
func (e *Env) hasTags(s kinesis.Stream, want ...kinesis.Tag) {
	p, err := s.Tags(e.Ctx, kinesis.TagOptions{})
	e.ok(err)
	assert.ElementsMatch(e, want, p.Tags)
	assert.False(e, p.More)
}

// hasResourceTags demands the same of an ARN.
func (e *Env) hasResourceTags(arn string, want ...kinesis.Tag) {
	got, err := e.Streams.ResourceTags(e.Ctx, arn)
	e.ok(err)
	assert.ElementsMatch(e, want, got)
}

const (
	textInvalidTags = "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @."
	textIllegalTags = " stream {N} under account {A} because some tags contained illegal characters. The allowed characters are Unicode letters, " +
		"white-spaces, '_',',','/','=','+','-','@'."
)

func tagCases() []Case {
	return []Case{
		documented("17", "add", "tags are added and overwritten; values may be empty", func(e *Env) {
			s := e.stream(1)
			e.ok(s.Tag(e.Ctx, map[string]string{"a": "", "b": "1", "é": "x y"}))
			e.ok(s.Tag(e.Ctx, map[string]string{"b": "2"}))
			e.hasTags(s, kinesis.Tag{Key: "a"}, kinesis.Tag{Key: "b", Value: "2"}, kinesis.Tag{Key: "é", Value: "x y"})
		}),
		documented("17", "remove", "tags are removed; those that are not there are no error", func(e *Env) {
			s := e.stream(1)
			e.ok(s.Tag(e.Ctx, map[string]string{"a": "1", "b": "2"}))
			e.ok(s.Untag(e.Ctx, "a", "none"))
			e.hasTags(s, kinesis.Tag{Key: "b", Value: "2"})
		}),
		documented("17", "order", "tags are listed by code point", func(e *Env) {
			s := e.stream(1)
			e.ok(s.Tag(e.Ctx, map[string]string{"b": "", "B": "", "a": "", "é": "", "𐐀": "", "ﬀ": ""}))
			p, err := s.Tags(e.Ctx, kinesis.TagOptions{})
			e.ok(err)
			var got []string
			for _, t := range p.Tags {
				got = append(got, t.Key)
			}
			assert.Equal(e, []string{"B", "a", "b", "é", "ﬀ", "𐐀"}, got)
		}),
		documented("17", "pages", "a page begins behind a key, whether it exists or not", func(e *Env) {
			s := e.stream(1)
			e.ok(s.Tag(e.Ctx, map[string]string{"a": "1", "b": "2", "c": "3"}))
			p, err := s.Tags(e.Ctx, kinesis.TagOptions{After: "a", Limit: 1})
			e.ok(err)
			assert.Equal(e, kinesis.TagPage{Tags: []kinesis.Tag{{Key: "b", Value: "2"}}, More: true}, p)
			p, err = s.Tags(e.Ctx, kinesis.TagOptions{After: "bb"})
			e.ok(err)
			assert.Equal(e, kinesis.TagPage{Tags: []kinesis.Tag{{Key: "c", Value: "3"}}}, p)
		}),
		recorded("17", "invalid", "characters that tags cannot have are refused", func(e *Env) {
			s := e.stream(1)
			e.argument(s, s.Tag(e.Ctx, map[string]string{"a;b": ""}), textInvalidTags)
			e.argument(s, s.Tag(e.Ctx, map[string]string{"a": "!"}), textInvalidTags)
			e.hasTags(s)
		}),
		recorded("17", "per-cent", "a per cent sign is refused in another way", func(e *Env) {
			s := e.stream(1)
			e.argument(s, s.Tag(e.Ctx, map[string]string{"a": "5%"}), "Failed to add tags to"+textIllegalTags)
			e.argument(s, s.Untag(e.Ctx, "5%"), "Failed to remove tags from"+textIllegalTags)
		}),
		recorded("17", "fifty", "a stream has up to fifty", func(e *Env) {
			s := e.stream(1)
			tags := map[string]string{}
			for i := range 50 {
				tags[fmt.Sprintf("k%02d", i)] = "v"
			}
			e.ok(s.Tag(e.Ctx, tags))
			e.argument(s, s.Tag(e.Ctx, map[string]string{"more": ""}), "Failed to add tags to stream {N} under account {A} because a given stream "+
				"cannot have more than 10 tags associated with it.")
			e.ok(s.Tag(e.Ctx, map[string]string{"k00": "again"}))
		}),
		recorded("17", "stream-first", "the stream is looked for before the characters", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			e.notFound(s, s.Tag(e.Ctx, map[string]string{";": ""}))
		}),
		recorded("3.2", "key-length", "a key has 1 to 128 characters", func(e *Env) {
			long := strings.Repeat("k", 129)
			e.invalid(e.stream(1).Tag(e.Ctx, map[string]string{long: "v"}), "Value '{"+long+"=v}' at 'tags' failed to satisfy constraint: Map keys must "+
				"satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]")
		}),
		recorded("3.2", "value-length", "a value has up to 256", func(e *Env) {
			long := strings.Repeat("v", 257)
			e.invalid(e.stream(1).Tag(e.Ctx, map[string]string{"k": long}), "Value '{k="+long+"}' at 'tags' failed to satisfy constraint: Map value must "+
				"satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]")
		}),
		recorded("3.2", "no-tags", "no tags cannot be added", func(e *Env) {
			e.invalid(e.stream(1).Tag(e.Ctx, map[string]string{}), value("{}", "tags", mustBeLonger))
		}),
		recorded("3.2", "no-keys", "no keys cannot be removed, nor an empty one", func(e *Env) {
			s := e.stream(1)
			e.invalid(s.Untag(e.Ctx), value("[]", "tagKeys", mustBeLonger))
			e.invalid(s.Untag(e.Ctx, "a", ""), value("[a, ]", "tagKeys", "satisfy constraint: [Member must have length less than or equal to 128, "+
				"Member must have length greater than or equal to 1]"))
		}),
		documented("2.1", "limit", "a page has up to fifty", func(e *Env) {
			_, err := e.stream(1).Tags(e.Ctx, kinesis.TagOptions{Limit: 51})
			e.invalid(err, value(51, "limit", atMost(50)))
		}),
	}
}

func resourceTagCases() []Case {
	return []Case{
		documented("17", "by-arn", "tags are the same by name and by ARN", func(e *Env) {
			s := e.stream(1)
			e.ok(s.Tag(e.Ctx, map[string]string{"a": "1"}))
			e.ok(e.Streams.TagResource(e.Ctx, s.ARN(), map[string]string{"b": "2"}))
			e.hasResourceTags(s.ARN(), kinesis.Tag{Key: "a", Value: "1"}, kinesis.Tag{Key: "b", Value: "2"})
			e.hasTags(s, kinesis.Tag{Key: "a", Value: "1"}, kinesis.Tag{Key: "b", Value: "2"})
			e.ok(e.Streams.UntagResource(e.Ctx, s.ARN(), "a"))
			e.hasTags(s, kinesis.Tag{Key: "b", Value: "2"})
		}),
		documented("17", "consumer", "consumers have tags by ARN", func(e *Env) {
			s := e.stream(1)
			c := e.register(s, "c")
			e.ok(e.Streams.TagResource(e.Ctx, c.ARN, map[string]string{"a": "1", "b": "2"}))
			e.ok(e.Streams.UntagResource(e.Ctx, c.ARN, "a"))
			e.hasResourceTags(c.ARN, kinesis.Tag{Key: "b", Value: "2"})
			e.hasTags(s)
		}),
		documented("17", "arn-absent", "what is not there is not found", func(e *Env) {
			s := e.stream(1)
			e.drop(s)
			_, err := e.Streams.ResourceTags(e.Ctx, s.ARN())
			assert.ErrorIs(e, err, kinesis.ErrResourceNotFound)
			assert.ErrorIs(e, e.Streams.TagResource(e.Ctx, s.ARN(), map[string]string{"a": ""}), kinesis.ErrResourceNotFound)
			assert.ErrorIs(e, e.Streams.UntagResource(e.Ctx, s.ARN(), "a"), kinesis.ErrResourceNotFound)
		}),
	}
}
