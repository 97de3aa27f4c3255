package kinesis

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/inflight-mq/inflight/kinesis/internal/core"
	"github.com/inflight-mq/inflight/kinesis/internal/model"
)

// checkTags adds what is wrong with the form of tags.
func checkTags(f *model.Faults, tags map[string]string, given bool) {
	if len(tags) == 0 && !given {
		return
	}
	f.Tags(tags)
}

// checkTagRules refuses tags with characters that tags cannot have, or more than a resource can have. verb is "add tags to" or "remove
// tags from".
func checkTagRules(k key, tags, old map[string]string, verb string) error {
	var texts []string
	n := len(old)
	for tag, value := range tags {
		texts = append(texts, tag, value)
		if _, has := old[tag]; !has {
			n++
		}
	}
	if err := checkTagTexts(k, texts, verb); err != nil {
		return err
	}
	if n > MaxTags {
		return fail(ErrInvalidArgument, "Failed to %s stream %s under account %s because a given stream cannot have more than 10 tags "+
			"associated with it.", verb, k.name, k.account)
	}
	return nil
}

func checkTagTexts(k key, texts []string, verb string) error {
	percent := false
	for _, text := range texts {
		for _, r := range text {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r) && !strings.ContainsRune("_./=+-%@", r) {
				return fail(ErrInvalidArgument, "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, "+
					"_ . / = + - %% @.")
			}
			percent = percent || r == '%'
		}
	}
	if percent {
		return fail(ErrInvalidArgument, "Failed to %s stream %s under account %s because some tags contained illegal characters. The allowed "+
			"characters are Unicode letters, white-spaces, '_',',','/','=','+','-','@'.", verb, k.name, k.account)
	}
	return nil
}

// Tags lists tags; see [Stream].
func (h *handle) Tags(ctx context.Context, opts TagOptions) (TagPage, error) {
	var p TagPage
	check := func(f *model.Faults) {
		f.Number("limit", opts.Limit, opts.Given&GivenLimit != 0, 1, 50)
		f.Optional("exclusiveStartTagKey", opts.After, opts.Given&GivenAfter != 0, nil, 1, 128)
	}
	err := h.change(ctx, OpListTagsForStream, check, func(c *call) error {
		all := sortedTags(c.s.config.tags)
		from, exact := slices.BinarySearchFunc(all, opts.After, func(t Tag, k string) int { return strings.Compare(t.Key, k) })
		if exact {
			from++
		}
		if opts.After != "" {
			all = all[from:]
		}
		n := limitOr(opts.Limit, len(all))
		n = min(n, len(all))
		p = TagPage{all[:n], n < len(all)}
		return nil
	})
	return answered(p, err)
}

// sortedTags returns tags by key. Go compares strings by bytes, which in UTF-8 is by code points.
func sortedTags(tags map[string]string) []Tag {
	all := make([]Tag, 0, len(tags))
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		all = append(all, Tag{k, tags[k]})
	}
	return all
}

// Tag adds tags; see [Stream].
func (h *handle) Tag(ctx context.Context, tags map[string]string) error {
	return h.change(ctx, OpAddTagsToStream, func(f *model.Faults) { checkTags(f, tags, true) }, func(c *call) error {
		if err := c.taggable(); err != nil {
			return err
		}
		if err := checkTagRules(c.s.key, tags, c.s.config.tags, "add tags to"); err != nil {
			return err
		}
		c.s.config.tags = merged(c.s.config.tags, tags)
		c.changedTags(resource{})
		return nil
	})
}

// taggable refuses to change the tags of a stream that is not there for good.
func (c *call) taggable() error {
	if st := c.s.state.State(c.now); st != core.Active && st != core.Updating {
		return c.inState(st)
	}
	return nil
}

// tagTexts returns tags as the journal shows them.
func tagTexts(tags map[string]string) string {
	var texts []string
	for _, t := range sortedTags(tags) {
		texts = append(texts, t.Key+"="+t.Value)
	}
	return strings.Join(texts, ",")
}

func merged(old, more map[string]string) map[string]string {
	all := make(map[string]string, len(old)+len(more))
	maps.Copy(all, old)
	maps.Copy(all, more)
	return all
}

func without(old map[string]string, keys []string) map[string]string {
	left := maps.Clone(old)
	for _, k := range keys {
		delete(left, k)
	}
	return left
}

// Untag removes tags; see [Stream].
func (h *handle) Untag(ctx context.Context, keys ...string) error {
	return h.change(ctx, OpRemoveTagsFromStream, func(f *model.Faults) { f.TagKeys(keys) }, func(c *call) error {
		if err := c.taggable(); err != nil {
			return err
		}
		if err := checkTagTexts(c.h.key, keys, "remove tags from"); err != nil {
			return err
		}
		c.s.config.tags = without(c.s.config.tags, keys)
		c.changedTags(resource{})
		return nil
	})
}
