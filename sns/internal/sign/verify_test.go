package sign

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const endpoint = "https://sns.us-east-1.amazonaws.com"

// envelopeOf is what a topic would send.
func envelopeOf(s *Signer, v Version, f Fields) map[string]any {
	text, _ := s.Sign(v, f)
	e := map[string]any{
		"Type": f.Type, "Message": f.Message, "MessageId": f.MessageID, "Timestamp": f.Timestamp, "TopicArn": f.TopicARN,
		"SignatureVersion": string(v), "Signature": text, "SigningCertURL": s.CertURL(endpoint), "MessageAttributes": map[string]any{},
	}
	if f.Type != Notification {
		e["Token"], e["SubscribeURL"] = f.Token, f.SubscribeURL
	} else if f.Subject != "" {
		e["Subject"] = f.Subject
	}
	return e
}

func jsonOf(e map[string]any) []byte {
	text, _ := json.Marshal(e)
	return text
}

func builtin(context.Context, string) ([]byte, error) { return builtinCert, nil }

func TestVerify(t *testing.T) {
	s := Builtin()
	goodbye, plain := confirmation, notification
	goodbye.Type, plain.Subject = UnsubscribeConfirmation, ""
	for _, f := range []Fields{notification, plain, confirmation, goodbye} {
		for _, v := range []Version{V1, V2} {
			var asked string
			err := Verify(t.Context(), jsonOf(envelopeOf(s, v, f)), func(_ context.Context, url string) ([]byte, error) {
				asked = url
				return s.Certificate(), nil
			})
			require.NoError(t, err)
			require.Equal(t, s.CertURL(endpoint), asked)
		}
	}
	null := envelopeOf(s, V1, plain)
	null["Subject"] = nil
	require.NoError(t, Verify(t.Context(), jsonOf(null), builtin))
}

// Events of functions spell the URL differently and always claim version 1.
func TestVerifyFunctionEvents(t *testing.T) {
	for _, v := range []Version{V1, V2} {
		e := envelopeOf(Builtin(), v, notification)
		e["SigningCertUrl"], e["SignatureVersion"] = e["SigningCertURL"], "1"
		delete(e, "SigningCertURL")
		require.NoError(t, Verify(t.Context(), jsonOf(e), builtin))
		e["Message"] = "other"
		require.Error(t, Verify(t.Context(), jsonOf(e), builtin))
	}
}

// Whatever is changed in what a signature covers, or in what says how to check it, is noticed.
func TestVerifyRefusesChanges(t *testing.T) {
	change := func(f Fields, changes map[string]any) []byte {
		e := envelopeOf(Builtin(), V2, f)
		maps.Copy(e, changes)
		return jsonOf(e)
	}
	for name, value := range map[string]any{
		"Message": "other", "MessageId": "other", "Subject": "other", "Timestamp": "other", "TopicArn": "other", "Type": "Other",
		"Signature": "AAAA", "SignatureVersion": "1",
	} {
		require.Error(t, Verify(t.Context(), change(notification, map[string]any{name: value}), builtin), name)
		require.Error(t, Verify(t.Context(), change(notification, map[string]any{name: nil}), builtin), name)
		require.Error(t, Verify(t.Context(), change(notification, map[string]any{name: 1}), builtin), name)
	}
	for _, name := range []string{"Token", "SubscribeURL"} {
		require.Error(t, Verify(t.Context(), change(confirmation, map[string]any{name: "other"}), builtin), name)
	}
	require.Error(t, Verify(t.Context(), change(confirmation, map[string]any{"Type": UnsubscribeConfirmation}), builtin))
	require.NoError(t, Verify(t.Context(), change(notification, map[string]any{"MessageAttributes": 1, "UnsubscribeURL": 2}), builtin),
		"these are not covered")
	for _, v := range []string{"", "0", "3", "01"} { // though the digest is that of version 1
		e := envelopeOf(Builtin(), V1, notification)
		e["SignatureVersion"] = v
		require.Error(t, Verify(t.Context(), jsonOf(e), builtin), v)
	}
	_, other := newPair(t)
	fetchOther := func(context.Context, string) ([]byte, error) { return other, nil }
	require.Error(t, Verify(t.Context(), change(notification, nil), fetchOther))
}

