package filter_test

import (
	"errors"
	"fmt"

	"github.com/inflight-mq/inflight/sns/filter"
)

func Example() {
	policy, err := filter.Parse(`{"store":["berlin",{"prefix":"ham"}],"price":[{"numeric":[">=",10,"<",100]}]}`, filter.MessageAttributes)
	if err != nil {
		panic(err)
	}
	message := filter.Input{Attributes: filter.NewAttributes([]filter.Attribute{
		{Name: "store", Type: "String", Text: "hamburg"},
		{Name: "price", Type: "Number", Text: "9.99"},
	})}
	fmt.Println(policy.Match(message))
	for _, m := range policy.Explain(message) {
		fmt.Println(m)
	}
	// Output:
	// false
	// price: want [{"numeric":[">=",10,"<",100]}], found 9.99
}

func ExampleParse() {
	_, err := filter.Parse(`{"store": [{"suffix": 100}]}`, filter.MessageAttributes)
	if e, ok := errors.AsType[*filter.Error](err); ok {
		fmt.Println("Invalid parameter: " + e.Reason())
	}
	// Output:
	// Invalid parameter: FilterPolicy: suffix match pattern must be a string
	//  at [Source: (String)"{"store":[{"suffix":100}]}"; line: 1, column: 24]
}

func ExampleParseBody() {
	policy, _ := filter.Parse(`{"records":{"name":[{"prefix":"in-"}],"size":[{"numeric":[">",1000]}]}}`, filter.MessageBody)
	for _, text := range []string{
		`{"records":[{"name":"in-1","size":2000},{"name":"out-1","size":1}]}`,
		`{"records":[{"name":"in-1","size":1},{"name":"out-1","size":2000}]}`, // not in the same record
	} {
		message := filter.Input{Body: filter.ParseBody(text)}
		fmt.Println(policy.Match(message), policy.Explain(message))
	}
	// Output:
	// true []
	// false [records.name, records.size: want all in the same element of an array, found only in different ones]
}

func ExampleIndex() {
	var index filter.Index[string]
	for _, customer := range []string{"ann", "bob", "eve"} {
		policy, _ := filter.Parse(`{"customer":["`+customer+`"]}`, filter.MessageAttributes)
		index.Add(customer, policy)
	}
	index.Add("audit", nil) // everything
	fmt.Println(index.Matches(filter.Input{Attributes: filter.NewAttributes([]filter.Attribute{{Name: "customer", Type: "String", Text: "bob"}})}))
	// Output:
	// [bob audit]
}
