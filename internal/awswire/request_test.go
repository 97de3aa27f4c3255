package awswire

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

const (
	limit  = 64
	target = "X-Amz-Target"
)

// post is a request with a body and headers, given as name, value, name, value.
func post(rawURL, body string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, rawURL, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func formPost(rawURL, body string) *http.Request {
	return post(rawURL, body, "Content-Type", "application/x-www-form-urlencoded")
}

func TestTheTargetMeansJSON(t *testing.T) {
	for header, want := range map[string][2]string{
		"AmazonSQS.SendMessage":       {"AmazonSQS", "SendMessage"},
		"Kinesis_20131202.PutRecords": {"Kinesis_20131202", "PutRecords"},
		"a.b.c":                       {"a.b", "c"},
		"SendMessage":                 {"SendMessage", ""},
		"AmazonSQS.":                  {"AmazonSQS", ""},
		".SendMessage":                {"", "SendMessage"},
	} {
		r, err := Read(post("/?Action=Other", "{}", target, header), limit)
		require.NoError(t, err)
		require.Equal(t, JSON, r.Protocol)
		require.Equal(t, want, [2]string{r.Target, r.Operation}, header)
		require.Equal(t, "{}", string(r.Body))
		require.Nil(t, r.Form)
	}
}

func TestQueryModeIsTrueAndNothingElse(t *testing.T) {
	for mode, want := range map[string]bool{"true": true, "": false, "false": false, "True": false, "1": false} {
		r, err := Read(post("/", "{}", target, "a.b", "x-amzn-query-mode", mode), limit)
		require.NoError(t, err)
		require.Equal(t, want, r.QueryMode, mode)
	}
}

func TestAFormIsOfURLAndBody(t *testing.T) {
	r, err := Read(formPost("/path?Action=A&u=1&both=url", "b=2&both=body&both=again&Action=B"), limit)
	require.NoError(t, err)
	require.Equal(t, Query, r.Protocol)
	require.Equal(t, "B", r.Operation)
	require.Equal(t, Params{{"Action", "B"}, {"b", "2"}, {"both", "body"}, {"both", "again"}, {"u", "1"}}, r.Form)

	r, err = Read(post("/?Action=A", "Action=B", "Content-Type", "text/plain"), limit)
	require.NoError(t, err)
	require.Equal(t, "A", r.Operation, "a body of another type is no form")

	r, err = Read(httptest.NewRequest(http.MethodGet, "/", nil), limit)
	require.NoError(t, err)
	require.Equal(t, "", r.Operation)
}

func TestAFormMayAskForJSON(t *testing.T) {
	for accept, want := range map[string]bool{
		"": false, "*/*": false, "application/json": true, "text/html, application/json;q=0.9": true, "application/xml": false,
	} {
		r, err := Read(post("/", "", "Accept", accept), limit)
		require.NoError(t, err)
		require.Equal(t, want, r.WantsJSON, accept)
	}
	r, err := Read(post("/", "{}", target, "a.b", "Accept", "application/json"), limit)
	require.NoError(t, err)
	require.False(t, r.WantsJSON, "in JSON there is nothing to ask for")
}

func TestSemicolonsAreText(t *testing.T) {
	r, err := Read(formPost("/?Action=a;b", "x=;&y;=1"), limit)
	require.NoError(t, err)
	require.Equal(t, Params{{"Action", "a;b"}, {"x", ";"}, {"y;", "1"}}, r.Form)
}

func TestMalformed(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"body not UTF-8, JSON":    post("/", "\"\xff\"", target, "a.b"),
		"body not UTF-8, form":    formPost("/", "x=\xff"),
		"body not UTF-8, text":    post("/", "\xff", "Content-Type", "text/plain"),
		"surrogate in UTF-8":      post("/", "\xed\xa0\x80", target, "a.b"),
		"escape in the body":      formPost("/", "x=%"),
		"escape in the URL":       formPost("/?x=%z0", ""),
		"value not UTF-8":         formPost("/", "x=%ff"),
		"second value not UTF-8":  formPost("/", "x=1&x=%ff"),
		"URL's value not UTF-8":   formPost("/?x=%c3%28", ""),
		"shorter than announced":  announced(post("/", "{}", target, "a.b"), 3),
		"nothing, but announced":  announced(post("/", "", target, "a.b"), 1),
		"broken off":              broken("{", 2),
		"broken off, not counted": broken("{", -1),
	} {
		got, err := Read(r, limit)
		require.Equal(t, ErrMalformed, err, name)
		require.NotNil(t, got, "the answer needs to know the protocol")
		require.Equal(t, r.Header.Get(target) != "", got.Protocol == JSON, name)
	}
}

