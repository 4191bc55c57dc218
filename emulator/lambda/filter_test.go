package lambda

import (
	"encoding/json"
	"testing"
)

func TestFilters(t *testing.T) {
	t.Parallel()
	const record = `{"eventName":"MODIFY","dynamodb":{"NewImage":{"status":{"S":"done"},"n":{"N":"3"},"tags":{"SS":["a","b"]}}}}`
	cases := []struct {
		name, pattern, event string
		want                 bool
	}{
		{"a value", `{"eventName":["INSERT","MODIFY"]}`, record, true},
		{"another value", `{"eventName":["INSERT"]}`, record, false},
		{"a typed value", `{"dynamodb":{"NewImage":{"status":{"S":["done"]}}}}`, record, true},
		{"all members must match", `{"eventName":["MODIFY"],"dynamodb":{"NewImage":{"status":{"S":["todo"]}}}}`, record, false},
		{"an element of a list", `{"dynamodb":{"NewImage":{"tags":{"SS":["b"]}}}}`, record, true},
		{"a prefix", `{"eventName":[{"prefix":"MOD"}]}`, record, true},
		{"a suffix", `{"eventName":[{"suffix":"Y"}]}`, record, true},
		{"whatever the case", `{"eventName":[{"equals-ignore-case":"modify"}]}`, record, true},
		{"anything but", `{"eventName":[{"anything-but":["REMOVE"]}]}`, record, true},
		{"it exists", `{"dynamodb":{"NewImage":{"status":{"S":[{"exists":true}]}}}}`, record, true},
		{"it does not exist", `{"dynamodb":{"OldImage":{"status":{"S":[{"exists":false}]}}}}`, record, true},
		{"absent is not anything-but", `{"nope":[{"anything-but":["x"]}]}`, record, false},
		{"numbers within a range", `{"body":{"n":[{"numeric":[">",1,"<=",3]}]}}`, `{"body":"{\"n\":3}"}`, true},
		{"numbers outside", `{"body":{"n":[{"numeric":[">",3]}]}}`, `{"body":"{\"n\":3}"}`, false},
		{"null", `{"body":{"n":[null]}}`, `{"body":"{\"n\":null}"}`, true},
		{"absent is not null", `{"body":{"n":[null]}}`, `{"body":"{\"m\":1}"}`, false},
		{"an empty text", `{"body":{"n":[""]}}`, `{"body":"{\"n\":\"\"}"}`, true},
		{"a number", `{"body":{"n":[{"numeric":["=",3]}]}}`, `{"body":"{\"n\":3.0}"}`, true},
		{"DynamoDB's numbers are texts", `{"dynamodb":{"NewImage":{"n":{"N":[{"numeric":["=",3]}]}}}}`, record, false},
		{"one of two fields", `{"$or":[{"eventName":["INSERT"]},{"dynamodb":{"NewImage":{"status":{"S":["done"]}}}}]}`, record, true},
		{"neither of two fields", `{"$or":[{"eventName":["INSERT"]},{"eventName":["REMOVE"]}]}`, record, false},
		{"a field and one of two", `{"eventName":["MODIFY"],"dynamodb":{"$or":[{"NewImage":{"n":{"N":["4"]}}},{"NewImage":{"n":{"N":["3"]}}}]}}`, record, true},
		{"a plain body", `{"body":["hello"]}`, `{"body":"hello"}`, true},
		{"an object pattern drops a plain body", `{"body":{"n":[1]}}`, `{"body":"hello"}`, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			filters, err := parseFilters([]string{c.pattern})
			if err != nil {
				t.Fatal(err)
			}
			if got := matchAny(filters, json.RawMessage(c.event)); got != c.want {
				t.Fatalf("%s on %s: got %t", c.pattern, c.event, got)
			}
		})
	}
}

func TestPatternsThatAreRefused(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{``, `[]`, `{}`, `null`, `{"a":"b"}`, `{"a":[]}`, `{"a":[{"prefix":1}]}`, `{"a":[{"numeric":["~",1]}]}`, `{"a":[{"huh":1}]}`, `{"a":[["b"]]}`, `{"a":{}}`, `{"$or":[{"a":[1]}]}`, `{"$or":[1,2]}`, `{"$or":{"a":[1]}}`} {
		if _, err := parseFilters([]string{pattern}); err == nil {
			t.Errorf("%s was taken", pattern)
		}
	}
}

func FuzzFilters(f *testing.F) {
	f.Add(`{"a":[{"numeric":[">",1]}]}`, `{"a":2}`)
	f.Add(`{"a":{"b":[{"exists":false}]}}`, `{"a":[{"b":1}]}`)
	f.Add(`{"$or":[{"a":[null]},{"b":[{"anything-but":["x",1]}]}]}`, `{"b":"y"}`)
	f.Add(`{"body":{"a":[{"equals-ignore-case":"X"},{"suffix":"z"}]}}`, `{"body":"{\"a\":\"x\"}"}`)
	f.Fuzz(func(t *testing.T, pattern, event string) {
		filters, err := parseFilters([]string{pattern})
		if err == nil {
			matchAny(filters, json.RawMessage(event)) // whatever passes the check must not panic
		}
	})
}

func TestWhatAFunctionMayReport(t *testing.T) {
	t.Parallel()
	known := func(id string) bool { return id == "1" || id == "2" }
	cases := []struct {
		payload string
		ids     int
		whole   bool
	}{
		{``, 0, false}, {`null`, 0, false}, {`""`, 0, false}, {`{}`, 0, false}, {`{"other":1}`, 0, false}, {`{"batchItemFailures":null}`, 0, false}, {`{"batchItemFailures":[]}`, 0, false},
		{`{"batchItemFailures":[{"itemIdentifier":"1"}]}`, 1, false},
		{`{"batchItemFailures":[{"itemIdentifier":"1"},{"itemIdentifier":"2"}]}`, 2, false},
		{`{"batchItemFailures":[{"itemIdentifier":""}]}`, 0, true},
		{`{"batchItemFailures":[{"itemIdentifier":null}]}`, 0, true},
		{`{"batchItemFailures":[{"itemId":"1"}]}`, 0, true},
		{`{"batchItemFailures":[{"itemIdentifier":"3"}]}`, 0, true},
		{`{"batchItemFailures":"1"}`, 0, true},
		{`nonsense`, 0, true},
	}
	for _, c := range cases {
		t.Run(c.payload, func(t *testing.T) {
			t.Parallel()
			ids, whole := failures([]byte(c.payload), known)
			if len(ids) != c.ids || whole != c.whole {
				t.Fatalf("got %v, whole %t; want %d ids, whole %t", ids, whole, c.ids, c.whole)
			}
		})
	}
}
