package awswire

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCredentialOfTheHeader(t *testing.T) {
	want := Credential{
		AccessKey: "AKIDEXAMPLE", Date: "20150830", Region: "us-east-1", Service: "sqs",
		SignedHeaders: "content-type;host", Signature: "ab",
	}
	for _, header := range []string{
		"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sqs/aws4_request, SignedHeaders=content-type;host, Signature=ab",
		"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sqs/aws4_request,SignedHeaders=content-type;host,Signature=ab",
		"AWS4-HMAC-SHA256   Signature=ab,  Other=x, SignedHeaders=content-type;host, Credential=AKIDEXAMPLE/20150830/us-east-1/sqs/aws4_request",
	} {
		r, err := Read(post("/?X-Amz-Credential=other", "", "Authorization", header), limit)
		require.NoError(t, err)
		require.Equal(t, want, r.Credential, header)
	}
}

func TestCredentialOfAPresignedURL(t *testing.T) {
	r, err := Read(httptest.NewRequest("GET", "/?Action=ListQueues&X-Amz-Algorithm=AWS4-HMAC-SHA256"+
		"&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Feu-west-1%2Fsqs%2Faws4_request&X-Amz-Date=20150830T123600Z"+
		"&X-Amz-SignedHeaders=host%3Bx-a&X-Amz-Signature=ab", nil), limit)
	require.NoError(t, err)
	require.Equal(t, Credential{
		AccessKey: "AKIDEXAMPLE", Date: "20150830", Region: "eu-west-1", Service: "sqs", SignedHeaders: "host;x-a", Signature: "ab",
		Presigned: true,
	}, r.Credential)
}

func TestNoCredential(t *testing.T) {
	for _, header := range []string{"", "Basic YTpi", "Bearer x", "AWS4-HMAC-SHA256", "AWS3 Credential=a/b/c/d/aws4_request"} {
		r, err := Read(post("/", "", "Authorization", header), limit)
		require.NoError(t, err)
		require.Zero(t, r.Credential, header)
	}
}

func TestScope(t *testing.T) {
	for scope, want := range map[string][4]string{
		"key/20150830/eu-west-1/sqs/aws4_request":   {"key", "20150830", "eu-west-1", "sqs"},
		"a/b/c/20150830/eu-west-1/sqs/aws4_request": {"a/b/c", "20150830", "eu-west-1", "sqs"},
		"/20150830/eu-west-1/sqs/aws4_request":      {"", "20150830", "eu-west-1", "sqs"},
		"////aws4_request":                          {},
		"key/20150830/eu-west-1/sqs/aws5_request":   {},
		"20150830/eu-west-1/sqs/aws4_request":       {},
		"aws4_request":                              {},
		"key":                                       {},
		"":                                          {},
	} {
		var c Credential
		c.scope(scope)
		require.Equal(t, want, [4]string{c.AccessKey, c.Date, c.Region, c.Service}, scope)
	}
}

func TestAccount(t *testing.T) {
	for key, want := range map[string]string{
		"111111111111": "111111111111", "000000000000": "000000000000", "11111111111": "", "1111111111111": "", "11111111111a": "",
		"-11111111111": "", "AKIDEXAMPLE1": "", "": "",
	} {
		require.Equal(t, want, Credential{AccessKey: key}.Account(), key)
	}
}
