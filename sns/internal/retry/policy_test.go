package retry

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	defaultEffective = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,` +
		`"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},` +
		`"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`
	full = `{"minDelayTarget":1,"maxDelayTarget":60,"numRetries":50,"numMaxDelayRetries":35,"numNoDelayRetries":3,` +
		`"numMinDelayRetries":2,"backoffFunction":"exponential"}`
	defaultRetryPolicy = `{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,` +
		`"numMinDelayRetries":0,"backoffFunction":"linear"}`
)

func topic(t require.TestingT, text string) *Topic {
	p, err := ParseTopic(text)
	require.NoError(t, err, text)
	return p
}

func subscription(t require.TestingT, text string) *Subscription {
	p, err := ParseSubscription(text)
	require.NoError(t, err, text)
	return p
}

// Recorded, but for the rows that say inferred.
func TestTopicForms(t *testing.T) {
	var none *Topic
	require.Equal(t, defaultEffective, none.Effective())
	require.Empty(t, none.String())
	retries := func(members string) string { return strings.Replace(defaultEffective, defaultRetryPolicy, members, 1) }
	five := `{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1,"numMaxDelayRetries":0,"numNoDelayRetries":0,` +
		`"numMinDelayRetries":0,"backoffFunction":"linear"}`
	for _, c := range []struct{ given, stored, effective string }{
		{
			`{"http":{"defaultHealthyRetryPolicy":null}}`,
			`{"http":{"disableSubscriptionOverrides":false}}`, defaultEffective,
		},
		{
			`{"http": {"defaultHealthyRetryPolicy": {"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1}}}`,
			`{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":6,"numRetries":1},"disableSubscriptionOverrides":false}}`,
			retries(five),
		},
		{
			`{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`,
			`{"http":{"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"application/json"}}}`,
			strings.Replace(defaultEffective, "text/plain; charset=UTF-8", "application/json", 1),
		},
		{`{}`, `{"http":{"disableSubscriptionOverrides":false}}`, defaultEffective},            // inferred, as all below
		{`{"http":null}`, `{"http":{"disableSubscriptionOverrides":false}}`, defaultEffective}, //
		{
			`{"http":{"disableSubscriptionOverrides":"true","defaultThrottlePolicy":{"maxReceivesPerSecond":"7"},"defaultHealthyRetryPolicy":` + full + `}}`,
			`{"http":{"defaultHealthyRetryPolicy":` + full + `,"disableSubscriptionOverrides":true,"defaultThrottlePolicy":{"maxReceivesPerSecond":7}}}`,
			`{"http":{"defaultHealthyRetryPolicy":` + full + `,"disableSubscriptionOverrides":true,"defaultThrottlePolicy":{"maxReceivesPerSecond":7},` +
				`"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`,
		},
		{
			`{"http":{"defaultSicklyRetryPolicy":null,"defaultThrottlePolicy":{},"defaultRequestPolicy":{"headerContentType":null}}}`,
			`{"http":{"disableSubscriptionOverrides":false,"defaultThrottlePolicy":{},"defaultRequestPolicy":{}}}`,
			`{"http":{"defaultHealthyRetryPolicy":` + defaultRetryPolicy + `,"disableSubscriptionOverrides":false,"defaultThrottlePolicy":{},` +
				`"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`,
		},
	} {
		p := topic(t, c.given)
		require.Equal(t, c.stored, p.String())
		require.Equal(t, c.effective, p.Effective())
		require.Equal(t, p, topic(t, p.String()), "what is stored can be set")
	}
}

// Of several errors the first counts.
func TestFirstError(t *testing.T) {
	_, err := ParseSubscription(`{"healthyRetryPolicy":{"numRetries":true},"throttlePolicy":{"x":1},"guaranteed":1}`)
	require.EqualError(t, err, `DeliveryPolicy: failed to parse JSON. Expected a whole number at healthyRetryPolicy.numRetries`)
}

