package dynamodb_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/dynamodb"
)

// world is one Service that a test calls as a client would, by JSON.
type world struct {
	t     testing.TB
	clock *clock.Clock
	s     *dynamodb.Service
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	c := clock.NewFrozen(start)
	return open(t, dynamodb.Config{Clock: c})
}

func open(t testing.TB, c dynamodb.Config) *world {
	t.Helper()
	s, err := dynamodb.New(c)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return &world{t: t, clock: c.Clock, s: s}
}

// call sends one request and returns status and body.
func (w *world) call(operation, body string) (int, string) {
	w.t.Helper()
	prefix := "DynamoDB_20120810."
	switch operation {
	case "DescribeStream", "GetRecords", "GetShardIterator", "ListStreams":
		prefix = "DynamoDBStreams_20120810."
	}
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", prefix+operation)
	rec := httptest.NewRecorder()
	w.s.ServeHTTP(rec, r)
	out, err := io.ReadAll(rec.Body)
	if err != nil {
		w.t.Fatalf("%s: read answer: %v", operation, err)
	}
	return rec.Code, string(out)
}

// do is a call that must succeed.
func (w *world) do(operation, body string) string {
	w.t.Helper()
	status, out := w.call(operation, body)
	if status != http.StatusOK {
		w.t.Fatalf("%s %s\n got %d %s", operation, body, status, out)
	}
	return out
}

// gives is a call whose answer must equal want, whitespace and member order
// apart.
func (w *world) gives(operation, body, want string) {
	w.t.Helper()
	if got := w.do(operation, body); canonical(w.t, got) != canonical(w.t, want) {
		w.t.Fatalf("%s %s\n got %s\nwant %s", operation, body, got, want)
	}
}

// refuses is a call that must fail with a code and a phrase of the message.
func (w *world) refuses(operation, body, code, phrase string) {
	w.t.Helper()
	status, out := w.call(operation, body)
	var e struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		w.t.Fatalf("%s %s: answer is not JSON: %s", operation, body, out)
	}
	_, got, _ := strings.Cut(e.Type, "#")
	if status != http.StatusBadRequest || got != code || !strings.Contains(e.Message, phrase) {
		w.t.Fatalf("%s %s\n got %d %s\nwant %s … %s", operation, body, status, out, code, phrase)
	}
}

func canonical(t testing.TB, s string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatalf("not JSON: %s", s)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// songs has the string keys pk and sk, a global index byRank (gpk S, rank N),
// a local index byLen (pk, len N), a stream and time to live on ttl.
const songs = `{"TableName":"songs","BillingMode":"PAY_PER_REQUEST",
	"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},
		{"AttributeName":"gpk","AttributeType":"S"},{"AttributeName":"rank","AttributeType":"N"},{"AttributeName":"len","AttributeType":"N"}],
	"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
	"GlobalSecondaryIndexes":[{"IndexName":"byRank","KeySchema":[{"AttributeName":"gpk","KeyType":"HASH"},{"AttributeName":"rank","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}],
	"LocalSecondaryIndexes":[{"IndexName":"byLen","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"len","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
	"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}`

func songWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	w.do("CreateTable", songs)
	w.do("UpdateTimeToLive", `{"TableName":"songs","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}`)
	return w
}

func TestAnItemCanBePutReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.gives("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"1.50"},"l":{"L":[{"S":"x"},{"M":{"deep":{"BOOL":true}}}]}}}`, `{}`)
	w.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ConsistentRead":true}`,
		`{"Item":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"1.5"},"l":{"L":[{"S":"x"},{"M":{"deep":{"BOOL":true}}}]}}}`)
	w.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ProjectionExpression":"#n, l[1].deep","ExpressionAttributeNames":{"#n":"n"}}`,
		`{"Item":{"n":{"N":"1.5"},"l":{"L":[{"M":{"deep":{"BOOL":true}}}]}}}`)
	w.gives("UpdateItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"UpdateExpression":"SET n = n + :one, l[1].deep = :no ADD tags :t REMOVE l[0]",
		"ConditionExpression":"n BETWEEN :one AND :two AND (attribute_exists(pk) OR size(l) > :two)",
		"ExpressionAttributeValues":{":one":{"N":"1"},":two":{"N":"2"},":no":{"BOOL":false},":t":{"SS":["b","a"]}},"ReturnValues":"UPDATED_NEW"}`,
		`{"Attributes":{"n":{"N":"2.5"},"l":{"L":[{"M":{"deep":{"BOOL":false}}}]},"tags":{"SS":["a","b"]}}}`)
	w.gives("DeleteItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ReturnValues":"ALL_OLD"}`,
		`{"Attributes":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"2.5"},"l":{"L":[{"M":{"deep":{"BOOL":false}}}]},"tags":{"SS":["a","b"]}}}`)
	w.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}`, `{}`)
}

// used is the part of values that an expression mentions, as JSON; null for
// none.
func used(t testing.TB, expression string) string {
	t.Helper()
	var all map[string]json.RawMessage
	decode(t, values, &all)
	for key := range all {
		if !regexp.MustCompile(key + `\b`).MatchString(expression) {
			delete(all, key)
		}
	}
	if len(all) == 0 {
		return "null"
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// atLeastOne gives an expression without values one, for the sake of requests
// that must have some.
func atLeastOne(values string) string {
	if values == "null" {
		return `{":five":{"N":"5"}}`
	}
	return values
}

func usedNames(expression string) string {
	if strings.Contains(expression, "#dot") {
		return `{"#dot":"a.b"}`
	}
	return "null"
}
