package sqs

import (
	"context"
	"maps"
	"unicode/utf8"
)

// Tags returns the queue's tags, nil when there are none; see [Queue].
func (q *queue) Tags(ctx context.Context) (map[string]string, error) {
	c, err := q.begin(ctx, OpListQueueTags)
	if err = c.end(err); err != nil {
		return nil, err
	}
	return maps.Clone(c.q.settings.Load().tags), nil
}

// Tag adds tags, overwriting those of the same keys; see [Queue].
func (q *queue) Tag(ctx context.Context, tags map[string]string) error {
	c, err := q.begin(ctx, OpTagQueue)
	if err == nil && len(tags) == 0 {
		err = missing("Tags")
	}
	if err == nil {
		err = c.q.retag(func(old map[string]string) (map[string]string, error) {
			if err := validateTags(c.q.key.name, tags, old); err != nil {
				return nil, err
			}
			merged := maps.Clone(old)
			if merged == nil {
				merged = map[string]string{}
			}
			maps.Copy(merged, tags)
			return merged, nil
		})
	}
	return c.end(err)
}

// Untag removes tags; keys that the queue does not have are no error; see [Queue].
func (q *queue) Untag(ctx context.Context, keys ...string) error {
	c, err := q.begin(ctx, OpUntagQueue)
	if err == nil && len(keys) == 0 {
		err = badTagKey()
	}
	if err == nil {
		err = c.q.retag(func(old map[string]string) (map[string]string, error) {
			left := maps.Clone(old)
			for _, k := range keys {
				delete(left, k)
			}
			if len(left) == 0 {
				left = nil
			}
			return left, nil
		})
	}
	return c.end(err)
}

// retag replaces the tags, which move no timestamp.
func (q *queue) retag(change func(map[string]string) (map[string]string, error)) error {
	if err := q.lock(); err != nil {
		return err
	}
	defer q.mu.Unlock()
	next := *q.settings.Load()
	tags, err := change(next.tags)
	if err != nil {
		return err
	}
	next.tags = tags
	q.settings.Store(&next)
	return nil
}

func badTagKey() error {
	return fail(ErrInvalidParameterValue, "Tag keys must be between 1 and 128 characters in length.")
}

// validateTags refuses tags out of size, or more than a queue can have.
func validateTags(queue string, tags, old map[string]string) error {
	n := len(old)
	for k, v := range tags {
		switch {
		case k == "" || utf8.RuneCountInString(k) > 128 || !utf8.ValidString(k):
			return badTagKey()
		case utf8.RuneCountInString(v) > 256 || !utf8.ValidString(v):
			return fail(ErrInvalidParameterValue, "Tag values must be between 0 and 256 characters in length.")
		}
		if _, has := old[k]; !has {
			n++
		}
	}
	if n > MaxTags {
		return fail(ErrInvalidParameterValue, "Too many tags added for queue %s.", queue)
	}
	return nil
}