// Recorded: the three scenarios of HTTP subscriptions, and a subscription's set that replaces all.
func TestSubscriptionForms(t *testing.T) {
	csv := subscription(t, `{"requestPolicy":{"headerContentType":"text/csv"}}`)
	require.Equal(t, `{"healthyRetryPolicy":null,"sicklyRetryPolicy":null,"throttlePolicy":null,`+
		`"requestPolicy":{"headerContentType":"text/csv"},"guaranteed":false}`, csv.String())
	require.Equal(t, `{"healthyRetryPolicy":`+defaultRetryPolicy+`,"sicklyRetryPolicy":null,"throttlePolicy":null,`+
		`"requestPolicy":{"headerContentType":"text/csv"},"guaranteed":false}`, Resolve(nil, csv).String())

	once := `{"minDelayTarget":1,"maxDelayTarget":1,"numRetries":0,"numMaxDelayRetries":0,"numNoDelayRetries":0,` +
		`"numMinDelayRetries":0,"backoffFunction":"linear"}`
	s := subscription(t, `{"healthyRetryPolicy":`+once+`,"sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":1000},"guaranteed":false}`)
	require.Equal(t, `{"healthyRetryPolicy":`+once+`,"sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":1000},`+
		`"requestPolicy":null,"guaranteed":false}`, s.String())
	e := Resolve(topic(t, `{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}`), s)
	require.Equal(t, `{"healthyRetryPolicy":`+once+`,"sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":1000},`+
		`"requestPolicy":{"headerContentType":"application/json"},"guaranteed":false}`, e.String())
	require.Equal(t, 1000, e.PerSecond)
	require.Zero(t, e.Schedule.Retries())

	// Inferred: members of a retry policy that were not given are null, as those above them are.
	short := subscription(t, `{"healthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":20,"numRetries":5},"sicklyRetryPolicy":`+once+`,"guaranteed":true}`)
	require.Equal(t, `{"healthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":20,"numRetries":5,"numMaxDelayRetries":null,`+
		`"numNoDelayRetries":null,"numMinDelayRetries":null,"backoffFunction":null},"sicklyRetryPolicy":`+once+`,"throttlePolicy":null,`+
		`"requestPolicy":null,"guaranteed":true}`, short.String())
	require.Equal(t, `{"healthyRetryPolicy":{"minDelayTarget":5,"maxDelayTarget":20,"numRetries":5,"numMaxDelayRetries":0,`+
		`"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"sicklyRetryPolicy":null,"throttlePolicy":null,`+
		`"requestPolicy":{"headerContentType":"text/plain; charset=UTF-8"},"guaranteed":false}`, Resolve(nil, short).String())
	var none *Subscription
	require.Empty(t, none.String())
}

// Subscription over topic over default, member by member; a topic may forbid it.
func TestResolve(t *testing.T) {
	all := `"defaultHealthyRetryPolicy":` + full + `,"defaultThrottlePolicy":{"maxReceivesPerSecond":7},"defaultRequestPolicy":{"headerContentType":"application/json"}`
	top, deaf := topic(t, `{"http":{`+all+`}}`), topic(t, `{"http":{`+all+`,"disableSubscriptionOverrides":true}}`)
	sub := subscription(t, `{"healthyRetryPolicy":{"minDelayTarget":2,"maxDelayTarget":3,"numRetries":4,"backoffFunction":"geometric"},`+
		`"throttlePolicy":{"maxReceivesPerSecond":9},"requestPolicy":{"headerContentType":"text/xml"}}`)
	documented := Schedule{3, 2, 10, 35, time.Second, time.Minute, Exponential}
	own := Schedule{Backoff: 4, Min: 2 * time.Second, Max: 3 * time.Second, Function: Geometric}
	usual := Schedule{Backoff: 3, Min: 20 * time.Second, Max: 20 * time.Second}
	for _, c := range []struct {
		topic          *Topic
		sub            *Subscription
		schedule       Schedule
		perSecond      int
		raw, enveloped string
	}{
		{nil, nil, usual, 0, DefaultContentType, DefaultContentType},
		{top, nil, documented, 7, "application/json", "application/json"},
		{nil, sub, own, 9, "text/xml", DefaultContentType},
		{top, sub, own, 9, "text/xml", DefaultContentType},
		{deaf, sub, documented, 7, "application/json", "application/json"},
		{top, subscription(t, `{}`), documented, 7, "application/json", "application/json"},
		{top, subscription(t, `{"throttlePolicy":{},"requestPolicy":{}}`), documented, 0, "application/json", "application/json"},
	} {
		e := Resolve(c.topic, c.sub)
		require.Equal(t, c.schedule, e.Schedule)
		require.Equal(t, c.perSecond, e.PerSecond)
		require.Equal(t, c.raw, e.ContentType(true))
		require.Equal(t, c.enveloped, e.ContentType(false))
		require.True(t, json.Valid([]byte(e.String())))
	}
}

