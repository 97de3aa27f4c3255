package policy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const minimal = `"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage"`

func one(members string) string { return `{"Statement":{` + members + `}}` }

func TestParseAccepts(t *testing.T) {
	for name, text := range map[string]string{
		"object as statement": one(minimal),
		"white space":         " {\n\t\"Statement\" : [ { " + minimal + " } ] }\r\n",
		"all members":         `{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"s",` + minimal + `,"Resource":"*","Condition":{"Bool":{"k":"true"}}}]}`,
		"old version":         `{"Version":"2008-10-17","Statement":[{` + minimal + `}]}`,
		"inverses":            one(`"Effect":"Deny","NotPrincipal":{"AWS":"1"},"NotAction":["a","b"],"NotResource":["c"]`),
		"resource no ARN":     one(minimal + `,"Resource":"anything"`),
		"other principals":    one(`"Effect":"Deny","Principal":{"Federated":"f","CanonicalUser":["c"],"Service":"s","AWS":["1"]},"Action":"a"`),
		"empty conditions":    one(minimal + `,"Condition":{}`),
		"unquoted values":     one(minimal + `,"Condition":{"Bool":{"k":[true,false]},"NumericEquals":{"k":[1,2.5e3]}}`),
		"unknown operator":    one(minimal + `,"Condition":{"Sounds":{"k":"v"}}`),
		"last member counts":  `{"Statement":"x","Statement":{"Effect":7,` + minimal + `}}`,
	} {
		p, err := Parse(text)
		require.NoError(t, err, name)
		require.Equal(t, 1, p.Statements(), name)
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]Reason{
		``:                                                      ErrNotObject,
		`null`:                                                  ErrNotObject,
		`[]`:                                                    ErrNotObject,
		`"{}"`:                                                  ErrNotObject,
		one(minimal) + `x`:                                      ErrNotObject,
		one(minimal + `,`):                                      ErrNotObject,
		`{"statement":{` + minimal + `}}`:                       ErrMember,
		`{"Version":"2012-10-18"}`:                              ErrVersion,
		`{"Version":2012}`:                                      ErrVersion,
		`{"Id":1,"Statement":{}}`:                               ErrID,
		`{}`:                                                    ErrNoStatement,
		`{"Statement":[]}`:                                      ErrNoStatement,
		`{"Statement":null}`:                                    ErrNoStatement,
		`{"Statement":"x"}`:                                     ErrNoStatement,
		`{"Statement":["x"]}`:                                   ErrStatement,
		`{"Statement":[null]}`:                                  ErrStatement,
		`{"Statement":[{` + minimal + `},7]}`:                   ErrStatement,
		one(minimal + `,"Conditon":{}`):                         ErrStatement,
		one(minimal + `,"Sid":1`):                               ErrSid,
		one(minimal + `,"Sid":null`):                            ErrSid,
		one(``):                                                 ErrEffect,
		one(minimal + `,"Effect":"allow"`):                      ErrEffect,
		one(minimal + `,"Effect":["Allow"]`):                    ErrEffect,
		one(`"Effect":"Allow","Action":"a"`):                    ErrPrincipal,
		one(minimal + `,"NotPrincipal":"*"`):                    ErrPrincipal,
		one(minimal + `,"Principal":"1"`):                       ErrPrincipal,
		one(minimal + `,"Principal":["*"]`):                     ErrPrincipal,
		one(minimal + `,"Principal":{}`):                        ErrPrincipal,
		one(minimal + `,"Principal":null`):                      ErrPrincipal,
		one(minimal + `,"Principal":{"aws":"*"}`):               ErrPrincipal,
		one(minimal + `,"Principal":{"AWS":[]}`):                ErrPrincipal,
		one(minimal + `,"Principal":{"AWS":["*",null]}`):        ErrPrincipal,
		one(`"Effect":"Allow","Principal":"*"`):                 ErrAction,
		one(minimal + `,"NotAction":"a"`):                       ErrAction,
		one(minimal + `,"Action":[]`):                           ErrAction,
		one(minimal + `,"Action":["a",1]`):                      ErrAction,
		one(minimal + `,"Action":{"a":"b"}`):                    ErrAction,
		one(minimal + `,"Resource":"a","NotResource":"b"`):      ErrResource,
		one(minimal + `,"Resource":[]`):                         ErrResource,
		one(minimal + `,"Resource":null`):                       ErrResource,
		one(minimal + `,"Condition":null`):                      ErrCondition,
		one(minimal + `,"Condition":[]`):                        ErrCondition,
		one(minimal + `,"Condition":{"Bool":"k"}`):              ErrCondition,
		one(minimal + `,"Condition":{"Bool":{"k":null}}`):       ErrCondition,
		one(minimal + `,"Condition":{"Bool":{"k":{}}}`):         ErrCondition,
		one(minimal + `,"Condition":{"Bool":{"k":[["true"]]}}`): ErrCondition,
		one(minimal + `,"Condition":` + strings.Repeat("[", 1_000_000)):                                      ErrNotObject,
		one(minimal + `,"Condition":` + strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)): ErrNotObject,
		one(minimal + `,"Condition":` + strings.Repeat(`{"a":`, 9_000) + "1" + strings.Repeat("}", 9_000)):   ErrCondition,
	} {
		_, err := Parse(text)
		require.Equal(t, want, err, "%.200s", text)
		require.NotEmpty(t, err.Error())
	}
}

func TestParseTakesHugePolicies(t *testing.T) {
	many := strings.Repeat(`{`+minimal+`,"Resource":"`+strings.Repeat("*a", 50)+`"},`, 5_000)
	p, err := Parse(`{"Statement":[` + many + `{` + minimal + `}]}`)
	require.NoError(t, err)
	require.Equal(t, 5_001, p.Statements())
}

func TestCounts(t *testing.T) {
	p, err := Parse(`{"Statement":[
		{"Effect":"Allow","Principal":{"AWS":["1","2"],"Service":"s","Federated":["f"]},"Action":"SQS:A"},
		{"Effect":"Allow","Principal":"*","NotAction":["b","C","d"],
			"Condition":{"StringEquals":{"x":["1","2","3","4"],"y":"1"},"StringLike":{"x":"1"}}}]}`)
	require.NoError(t, err)
	require.Equal(t, 2, p.Statements())
	require.Equal(t, 4, p.MaxPrincipals())
	require.Equal(t, 3, p.MaxActions())
	require.Equal(t, 3, p.MaxConditions())
	require.Equal(t, []string{"sqs:a", "b", "c", "d"}, p.Actions())
}

func TestEqual(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{`{"a":1,"b":[1,2]}`, " {\"b\" :\n[1, 2], \"a\":1}", true},
		{`{"a":"<"}`, `{"a":"\u003c"}`, true},
		{`{"a":[1,2]}`, `{"a":[2,1]}`, false},
		{`{"a":1}`, `{"a":"1"}`, false},
		{`{"a":1}`, `{"A":1}`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":12345678901234567890}`, `{"a":12345678901234567891}`, false},
		{`{"a":1}`, `{"a":1}x`, false},
		{`x`, `y`, false},
		{`x`, `x`, true},
		{``, ``, true},
		{``, `null`, false},
	} {
		require.Equal(t, c.want, Equal(c.a, c.b), "%s %s", c.a, c.b)
		require.Equal(t, c.want, Equal(c.b, c.a), "%s %s", c.b, c.a)
	}
}
