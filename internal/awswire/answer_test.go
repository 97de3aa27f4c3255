package awswire

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func anAnswer() *Answer {
	a := &Answer{Status: http.StatusForbidden, Type: "text/xml", RequestID: "id", Body: []byte("<a/>")}
	a.Set("X-Amzn-Query-Error", "Code;Sender")
	return a
}

func wantHeader() http.Header {
	return http.Header{
		"Content-Type": {"text/xml"}, "X-Amzn-Requestid": {"id"}, "Content-Length": {"4"}, "X-Amzn-Query-Error": {"Code;Sender"},
	}
}

func TestAnswerIsWrittenInOnePiece(t *testing.T) {
	w := httptest.NewRecorder()
	anAnswer().Write(w)
	require.Equal(t, http.StatusForbidden, w.Code)
	require.Equal(t, wantHeader(), w.Result().Header)
	require.Equal(t, "<a/>", w.Body.String())
}

func TestTransportAnswersInTheProcess(t *testing.T) {
	var asked *http.Request
	tr := Transport(func(r *http.Request) (*Answer, error) {
		asked = r
		return anAnswer(), nil
	})
	r := httptest.NewRequest(http.MethodGet, "http://x/", nil)
	got, err := tr.RoundTrip(r)
	require.NoError(t, err)
	require.Same(t, r, asked)
	require.Same(t, r, got.Request)
	require.Equal(t, "403 Forbidden", got.Status)
	require.Equal(t, wantHeader(), got.Header)
	require.EqualValues(t, 4, got.ContentLength)
	require.Equal(t, "HTTP/1.1", got.Proto)
	require.True(t, got.ProtoAtLeast(1, 1))
	text, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	require.Equal(t, "<a/>", string(text))
	require.NoError(t, got.Body.Close())
}

// A RoundTripper returns an answer or an error, never both.
func TestTransportReturnsTheError(t *testing.T) {
	broken := errors.New("broken")
	got, err := Transport(func(*http.Request) (*Answer, error) { return anAnswer(), broken }).RoundTrip(nil)
	require.Nil(t, got)
	require.Equal(t, broken, err)
}
