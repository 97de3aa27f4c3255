package sns

import (
	"context"
	"maps"
	"unicode/utf8"
)

// Tags returns the topic's tags; see [Topic].
func (h handle) Tags(ctx context.Context) (map[string]string, error) {
	c, t, err := h.beginTags(ctx, OpListTagsForResource)
	if err = c.end(err); err != nil {
		return nil, err
	}
	return maps.Clone(t.settings.Load().tags), nil
}

// Tag adds tags; see [Topic].
func (h handle) Tag(ctx context.Context, tags map[string]string) error {
	c, t, err := h.beginTags(ctx, OpTagResource)
	if err == nil {
		err = t.edit(c.now, func(s *settings) (*settings, error) {
			if err := validateTags(tags, s.tags); err != nil {
				return nil, err
			}
			next := *s
			next.tags = maps.Clone(s.tags)
			if next.tags == nil {
				next.tags = map[string]string{}
			}
			maps.Copy(next.tags, tags)
			return &next, nil
		})
	}
	return c.end(err)
}

// Untag removes tags; see [Topic].
func (h handle) Untag(ctx context.Context, keys ...string) error {
	c, t, err := h.beginTags(ctx, OpUntagResource)
	if err == nil {
		err = t.edit(c.now, func(s *settings) (*settings, error) {
			next := *s
			next.tags = maps.Clone(s.tags)
			for _, k := range keys {
				delete(next.tags, k)
			}
			if len(next.tags) == 0 {
				next.tags = nil
			}
			return &next, nil
		})
	}
	return c.end(err)
}

// beginTags starts an operation on tags, which has an error of its own for what does not exist.
func (h handle) beginTags(ctx context.Context, op Op) (call, *topic, error) {
	c, t, err := h.b.beginOn(ctx, op, "ResourceArn", h.ref)
	if e, ok := err.(*Error); ok && e.Code == ErrNotFound {
		err = fail(ErrResourceNotFound, "Resource does not exist")
	}
	return c, t, err
}

// validateTags refuses tags out of size, or more than a topic can have.
func validateTags(tags, old map[string]string) error {
	n := len(old)
	for i, k := range sortedKeys(tags) {
		switch {
		case utf8.RuneCountInString(k) > 128:
			return fail(ErrValidation, "1 validation error detected: Value '%s' at 'tags.%d.member.key' failed to satisfy "+
				"constraint: Member must have length less than or equal to 128", k, i+1)
		case k == "":
			return fail(ErrValidation, "1 validation error detected: Value '%s' at 'tags.%d.member.key' failed to satisfy "+
				"constraint: Member must have length greater than or equal to 1", k, i+1)
		case utf8.RuneCountInString(tags[k]) > 256:
			return fail(ErrValidation, "1 validation error detected: Value '%s' at 'tags.%d.member.value' failed to satisfy "+
				"constraint: Member must have length less than or equal to 256", tags[k], i+1)
		case !utf8.ValidString(k), !utf8.ValidString(tags[k]):
			return invalid("Tags Reason: must be valid UTF-8")
		}
		if _, has := old[k]; !has {
			n++
		}
	}
	if n > MaxTags {
		return fail(ErrTagLimitExceeded, "Could not complete request: tag quota of per resource exceeded")
	}
	return nil
}

// mapWith returns a copy of m with one more entry.
func mapWith(m map[string]string, k, v string) map[string]string {
	c := maps.Clone(m)
	c[k] = v
	return c
}
