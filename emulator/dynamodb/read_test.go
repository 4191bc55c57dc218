package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// fill puts n songs into partition a: sort keys 00, 01, …, of which the even
// ones are in the index under g, ranked backwards.
func (w *world) fill(n int) {
	w.t.Helper()
	for i := range n {
		index := ""
		if i%2 == 0 {
			index = fmt.Sprintf(`,"gpk":{"S":"g"},"rank":{"N":"%d"}`, -i)
		}
		w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"%02d"},"len":{"N":"%d"},"x":{"S":"y"}%s}}`, i, i%3, index))
	}
}

// pages follows LastEvaluatedKey to the end and returns the sort keys of each
// page, "01 02|03".
func (w *world) pages(operation, parameters string) string {
	w.t.Helper()
	var pages []string
	from := "null"
	for {
		var out struct {
			Items            []map[string]map[string]string
			LastEvaluatedKey json.RawMessage
		}
		decode(w.t, w.do(operation, fmt.Sprintf(`{"TableName":"songs","ExclusiveStartKey":%s,%s}`, from, parameters)), &out)
		var keys []string
		for _, it := range out.Items {
			keys = append(keys, it["sk"]["S"])
		}
		pages = append(pages, strings.Join(keys, " "))
		if out.LastEvaluatedKey == nil {
			return strings.Join(pages, "|")
		}
		from = string(out.LastEvaluatedKey)
	}
}

func TestQueriesReadRangesInOrder(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.fill(6)
	w.do("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"b"},"sk":{"S":"00"}}}`)
	for _, c := range []struct{ name, parameters, want string }{
		{"a whole partition", `"KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}`, "00 01 02 03 04 05"},
		{"backwards", `"ScanIndexForward":false,"KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}`, "05 04 03 02 01 00"},
		{"one key", `"KeyConditionExpression":"sk = :s AND pk = :a","ExpressionAttributeValues":{":a":{"S":"a"},":s":{"S":"03"}}`, "03"},
		{"below", `"KeyConditionExpression":"pk = :a AND sk < :s","ExpressionAttributeValues":{":a":{"S":"a"},":s":{"S":"02"}}`, "00 01"},
		{"up to", `"KeyConditionExpression":"pk = :a AND sk <= :s","ExpressionAttributeValues":{":a":{"S":"a"},":s":{"S":"02"}}`, "00 01 02"},
		{"above", `"KeyConditionExpression":"pk = :a AND sk > :s","ExpressionAttributeValues":{":a":{"S":"a"},":s":{"S":"03"}}`, "04 05"},
		{"from", `"KeyConditionExpression":"(pk = :a) AND (sk >= :s)","ExpressionAttributeValues":{":a":{"S":"a"},":s":{"S":"03"}}`, "03 04 05"},
		{"between", `"KeyConditionExpression":"pk = :a AND sk BETWEEN :s AND :t","ExpressionAttributeValues":{":a":{"S":"a"},":s":{"S":"01"},":t":{"S":"03"}}`, "01 02 03"},
		{"by prefix", `"KeyConditionExpression":"pk = :a AND begins_with(sk, :s)","ExpressionAttributeValues":{":a":{"S":"a"},":s":{"S":"0"}}`, "00 01 02 03 04 05"},
		{"by prefix, backwards and paged", `"ScanIndexForward":false,"Limit":4,"KeyConditionExpression":"pk = :a AND begins_with(sk, :s)","ExpressionAttributeValues":{":a":{"S":"a"},":s":{"S":"0"}}`, "05 04 03 02|01 00"},
		{"an exact page end is followed by an empty page", `"Limit":3,"KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}`, "00 01 02|03 04 05|"},
		{"limit counts before the filter", `"Limit":2,"FilterExpression":"len = :z","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"},":z":{"N":"0"}}`, "00|03||"},
		{"a global index by number", `"IndexName":"byRank","KeyConditionExpression":"gpk = :g","ExpressionAttributeValues":{":g":{"S":"g"}}`, "04 02 00"},
		{"a global index, paged backwards", `"IndexName":"byRank","Limit":1,"ScanIndexForward":false,"KeyConditionExpression":"gpk = :g AND #r < :n","ExpressionAttributeNames":{"#r":"rank"},"ExpressionAttributeValues":{":g":{"S":"g"},":n":{"N":"0"}}`, "02|04|"},
		{"a local index with equal keys", `"IndexName":"byLen","Limit":2,"ConsistentRead":true,"KeyConditionExpression":"pk = :a AND len > :z","ExpressionAttributeValues":{":a":{"S":"a"},":z":{"N":"0"}}`, "01 04|02 05|"},
		{"nothing", `"KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"zzz"}}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.pages("Query", c.parameters); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatAQueryAnswersWith(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.fill(3)
	for _, c := range []struct{ name, parameters, want string }{
		{"count only", `"Select":"COUNT","FilterExpression":"len > :z","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"},":z":{"N":"0"}}`, `{"Count":2,"ScannedCount":3}`},
		{"a projection and the place to go on", `"Limit":1,"ProjectionExpression":"x","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}`,
			`{"Items":[{"x":{"S":"y"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"S":"00"}}}`},
		{"index and table keys to go on", `"IndexName":"byRank","Limit":1,"Select":"COUNT","KeyConditionExpression":"gpk = :g","ExpressionAttributeValues":{":g":{"S":"g"}}`,
			`{"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"pk":{"S":"a"},"sk":{"S":"02"},"gpk":{"S":"g"},"rank":{"N":"-2"}}}`},
		{"only the keys a local index holds", `"IndexName":"byLen","KeyConditionExpression":"pk = :a AND len = :l","ExpressionAttributeValues":{":a":{"S":"a"},":l":{"N":"1"}}`,
			`{"Items":[{"pk":{"S":"a"},"sk":{"S":"01"},"len":{"N":"1"}}],"Count":1,"ScannedCount":1}`},
		{"a local index fetches the rest when asked", `"IndexName":"byLen","Select":"ALL_ATTRIBUTES","ReturnConsumedCapacity":"INDEXES","KeyConditionExpression":"pk = :a AND len = :l","ExpressionAttributeValues":{":a":{"S":"a"},":l":{"N":"1"}}`,
			`{"Items":[{"pk":{"S":"a"},"sk":{"S":"01"},"len":{"N":"1"},"x":{"S":"y"}}],"Count":1,"ScannedCount":1,
			  "ConsumedCapacity":{"TableName":"songs","CapacityUnits":1,"Table":{"CapacityUnits":0.5},"LocalSecondaryIndexes":{"byLen":{"CapacityUnits":0.5}}}}`},
		{"total capacity of a consistent read", `"Select":"COUNT","ConsistentRead":true,"ReturnConsumedCapacity":"TOTAL","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}`,
			`{"Count":3,"ScannedCount":3,"ConsumedCapacity":{"TableName":"songs","CapacityUnits":1}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.gives("Query", `{"TableName":"songs",`+c.parameters+`}`, c.want)
		})
	}
}

func TestQueriesAndScansThatCannotBeAnsweredAreRefused(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	const a = `"ExpressionAttributeValues":{":a":{"S":"a"}}`
	for _, c := range []struct{ operation, parameters, phrase string }{
		{"Query", a, "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{"Query", `"KeyConditionExpression":"sk = :a",` + a, "Query condition missed key schema element: pk"},
		{"Query", `"KeyConditionExpression":"pk > :a",` + a, "Query key condition not supported"},
		{"Query", `"KeyConditionExpression":"pk = :a OR sk = :a",` + a, "Invalid operator used in KeyConditionExpression: OR"},
		{"Query", `"KeyConditionExpression":"pk = :a AND sk <> :a",` + a, "Invalid operator used in KeyConditionExpression: <>"},
		{"Query", `"KeyConditionExpression":"pk = :a AND pk = :a",` + a, "KeyConditionExpressions must only contain one condition per key"},
		{"Query", `"KeyConditionExpression":"pk = :a AND extra = :a",` + a, "Query condition missed key schema element: sk"},
		{"Query", `"KeyConditionExpression":"pk = :a AND sk = :n","ExpressionAttributeValues":{":a":{"S":"a"},":n":{"N":"1"}}`, "Condition parameter type does not match schema type"},
		{"Query", `"KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":""}}`, "cannot contain an empty string value. Key: pk"},
		{"Query", `"KeyConditionExpression":"pk = :a","FilterExpression":"sk = :a",` + a, "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"},
		{"Query", `"IndexName":"nope","KeyConditionExpression":"pk = :a",` + a, "The table does not have the specified index: nope"},
		{"Query", `"IndexName":"byRank","ConsistentRead":true,"KeyConditionExpression":"gpk = :a",` + a, "Consistent reads are not supported on global secondary indexes"},
		{"Query", `"KeyConditionExpression":"pk = :a","Limit":0,` + a, "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"Query", `"KeyConditionExpression":"pk = :a","Select":"SOME",` + a, "Member must satisfy enum value set"},
		{"Query", `"KeyConditionExpression":"pk = :a","Select":"COUNT","ProjectionExpression":"x",` + a, "Cannot specify the ProjectionExpression when choosing to get only the Count"},
		{"Query", `"KeyConditionExpression":"pk = :a","Select":"SPECIFIC_ATTRIBUTES",` + a, "Must specify the AttributesToGet or ProjectionExpression"},
		{"Query", `"KeyConditionExpression":"pk = :a","ExclusiveStartKey":{"pk":{"S":"b"},"sk":{"S":"1"}},` + a, "The provided starting key is outside query boundaries based on provided conditions"},
		{"Query", `"KeyConditionExpression":"pk = :a","ExclusiveStartKey":{"pk":{"S":"a"}},` + a, "The provided starting key is invalid"},
		{"Query", `"KeyConditionExpression":"pk = :a","QueryFilter":{},` + a, "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {QueryFilter} Expression parameters: {KeyConditionExpression}"},
		{"Scan", a, "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"},
		{"Scan", `"Segment":1`, "The TotalSegments parameter is required"},
		{"Scan", `"Segment":3,"TotalSegments":3`, "Segment: 3 is not less than TotalSegments: 3"},
		{"Scan", `"ProjectionExpression":"x, x.y"`, "Two document paths overlap"},
	} {
		w.refuses(c.operation, `{"TableName":"songs",`+c.parameters+`}`, "ValidationException", c.phrase)
	}
	w.refuses("Query", `{"TableName":"nope","KeyConditionExpression":"pk = :a",`+a+`}`, "ResourceNotFoundException", "Requested resource not found")
}

func TestAScanSeesEveryItemOnceInAnyNumberOfSegments(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	var want []string
	for i := range 200 {
		key := fmt.Sprintf("%03d", i)
		want = append(want, key)
		w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"p%d"},"sk":{"S":"%s"}}}`, i, key))
	}
	for _, total := range []int{1, 2, 3, 16} {
		var got []string
		for segment := range total {
			got = append(got, strings.FieldsFunc(w.pages("Scan", fmt.Sprintf(`"Limit":7,"Segment":%d,"TotalSegments":%d`, segment, total)), func(r rune) bool { return r == ' ' || r == '|' })...)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%d segments: got %d items: %v", total, len(got), got)
		}
	}
}