func announced(r *http.Request, n int64) *http.Request {
	r.ContentLength = n
	return r
}

func broken(body string, length int64) *http.Request {
	r := post("/", "", target, "a.b")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), iotest.ErrReader(errors.New("reset"))))
	r.ContentLength = length
	return r
}

// closer notes how much of a body was read, and whether it was closed.
type closer struct {
	io.Reader
	read   int
	closed bool
}

func (c *closer) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.read += n
	return n, err
}

func (c *closer) Close() error {
	c.closed = true
	return nil
}

func TestLimit(t *testing.T) {
	for _, c := range []struct {
		size      int
		announced bool
		want      error
		read      int
	}{
		{0, true, nil, 0}, {limit, true, nil, limit}, {limit + 1, true, ErrTooLarge, 0},
		{0, false, nil, 0}, {limit, false, nil, limit}, {limit + 1, false, ErrTooLarge, limit + 1}, {9 * limit, false, ErrTooLarge, limit + 1},
	} {
		body := &closer{Reader: iotest.OneByteReader(strings.NewReader(strings.Repeat("x", c.size)))}
		r := post("/", "", target, "a.b")
		r.Body, r.ContentLength = body, -1
		if c.announced {
			r.ContentLength = int64(c.size)
		}
		got, err := Read(r, limit)
		require.Equal(t, c.want, err, c)
		require.Equal(t, c.read, body.read, c)
		require.True(t, body.closed, c)
		if err == nil {
			require.Len(t, got.Body, c.size)
		}
	}
}

// A client's request has no length when its body is of a type that package http does not know.
func TestABodyWithoutALength(t *testing.T) {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://x/", io.MultiReader(strings.NewReader("{}")))
	require.NoError(t, err)
	r.Header.Set(target, "a.b")
	got, err := Read(r, limit)
	require.NoError(t, err)
	require.Equal(t, "{}", string(got.Body))
	r.Body = nil
	got, err = Read(r, limit)
	require.NoError(t, err)
	require.Empty(t, got.Body)
}

// Whatever Read says of a request within the limit, the connection serves the next one.
func TestTheConnectionStaysUsable(t *testing.T) {
	connections := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connections[r.RemoteAddr] = true
		_, err := Read(r, 1<<20)
		a := &Answer{Status: http.StatusOK, Type: "text/plain", Body: []byte("ok")}
		if err != nil {
			a.Status, a.Body = http.StatusBadRequest, []byte(err.Error())
		}
		a.Write(w)
	}))
	defer server.Close()
	large := strings.Repeat("\xff", 1<<20) // more than a server would read of itself
	for range 3 {
		for _, body := range []io.Reader{strings.NewReader(large), io.MultiReader(strings.NewReader(large)), strings.NewReader("x=%")} {
			answer, err := server.Client().Post(server.URL, "application/x-www-form-urlencoded", body)
			require.NoError(t, err)
			text, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, http.StatusBadRequest, answer.StatusCode)
			require.Equal(t, ErrMalformed.Error(), string(text))
			require.EqualValues(t, len(text), answer.ContentLength)
		}
	}
	require.Len(t, connections, 1)
}
