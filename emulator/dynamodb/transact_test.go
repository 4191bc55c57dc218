package dynamodb_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	putB     = `{"Put":{"TableName":"songs","Item":{"pk":{"S":"b"},"sk":{"S":"1"}}}}`
	addA     = `{"Update":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}`
	checkTwo = `{"ConditionCheck":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"2"}},"ConditionExpression":"attribute_exists(pk)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}`
)

func TestACancelledTransactionLeavesEverythingAsItWas(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.do("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"1"},"s":{"S":"x"}}}`)
	lost := `{"Delete":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ConditionExpression":"n > :one","ExpressionAttributeValues":{":one":{"N":"1"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}`
	for _, c := range []struct{ name, items, want string }{
		{"a lost condition shows the item when asked", putB + "," + lost,
			`{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"1"},"s":{"S":"x"}}}`},
		{"a check on nothing has no item to show", checkTwo, `{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}`},
		{"an update that does not fit", putB + `,{"Update":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"UpdateExpression":"ADD s :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}`,
			`{"Code":"None"},{"Code":"ValidationError","Message":"An operand in the update expression has an incorrect data type"}`},
		{"a key that does not fit", putB + `,{"Delete":{"TableName":"songs","Key":{"pk":{"S":"a"}}}}`,
			`{"Code":"None"},{"Code":"ValidationError","Message":"The provided key element does not match the schema"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, out := w.call("TransactWriteItems", `{"TransactItems":[`+c.items+`]}`)
			var e struct {
				Type                string `json:"__type"`
				Message             string `json:"message"`
				CancellationReasons []any
			}
			decode(t, out, &e)
			var want []any
			decode(t, "["+c.want+"]", &want)
			if status != 400 || !strings.HasSuffix(e.Type, "#TransactionCanceledException") || fmt.Sprint(e.CancellationReasons) != fmt.Sprint(want) {
				t.Fatalf("got  %d %s\nwant %s", status, out, c.want)
			}
			if !strings.HasPrefix(e.Message, "Transaction cancelled, please refer cancellation reasons for specific reasons [") {
				t.Fatalf("got %s", e.Message)
			}
		})
	}
	w.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"b"},"sk":{"S":"1"}}}`, `{}`)
	requireEvents(t, w.events(w.streamARN("songs")), "INSERT 1")
}

func TestTransactionsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	many := make([]string, 101)
	for i := range many {
		many[i] = fmt.Sprintf(`{"Delete":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"%d"}}}}`, i)
	}
	for _, c := range []struct{ items, code, phrase string }{
		{"", "ValidationException", "Member must have length greater than or equal to 1"},
		{strings.Join(many, ","), "ValidationException", "Member must have length less than or equal to 100"},
		{putB + "," + putB, "ValidationException", "Transaction request cannot include multiple operations on one item"},
		{strings.Replace(putB, `"b"`, `""`, 1), "ValidationException", "cannot contain an empty string value. Key: pk"},
		{strings.Replace(putB, "songs", "nope", 1), "ResourceNotFoundException", "Requested resource not found"},
		{`{}`, "ValidationException", "TransactItems can only contain one of Check, Put, Update or Delete"},
		{`{"Delete":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ConditionExpression":"x ="}}`, "ValidationException", "Syntax error"},
	} {
		w.refuses("TransactWriteItems", `{"TransactItems":[`+c.items+`]}`, c.code, c.phrase)
	}
	w.do("TransactWriteItems", `{"TransactItems":[`+strings.Join(many[:100], ",")+`]}`)
}

func TestATransactionWithATokenIsDoneOnce(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	body := func(token, items string) string {
		return fmt.Sprintf(`{"ClientRequestToken":%q,"ReturnConsumedCapacity":"TOTAL","TransactItems":[%s]}`, token, items)
	}
	n := func(want string) {
		t.Helper()
		w.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ProjectionExpression":"n"}`, `{"Item":{"n":{"N":"`+want+`"}}}`)
	}
	w.refuses("TransactWriteItems", body("t", addA+","+checkTwo), "TransactionCanceledException", "")
	w.gives("TransactWriteItems", body("t", addA), `{"ConsumedCapacity":[{"TableName":"songs","CapacityUnits":2,"WriteCapacityUnits":2}]}`)
	w.gives("TransactWriteItems", body("t", addA), `{"ConsumedCapacity":[{"TableName":"songs","CapacityUnits":2,"ReadCapacityUnits":2}]}`)
	n("1")
	w.refuses("TransactWriteItems", body("t", putB), "IdempotentParameterMismatchException", "")
	w.clock.Advance(11 * time.Minute)
	w.do("TransactWriteItems", body("t", addA))
	n("2")
}

func TestTransactionsReadOneInstant(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.do("CreateTable", `{"TableName":"plain","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"N"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}`)
	move := func(n int) string { // one table has a stream, the other has none
		return fmt.Sprintf(`{"TransactItems":[{"Put":{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"%d"}}}},{"Put":{"TableName":"plain","Item":{"id":{"N":"1"},"n":{"N":"%d"}}}}]}`, n, n)
	}
	w.do("TransactWriteItems", move(0))
	var wg sync.WaitGroup
	for writer := range 2 {
		wg.Go(func() {
			for i := range 200 {
				w.do("TransactWriteItems", move(2*i+writer))
			}
		})
	}
	for range 200 {
		var out struct {
			Responses []struct{ Item map[string]map[string]string }
		}
		decode(t, w.do("TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"plain","Key":{"id":{"N":"1"}}}},{"Get":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"ProjectionExpression":"n"}},{"Get":{"TableName":"plain","Key":{"id":{"N":"2"}}}}]}`), &out)
		if len(out.Responses) != 3 || out.Responses[0].Item["n"]["N"] != out.Responses[1].Item["n"]["N"] || out.Responses[2].Item != nil {
			t.Fatalf("got half a transaction: %+v", out)
		}
	}
	wg.Wait()
}
