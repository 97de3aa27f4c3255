package envelope

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestStructureErrors(t *testing.T) {
	for text, want := range map[string]Reason{
		``: NotJSON, `text`: NotJSON, `{"default":"x"`: NotJSON, `{"default":"x"}}`: NotJSON, `{"default":"x"} y`: NotJSON, `{default:"x"}`: NotJSON,
		`"default"`: NotJSON, `["default"]`: NotJSON, `null`: NotJSON, `1`: NotJSON, // inferred
		`{}`: NoDefault, `{"sqs":"x"}`: NoDefault, `{"default":1}`: NoDefault, `{"default":null}`: NoDefault, `{"default":{"a":"b"}}`: NoDefault,
		`{"Default":"x"}`: NoDefault, `{"":"x"}`: NoDefault,
	} {
		_, err := ParseStructure(text, "")
		require.Equal(t, want, err, text)
		_, err = ParseStructure(text, "GCM")
		require.Equal(t, want, err, text)
	}
	require.EqualError(t, NotJSON, "Message Structure - JSON message body failed to parse")
	require.EqualError(t, NoDefault, "Message Structure - No default entry in JSON message body")
}

func TestStructure(t *testing.T) {
	texts, err := ParseStructure(` {"default":"d","sqs":"first","sqs":"q","http":"h","email":null,"lambda":{"a":1},"sms":"","unknown":"u","GCM":"{}"} `, "")
	require.NoError(t, err)
	for key, want := range map[string]string{"sqs": "q", "http": "h", "sms": "", "unknown": "u", "GCM": "{}"} {
		text, own := texts.For(key)
		require.True(t, own, key)
		require.Equal(t, want, text)
	}
	for _, key := range []string{"https", "email", "lambda", "SQS", "APNS", ""} {
		text, own := texts.For(key)
		require.False(t, own, key)
		require.Equal(t, "d", text)
	}
	last, err := ParseStructure(`{"default":"d","sqs":"q","sqs":1}`, "")
	require.NoError(t, err)
	text, _ := last.For("sqs")
	require.Equal(t, "d", text)
	text, own := Plain("p").For("sqs")
	require.Equal(t, "p", text)
	require.False(t, own)
}

// A platform's own text makes up for a missing default, for a direct publish only.
func TestStructureOfDirectPublishes(t *testing.T) {
	texts, err := ParseStructure(`{"GCM":"{}","default":1}`, "GCM")
	require.NoError(t, err)
	require.Equal(t, "{}", texts.Push("GCM"))
	_, err = ParseStructure(`{"GCM":"{}"}`, "APNS")
	require.Equal(t, NoDefault, err)
	_, err = ParseStructure(`{"GCM":1}`, "GCM")
	require.Equal(t, NoDefault, err)
}

// Any texts come back under their names, and everybody else gets the default.
func TestStructuresComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.MapOf(anyText(), anyText()).Draw(t, "texts")
		all["default"] = anyText().Draw(t, "default")
		text, err := json.Marshal(all)
		require.NoError(t, err)
		texts, err := ParseStructure(string(text), "")
		require.NoError(t, err)
		for key, want := range all {
			got, own := texts.For(key)
			require.True(t, own)
			require.Equal(t, want, got)
		}
		other := anyText().Filter(func(s string) bool { _, ok := all[s]; return !ok }).Draw(t, "other")
		got, own := texts.For(other)
		require.False(t, own)
		require.Equal(t, all["default"], got)
	})
}

func FuzzStructure(f *testing.F) {
	for _, text := range []string{
		``, `null`, `{"default":"x"}`, `{"default":"x","sqs":1,"sqs":"\ud800"}`, `{"GCM":"{}","":""}`, `{"default":"x"}}`, "{\"default\":\"\xff\"}", `{"default":[[[]]]}`,
	} {
		f.Add(text, "GCM")
	}
	f.Fuzz(func(t *testing.T, text, platform string) {
		texts, err := ParseStructure(text, platform)
		var naive map[string]any
		valid := json.Unmarshal([]byte(text), &naive) == nil && naive != nil
		byDefault, hasDefault := naive["default"].(string)
		_, hasPlatform := naive[platform].(string)
		switch {
		case !valid:
			require.Equal(t, NotJSON, err)
		case !hasDefault && (platform == "" || !hasPlatform):
			require.Equal(t, NoDefault, err)
		default:
			require.NoError(t, err)
			for name, value := range naive {
				want, own := value.(string)
				if !own {
					want = byDefault
				}
				got, isOwn := texts.For(name)
				require.Equal(t, own, isOwn)
				require.Equal(t, want, got)
			}
			texts.Push(platform)
		}
	})
}

func TestPush(t *testing.T) {
	for platform, want := range map[string]string{
		"APNS": `{"aps":{"alert":"a \"<b>\""}}`, "APNS_SANDBOX": `{"aps":{"alert":"a \"<b>\""}}`, "APNS_VOIP": `{"aps":{"alert":"a \"<b>\""}}`,
		"MACOS": `{"aps":{"alert":"a \"<b>\""}}`, "GCM": `{"data":{"default":"a \"<b>\""}}`, "ADM": `{"data":{"default":"a \"<b>\""}}`,
		"BAIDU": `a "<b>"`, "WNS": `a "<b>"`, "": `a "<b>"`,
	} {
		require.Equal(t, want, Plain(`a "<b>"`).Push(platform), platform)
	}
	texts, err := ParseStructure(`{"default":"d","APNS":"{\"aps\":{}}"}`, "")
	require.NoError(t, err)
	require.Equal(t, `{"aps":{}}`, texts.Push("APNS"))
	require.Equal(t, `{"aps":{"alert":"d"}}`, texts.Push("APNS_SANDBOX"))
	require.Equal(t, `{"data":{"default":"d"}}`, texts.Push("GCM"))
}

func TestPlatform(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:sns:us-east-1:1:endpoint/GCM/app/uuid": "GCM", "arn:aws:sns:us-east-1:1:endpoint/FCM/app/uuid": "GCM",
		"arn:aws:sns:us-east-1:1:endpoint/APNS_SANDBOX/app/uuid": "APNS_SANDBOX",
		"arn:aws:sns:us-east-1:1:app/GCM/app":                    "", "arn:aws:sns:us-east-1:1:t": "", "": "", "endpoint/GCM/a": "",
		"arn:aws:sns:us-east-1:1:endpoint/GCM": "",
	} {
		require.Equal(t, want, Platform(arn), arn)
	}
}

func TestMailAndSMS(t *testing.T) {
	m := message()
	mail := NewEmail(m, "text", endpoint, subscriptionARN)
	require.Equal(t, "AWS Notification Message", mail.Subject)
	require.Equal(t, "text\n\n--\nTo get no more of these messages, visit:\n"+unsubscribeURL+"\n", mail.Body)
	m.Subject = "Hello"
	require.Equal(t, "Hello", NewEmail(m, "text", endpoint, subscriptionARN).Subject)
	require.Equal(t, Email{"Hello", "{}"}, NewEmailJSON(m, "{}"))
	ask := Confirm(id, stamp, topicARN, token, endpoint).Email()
	require.Contains(t, ask.Body, topicARN)
	require.Contains(t, ask.Body, SubscribeURL(endpoint, topicARN, token)+"\n")
	require.Equal(t, "MYTOPIC> text", SMS("MyTopic", "text"))
	require.Equal(t, "text", SMS("", "text"))
}