// retryPolicy is a valid retry policy with some members replaced.
func retryPolicy(members string) string {
	m := map[string]any{"minDelayTarget": 1, "maxDelayTarget": 2, "numRetries": 3}
	if err := json.Unmarshal([]byte("{"+members+"}"), &m); err != nil {
		panic(err)
	}
	text, _ := json.Marshal(m)
	return string(text)
}

func TestRetryPolicyErrors(t *testing.T) {
	for _, c := range []struct{ members, text string }{
		{`"numRetries":101`, `numRetries must be less than or equal to 100`},         // observed
		{`"minDelayTarget":0`, `minDelayTarget must be greater than or equal to 1`},  // observed
		{`"minDelayTarget":-1`, `minDelayTarget must be greater than or equal to 1`}, // all others: inferred
		{`"maxDelayTarget":0`, `maxDelayTarget must be greater than or equal to 1`},
		{`"minDelayTarget":3`, `maxDelayTarget must be greater than or equal to minDelayTarget`},
		{`"maxDelayTarget":3601`, `maxDelayTarget must be less than or equal to 3600`},
		{`"numRetries":-1`, `numRetries must be greater than or equal to 0`},
		{`"numMaxDelayRetries":-1`, `numMaxDelayRetries must be greater than or equal to 0`},
		{`"numNoDelayRetries":-1`, `numNoDelayRetries must be greater than or equal to 0`},
		{`"numMinDelayRetries":-1`, `numMinDelayRetries must be greater than or equal to 0`},
		{
			`"numMaxDelayRetries":2,"numNoDelayRetries":1,"numMinDelayRetries":1`,
			`numRetries must be greater than or equal to total of numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries`,
		},
		{
			`"numNoDelayRetries":2147483647,"numMinDelayRetries":2147483647`,
			`numRetries must be greater than or equal to total of numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries`,
		},
		{`"backoffFunction":"cubic"`, `backoffFunction must be one of arithmetic, exponential, geometric, linear`},
		{`"backoffFunction":""`, `backoffFunction must be one of arithmetic, exponential, geometric, linear`},
		{`"backoffFunction":"Linear"`, `backoffFunction must be one of arithmetic, exponential, geometric, linear`},
		{`"minDelayTarget":null`, `minDelayTarget must be specified`},
		{`"maxDelayTarget":null`, `maxDelayTarget must be specified`},
		{`"numRetries":null`, `numRetries must be specified`},
	} {
		_, err := ParseTopic(`{"http":{"defaultHealthyRetryPolicy":` + retryPolicy(c.members) + `}}`)
		require.Equal(t, Error{"DeliveryPolicy: http.defaultHealthyRetryPolicy." + c.text}, err)
		_, err = ParseSubscription(`{"healthyRetryPolicy":` + retryPolicy(c.members) + `}`)
		require.Equal(t, Error{"DeliveryPolicy: healthyRetryPolicy." + c.text}, err)
		_, err = ParseSubscription(`{"sicklyRetryPolicy":` + retryPolicy(c.members) + `}`)
		require.Equal(t, Error{"DeliveryPolicy: sicklyRetryPolicy." + c.text}, err)
	}
}

