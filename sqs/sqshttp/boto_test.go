package sqshttp_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Requests and answers in the form that boto3 gives them in Python, which is that of the recordings: one form for both protocols.

type (
	obj   = map[string]any
	list  = []any
	texts = map[string]string
	objs  = map[string]obj
	names = []string
	batch = []obj
)

// flatten writes parameters as the Query protocol does.
func flatten(form url.Values, op, prefix string, in obj) {
	for name, v := range in {
		switch v := v.(type) {
		case []byte:
			form.Set(prefix+name, base64.StdEncoding.EncodeToString(v))
		case texts:
			flattenTexts(form, prefix+strings.TrimSuffix(name, "s"), v)
		case objs:
			flattenObjects(form, op, prefix+strings.TrimSuffix(name, "s"), v)
		case names:
			element := singular(name)
			if name == "MessageSystemAttributeNames" && in["AttributeNames"] != nil {
				continue // both have the same name in a form, and one of them gets lost
			}
			for i, s := range v {
				form.Set(prefix+element+"."+strconv.Itoa(i+1), s)
			}
		case batch:
			for i, entry := range v {
				flatten(form, op, fmt.Sprintf("%s%sRequestEntry.%d.", prefix, op, i+1), entry)
			}
		default:
			form.Set(prefix+name, fmt.Sprint(v))
		}
	}
}

func singular(name string) string {
	switch name {
	case "Actions":
		return "ActionName"
	case "MessageSystemAttributeNames":
		return "AttributeName"
	}
	return strings.TrimSuffix(name, "s")
}

func flattenTexts(form url.Values, name string, m texts) {
	key, i := "Name", 0
	if strings.EqualFold(name, "Tag") {
		name, key = "Tag", "Key"
	}
	for k, v := range m {
		i++
		form.Set(fmt.Sprintf("%s.%d.%s", name, i, key), k)
		form.Set(fmt.Sprintf("%s.%d.Value", name, i), v)
	}
}

func flattenObjects(form url.Values, op, name string, m objs) {
	i := 0
	for k, v := range m {
		i++
		form.Set(fmt.Sprintf("%s.%d.Name", name, i), k)
		flatten(form, op, fmt.Sprintf("%s.%d.Value.", name, i), v)
	}
}

func metadata(a answer) obj { return obj{"HTTPHeaders": obj{}, "HTTPStatusCode": float64(a.status)} }

// decodeJSON decodes an answer of the JSON protocol.
func decodeJSON(t testing.TB, a answer) obj {
	t.Helper()
	data := obj{}
	require.NoError(t, json.Unmarshal([]byte(a.text), &data), a.text)
	if a.status != 200 {
		kind, _ := data["__type"].(string)
		_, shape, _ := strings.Cut(kind, "#")
		code, side, _ := strings.Cut(a.header.Get("x-amzn-query-error"), ";")
		data = obj{"Error": obj{"Code": code, "Message": data["message"], "QueryErrorCode": shape, "Type": side}}
	}
	data["ResponseMetadata"] = metadata(a)
	return data
}

// node is an element of XML.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

// decodeXML decodes an answer of the Query protocol.
func decodeXML(t testing.TB, a answer) obj {
	t.Helper()
	var root node
	require.NoError(t, xml.Unmarshal([]byte(a.text), &root), a.text)
	data := obj{}
	for _, n := range root.Nodes {
		switch name := n.XMLName.Local; {
		case name == "Error":
			data["Error"] = n.object()
		case strings.HasSuffix(name, "Result"):
			data = n.object()
		}
	}
	data["ResponseMetadata"] = metadata(a)
	return data
}

// object makes an object of the element's children: repeated elements become lists or maps again.
func (n node) object() obj {
	o := obj{}
	for _, c := range n.Nodes {
		switch name := c.XMLName.Local; {
		case name == "Attribute":
			entry(o, "Attributes", "Name", c)
		case name == "Tag":
			entry(o, "Tags", "Key", c)
		case name == "MessageAttribute":
			parts := c.object()
			member(o, "MessageAttributes")[parts["Name"].(string)] = parts["Value"]
		case name == "Value" && len(c.Nodes) > 0:
			o[name] = c.object()
		case name == "Message" && len(c.Nodes) > 0:
			add(o, "Messages", c.object())
		case name == "QueueUrl" && n.XMLName.Local == "ListQueuesResult":
			add(o, "QueueUrls", c.Text)
		case name == "QueueUrl" && n.XMLName.Local == "ListDeadLetterSourceQueuesResult":
			add(o, "queueUrls", c.Text)
		case name == "BatchResultErrorEntry":
			add(o, "Failed", c.object())
		case name == "ListMessageMoveTasksResultEntry":
			add(o, "Results", c.object())
		case strings.HasSuffix(name, "ResultEntry"):
			add(o, "Successful", c.object())
		default:
			o[name] = c.scalar()
		}
	}
	return o
}

// add appends to the list of a name.
func add(o obj, name string, v any) {
	l, _ := o[name].(list)
	o[name] = append(l, v)
}

// member returns the map of a name.
func member(o obj, name string) obj {
	m, ok := o[name].(obj)
	if !ok {
		m = obj{}
		o[name] = m
	}
	return m
}

// entry adds an entry of texts to the map of a name.
func entry(o obj, name, key string, n node) {
	parts := n.object()
	member(o, name)[parts[key].(string)] = parts["Value"]
}

// scalar is the value of an element without children, of the type that the model gives it.
func (n node) scalar() any {
	switch n.XMLName.Local {
	case "Detail":
		return nil
	case "SenderFault":
		return n.Text == "true"
	case "ApproximateNumberOfMessagesMoved", "ApproximateNumberOfMessagesToMove", "MaxNumberOfMessagesPerSecond",
		"StartedTimestamp":
		f, _ := strconv.ParseFloat(n.Text, 64)
		return f
	}
	return n.Text
}