func TestAPageEndsAfterAMegabyte(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	for i := range 5 {
		w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"%d"},"v":{"S":%q}}}`, i, strings.Repeat("v", 300_000)))
	}
	if got, want := w.pages("Query", `"ProjectionExpression":"sk","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}`), "0 1 2 3|4"; got != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestBatchesReadAndWriteManyItems(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.gives("BatchWriteItem", `{"ReturnConsumedCapacity":"TOTAL","RequestItems":{"songs":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"S":"1"}}}},{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"S":"2"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"S":"0"}}}}]}}`,
		`{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"songs","CapacityUnits":3}]}`)
	w.gives("BatchGetItem", `{"ReturnConsumedCapacity":"TOTAL","RequestItems":{"songs":{"ConsistentRead":true,"ProjectionExpression":"sk","Keys":[{"pk":{"S":"a"},"sk":{"S":"1"}},{"pk":{"S":"a"},"sk":{"S":"9"}}]}}}`,
		`{"Responses":{"songs":[{"sk":{"S":"1"}}]},"UnprocessedKeys":{},"ConsumedCapacity":[{"TableName":"songs","CapacityUnits":2}]}`)
	keys := func(n int) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = fmt.Sprintf(`{"pk":{"S":"a"},"sk":{"S":"%d"}}`, i)
		}
		return strings.Join(parts, ",")
	}
	writes := strings.ReplaceAll(strings.ReplaceAll(keys(26), `{"pk"`, `{"DeleteRequest":{"Key":{"pk"`), `"}}`, `"}}}}`)
	for _, c := range []struct{ operation, body, code, phrase string }{
		{"BatchWriteItem", `{"RequestItems":{"songs":[` + writes + `]}}`, "ValidationException", "Too many items requested for the BatchWriteItem call"},
		{"BatchWriteItem", `{"RequestItems":{"songs":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"S":"1"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}}]}}`, "ValidationException", "Provided list of item keys contains duplicates"},
		{"BatchWriteItem", `{"RequestItems":{"nope":[{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}}]}}`, "ResourceNotFoundException", "Requested resource not found"},
		{"BatchGetItem", `{"RequestItems":{"songs":{"Keys":[` + keys(101) + `]}}}`, "ValidationException", "less than or equal to 100"},
		{"BatchGetItem", `{"RequestItems":{"songs":{"Keys":[{"pk":{"S":"a"}}]}}}`, "ValidationException", "The provided key element does not match the schema"},
		{"BatchGetItem", `{"RequestItems":{}}`, "ValidationException", "Member must have length greater than or equal to 1"},
	} {
		w.refuses(c.operation, c.body, c.code, c.phrase)
	}
}

func TestWhatDoesNotFitOneAnswerIsLeftForTheNext(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	var keys []string
	for i := range 45 {
		w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"%02d"},"v":{"S":%q}}}`, i, strings.Repeat("v", 400_000)))
		keys = append(keys, fmt.Sprintf(`{"pk":{"S":"a"},"sk":{"S":"%02d"}}`, i))
	}
	var out struct {
		Responses       map[string][]json.RawMessage
		UnprocessedKeys map[string]struct{ Keys []json.RawMessage }
	}
	decode(t, w.do("BatchGetItem", `{"RequestItems":{"songs":{"Keys":[`+strings.Join(keys, ",")+`]}}}`), &out)
	if got, left := len(out.Responses["songs"]), len(out.UnprocessedKeys["songs"].Keys); got != 41 || left != 4 {
		t.Fatalf("got %d items and %d keys left over, want 41 and 4: 16 MB", got, left)
	}
}