func TestOtherErrors(t *testing.T) {
	for _, c := range []struct{ topic, subscription, text string }{
		{
			`{"http":{"defaultThrottlePolicy":{"maxReceivesPerSecond":0}}}`, `{"throttlePolicy":{"maxReceivesPerSecond":0}}`,
			`maxReceivesPerSecond must be greater than or equal to 1`,
		},
		{
			`{"http":{"defaultRequestPolicy":{"headerContentType":"image/png"}}}`, `{"requestPolicy":{"headerContentType":"image/png"}}`,
			`headerContentType must be a supported content type`,
		},
		{
			`{"http":{"defaultRequestPolicy":{"headerContentType":""}}}`, `{"requestPolicy":{"headerContentType":""}}`,
			`headerContentType must be a supported content type`,
		},
		{
			`{"http":{"defaultHealthyRetryPolicy":` + retryPolicy(`"maxDelayTarget":1201,"minDelayTarget":1200`) + `}}`,
			`{"healthyRetryPolicy":` + retryPolicy(`"maxDelayTarget":1201,"minDelayTarget":1200`) + `}`,
			`ealthyRetryPolicy total retry time must be less than or equal to 3600`,
		},
	} {
		_, err := ParseTopic(c.topic)
		require.ErrorContains(t, err, "DeliveryPolicy: http.default")
		require.ErrorContains(t, err, c.text)
		_, err = ParseSubscription(c.subscription)
		require.ErrorContains(t, err, c.text)
	}
	topic(t, `{"http":{"defaultHealthyRetryPolicy":`+retryPolicy(`"maxDelayTarget":1200,"minDelayTarget":1200`)+`}}`) // just 3,600 s
	topic(t, `{"http":{"defaultHealthyRetryPolicy":`+retryPolicy(`"numRetries":100`)+`}}`)
}

func TestUnreadable(t *testing.T) {
	for _, text := range []string{
		``, ` `, `null`, `[]`, `"x"`, `{`, `{}}`, `{} {}`, `{invalid}`, `{"unknown":1}`, `{"Guaranteed":false}`, `{"guaranteed":1}`, `{"":1}`,
		`{"healthyRetryPolicy":[]}`, `{"healthyRetryPolicy":"x"}`, `{"throttlePolicy":1}`, `{"requestPolicy":true}`,
		`{"healthyRetryPolicy":{"numRetries":1.5}}`, `{"healthyRetryPolicy":{"numRetries":"x"}}`, `{"healthyRetryPolicy":{"numRetries":""}}`,
		`{"healthyRetryPolicy":{"numRetries":2147483648}}`, `{"healthyRetryPolicy":{"numRetries":[]}}`, `{"healthyRetryPolicy":{"x":1}}`,
		`{"healthyRetryPolicy":{"backoffFunction":1}}`, `{"requestPolicy":{"headerContentType":{}}}`, `{"http":{}}`,
	} {
		_, err := ParseSubscription(text)
		require.ErrorContains(t, err, "DeliveryPolicy: failed to parse JSON. ", text)
		require.IsType(t, Error{}, err)
	}
	for _, text := range []string{
		``, `null`, `[]`, `{"http":[]}`, `{"http":{"x":1}}`, `{"healthyRetryPolicy":{}}`, `{"http":{"disableSubscriptionOverrides":"maybe"}}`,
		`{"http":{"defaultSicklyRetryPolicy":[]}}`, `{"http":{"defaultThrottlePolicy":[]}}`, `{"http":{"defaultRequestPolicy":[]}}`,
	} {
		_, err := ParseTopic(text)
		require.ErrorContains(t, err, "DeliveryPolicy: failed to parse JSON. ", text)
	}
	for range 20 { // which of several is named does not depend on chance
		_, err := ParseTopic(`{"c":1,"http":{},"b":2,"d":3}`)
		require.EqualError(t, err, `DeliveryPolicy: failed to parse JSON. Unrecognized field "b"`)
	}
}

