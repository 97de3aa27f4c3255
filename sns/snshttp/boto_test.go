package snshttp_test

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/inflight-mq/inflight/internal/wiretest"
)

// Requests and answers in the form that boto3 gives them in Python, which is that of the recordings.

type (
	obj   = wiretest.Obj
	list  = wiretest.List
	texts = map[string]string
	objs  = map[string]obj
	names = []string
	batch = []obj
)

// flatten writes parameters as the Query protocol does.
func flatten(form url.Values, prefix string, in obj) {
	for name, v := range in {
		name = prefix + name
		switch v := v.(type) {
		case []byte:
			form.Set(name, base64.StdEncoding.EncodeToString(v))
		case texts:
			i := 0
			for key, value := range v {
				i++
				form.Set(fmt.Sprintf("%s.entry.%d.key", name, i), key)
				form.Set(fmt.Sprintf("%s.entry.%d.value", name, i), value)
			}
		case objs:
			i := 0
			for key, value := range v {
				i++
				form.Set(fmt.Sprintf("%s.entry.%d.Name", name, i), key)
				flatten(form, fmt.Sprintf("%s.entry.%d.Value.", name, i), value)
			}
		case names:
			for i, s := range v {
				form.Set(fmt.Sprintf("%s.member.%d", name, i+1), s)
			}
		case batch:
			for i, entry := range v {
				flatten(form, fmt.Sprintf("%s.member.%d.", name, i+1), entry)
			}
		default:
			form.Set(name, fmt.Sprint(v))
		}
	}
}

func metadata(a answer) obj { return obj{"HTTPHeaders": obj{}, "HTTPStatusCode": float64(a.status)} }

// node is an element of XML.
type node struct {
	XMLName xml.Name
	Text    string `xml:",chardata"`
	Nodes   []node `xml:",any"`
}

// decodeXML decodes an answer: the members of the result.
func decodeXML(t testing.TB, a answer) obj {
	t.Helper()
	var root node
	require.NoError(t, xml.Unmarshal([]byte(a.text), &root), a.text)
	require.Equal(t, "http://sns.amazonaws.com/doc/2010-03-31/", root.XMLName.Space)
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

func (n node) object() obj {
	o := obj{}
	for _, c := range n.Nodes {
		o[c.XMLName.Local] = c.value()
	}
	return o
}

// value is what an element holds, of the type that the model gives its name.
func (n node) value() any {
	switch n.XMLName.Local {
	case "Attributes", "attributes":
		m := obj{}
		for _, entry := range n.Nodes {
			o := entry.object()
			m[o["key"].(string)] = o["value"]
		}
		return m
	case "Topics", "Subscriptions", "Tags", "Successful", "Failed", "PlatformApplications", "Endpoints", "PhoneNumbers", "phoneNumbers":
		l := list{}
		for _, member := range n.Nodes {
			if member.Nodes == nil {
				l = append(l, member.Text)
			} else {
				l = append(l, member.object())
			}
		}
		return l
	case "SenderFault", "isOptedOut", "IsInSandbox":
		b, err := strconv.ParseBool(n.Text)
		if err != nil {
			return n.Text
		}
		return b
	}
	return n.Text
}
