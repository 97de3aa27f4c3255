package snshttp

import (
	"strconv"

	"github.com/inflight-mq/inflight/sns"
)

// What the operations read and write in the same way.

// text returns a parameter, "" if it is absent.
func (c *call) text(name string) string {
	if s := c.form.Text(name); s != nil {
		return *s
	}
	return ""
}

// required returns a parameter that must not be absent. It may be empty, which the broker words.
func (c *call) required(name string) (string, error) {
	s := c.form.Text(name)
	if s == nil {
		return "", &sns.Error{
			Code: sns.ErrInvalidParameter, Message: "Invalid parameter: " + name + " Reason: no value for required parameter",
		}
	}
	return *s, nil
}

// null is the refusal of a required list or map that is absent, or of a required member of one.
func null(path string) error {
	return &sns.Error{
		Code:    sns.ErrValidation,
		Message: "1 validation error detected: Value null at '" + path + "' failed to satisfy constraint: Member must not be null",
	}
}

// topic returns the topic that the request names.
func (c *call) topic() (sns.Topic, error) { return c.resource("TopicArn") }

// resource returns the topic that a parameter of another name names.
func (c *call) resource(parameter string) (sns.Topic, error) {
	ref, err := c.required(parameter)
	if err != nil {
		return nil, err
	}
	return c.b.Topic(ref), nil
}

// attributes reads the map of attributes, nil if it is absent.
func (c *call) attributes() map[string]string {
	return c.form.TextMap("Attributes.entry", "key", "value")
}

// writeMap writes a map of texts, in order of its keys.
func (c *call) writeMap(name string, m map[string]string) {
	c.out.Open(name)
	c.out.Map(name, "entry", "key", "value", m)
	c.out.Close(name)
}

// writeList writes a list of n structures; item writes the members of the i-th.
func (c *call) writeList(name string, n int, item func(i int)) {
	c.out.Open(name)
	c.out.List(name, "member", n, item)
	c.out.Close(name)
}

// newTags reads the tags of the request, in which no key may stand twice.
func (c *call) newTags() (map[string]string, error) {
	var tags map[string]string
	for i, item := range c.form.Items("Tags.member") {
		key := c.form.Text(item + ".Key")
		if key == nil {
			return nil, null("tags." + strconv.Itoa(i+1) + ".member.key")
		}
		if _, has := tags[*key]; has {
			return nil, &sns.Error{Code: sns.ErrInvalidParameter, Message: "Invalid parameter: Duplicated keys are not allowed."}
		}
		if tags == nil {
			tags = map[string]string{}
		}
		tags[*key] = c.text(item + ".Value")
	}
	return tags, nil
}

// given returns the mark of a parameter that is present and empty.
func (c *call) given(name string, mark sns.Given) sns.Given {
	if s := c.form.Text(name); s != nil && *s == "" {
		return mark
	}
	return 0
}