func TestContentTypes(t *testing.T) {
	for kind, raw := range map[string]bool{
		"text/plain": false, "text/plain; charset=UTF-8": false, "application/json": false, "application/json;charset=utf-8": false,
		"text/csv": true, "text/css": true, "text/html": true, "text/xml": true, "application/xml": true, "application/octet-stream": true,
		"application/atom+xml": true, "application/soap+xml": true, "application/xhtml+xml": true, "application/x-www-form-urlencoded": true,
	} {
		e := Resolve(nil, subscription(t, fmt.Sprintf(`{"requestPolicy":{"headerContentType":%q}}`, kind)))
		require.Equal(t, kind, e.ContentType(true))
		if raw {
			kind = DefaultContentType
		}
		require.Equal(t, kind, e.ContentType(false))
	}
	for _, kind := range []string{"text/plain\\r\\nX-Evil: 1", "text/plain; charset=latin1", "text/plain;", " text/plain", "Text/Plain", "video/mp4"} {
		_, err := ParseSubscription(`{"requestPolicy":{"headerContentType":"` + kind + `"}}`)
		require.EqualError(t, err, "DeliveryPolicy: requestPolicy.headerContentType must be a supported content type")
	}
}

// What is accepted has a schedule of as many retries as it says, in no more than the hour, and comes back from its stored form.
func TestAcceptedPoliciesHoldTheLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		few := rapid.IntRange(-1, 110)
		text := fmt.Sprintf(`{"healthyRetryPolicy":{"minDelayTarget":%d,"maxDelayTarget":%d,"numRetries":%d,"numMaxDelayRetries":%d,`+
			`"numNoDelayRetries":%d,"numMinDelayRetries":%d,"backoffFunction":%q}}`, rapid.IntRange(0, 100).Draw(t, "min"),
			rapid.IntRange(0, 3700).Draw(t, "max"), few.Draw(t, "all"), few.Draw(t, "post")/3, few.Draw(t, "none")/3, few.Draw(t, "pre")/3,
			rapid.SampledFrom([]string{"linear", "arithmetic", "geometric", "exponential", "other"}).Draw(t, "function"))
		s, err := ParseSubscription(text)
		if err != nil {
			require.IsType(t, Error{}, err)
			require.Nil(t, s)
			return
		}
		holds(t, s)
	})
}

func holds(t require.TestingT, s *Subscription) {
	again, err := ParseSubscription(s.String())
	require.NoError(t, err)
	require.Equal(t, s, again)
	e := Resolve(nil, s)
	require.LessOrEqual(t, e.Schedule.Total(), time.Hour)
	require.LessOrEqual(t, e.Schedule.Retries(), 100)
	require.Len(t, delays(e.Schedule), e.Schedule.Retries())
	effective, err := ParseSubscription(e.String())
	require.NoError(t, err)
	require.Equal(t, e, Resolve(nil, effective))
}

func FuzzPolicy(f *testing.F) {
	for _, text := range []string{
		``, `null`, `{}`, defaultEffective, `{"http":{"defaultHealthyRetryPolicy":` + full + `,"defaultThrottlePolicy":{"maxReceivesPerSecond":"7"}}}`,
		`{"healthyRetryPolicy":` + full + `,"sicklyRetryPolicy":null,"throttlePolicy":{"maxReceivesPerSecond":1},"requestPolicy":{"headerContentType":"text/csv"},"guaranteed":true}`,
		`{"healthyRetryPolicy":{"minDelayTarget":1,"minDelayTarget":2,"maxDelayTarget":"3","numRetries":1e2}}`, `{"http":{"disableSubscriptionOverrides":true}}x`,
		"{\"\xff\":{}}",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := ParseSubscription(text); err == nil {
			holds(t, s)
		} else if _, ok := err.(Error); !ok || s != nil {
			t.Fatalf("%v", err)
		}
		p, err := ParseTopic(text)
		if err != nil {
			return
		}
		again, err := ParseTopic(p.String())
		if err != nil || again.String() != p.String() {
			t.Fatalf("%v: %s came back as %s", err, p, again)
		}
		effective, err := ParseTopic(p.Effective())
		if err != nil || effective.Effective() != p.Effective() {
			t.Fatalf("%v: %s is not effective", err, p.Effective())
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	b.ReportAllocs()
	t, s := topic(b, defaultEffective), subscription(b, `{"healthyRetryPolicy":`+full+`}`)
	for b.Loop() {
		Resolve(t, s)
	}
}