func TestVerifyRefusesStrangePlaces(t *testing.T) {
	for _, url := range []string{
		"", "http://sns.us-east-1.amazonaws.com/a.pem", "https://evil.example/a.pem", "https://evilsns.us-east-1.amazonaws.com/a.pem", "https://sns.us-east-1.amazonaws.com.evil.example/a.pem",
		"https://sns.us-east-1.amazonaws.com/a.txt", "https://sns.us-east-1.amazonaws.com/a?b=.pem", "https://sns.us-east-1.amazonaws.com:8443/a.pem",
		"https://x@sns.us-east-1.amazonaws.com/a.pem", "https://sns.a/b.amazonaws.com/a.pem", "https://snsXus-east-1.amazonaws.com/a.pem",
		"://", "https://s3.amazonaws.com/sns.us-east-1.amazonaws.com/a.pem", "https://sns.us-east-1.amazonaws.com\n/a.pem", "%zz",
	} {
		e := envelopeOf(Builtin(), V1, notification)
		e["SigningCertURL"] = url
		err := Verify(t.Context(), jsonOf(e), func(context.Context, string) ([]byte, error) {
			t.Errorf("fetched %q", url)
			return builtinCert, nil
		})
		require.Error(t, err, url)
	}
	e := envelopeOf(Builtin(), V1, notification)
	e["SigningCertURL"] = "https://sns.cn-north-1.amazonaws.com.cn/a.pem"
	require.NoError(t, Verify(t.Context(), jsonOf(e), builtin))
}

func TestVerifyRefusesGarbage(t *testing.T) {
	for _, text := range []string{``, `null`, `[]`, `{}`, `{`, `"x"`, `{"Type":"Notification"}`, "\xff"} {
		require.Error(t, Verify(t.Context(), []byte(text), builtin), text)
	}
	good := jsonOf(envelopeOf(Builtin(), V1, notification))
	require.Error(t, Verify(t.Context(), good, nil))
	for _, cert := range []string{"", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		require.Error(t, Verify(t.Context(), good, func(context.Context, string) ([]byte, error) { return []byte(cert), nil }))
	}
	gone := errors.New("gone")
	require.ErrorIs(t, Verify(t.Context(), good, func(context.Context, string) ([]byte, error) { return nil, gone }), gone)
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func TestVerifyOverATransport(t *testing.T) {
	good := jsonOf(envelopeOf(Builtin(), V1, notification))
	answer := func(status int, body io.Reader) Fetch {
		return Over(transport(func(r *http.Request) (*http.Response, error) {
			require.Equal(t, Builtin().CertURL(endpoint), r.URL.String())
			require.Equal(t, http.MethodGet, r.Method)
			return &http.Response{StatusCode: status, Body: io.NopCloser(body)}, nil
		}))
	}
	require.NoError(t, Verify(t.Context(), good, answer(200, strings.NewReader(string(builtinCert)))))
	require.ErrorContains(t, Verify(t.Context(), good, answer(404, strings.NewReader(string(builtinCert)))), "404")
	require.Error(t, Verify(t.Context(), good, answer(200, endless{})))
	gone := errors.New("gone")
	require.ErrorIs(t, Verify(t.Context(), good, Over(transport(func(*http.Request) (*http.Response, error) { return nil, gone }))), gone)
	_, err := Over(nil)(t.Context(), "://")
	require.Error(t, err)
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func FuzzVerify(f *testing.F) {
	good := envelopeOf(Builtin(), V2, notification)
	f.Add(jsonOf(good), builtinCert)
	f.Add(jsonOf(envelopeOf(Builtin(), V1, confirmation)), builtinCert)
	f.Add([]byte(`{"Type":"Notification","SignatureVersion":"1","SigningCertURL":"https://sns.us-east-1.amazonaws.com/a.pem"}`), builtinCert)
	f.Add([]byte(`{"Type":{},"Signature":"="}`), []byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----"))
	f.Fuzz(func(t *testing.T, envelope, cert []byte) {
		err := Verify(t.Context(), envelope, func(context.Context, string) ([]byte, error) { return cert, nil })
		if err != nil || string(cert) != string(builtinCert) {
			return
		}
		// Nobody forges: what verifies with our key says what was signed.
		e, err := read(envelope)
		if err != nil || e.fields.Message != notification.Message && e.fields.Message != confirmation.Message {
			t.Fatalf("forged: %s", envelope)
		}
	})
}
