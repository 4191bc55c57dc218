package dynamodb_test

import "testing"

func TestWritesTellTheSizeOfTheirItemCollection(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.do("CreateTable", `{"TableName":"plain","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}`)
	const (
		size = `,"ReturnItemCollectionMetrics":"SIZE"}`
		a    = `{"ItemCollectionKey":{"pk":{"S":"a"}},"SizeEstimateRangeGB":[0,1]}`
		b    = `{"ItemCollectionKey":{"pk":{"S":"b"}},"SizeEstimateRangeGB":[0,1]}`
		key  = `{"pk":{"S":"a"},"sk":{"S":"1"}}`
	)
	w.gives("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"len":{"N":"1"}}`+size, `{"ItemCollectionMetrics":`+a+`}`)
	w.gives("UpdateItem", `{"TableName":"songs","Key":`+key+size, `{"ItemCollectionMetrics":`+a+`}`)
	w.gives("DeleteItem", `{"TableName":"songs","Key":`+key+size, `{"ItemCollectionMetrics":`+a+`}`)
	w.gives("DeleteItem", `{"TableName":"songs","Key":`+key+size, `{}`)
	w.gives("PutItem", `{"TableName":"plain","Item":{"pk":{"S":"a"}}`+size, `{}`)
	w.gives("PutItem", `{"TableName":"songs","Item":`+key+`,"ReturnItemCollectionMetrics":"NONE"}`, `{}`)
	w.gives("BatchWriteItem", `{"RequestItems":{"songs":[{"PutRequest":{"Item":`+key+`}},{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"S":"2"}}}},{"PutRequest":{"Item":{"pk":{"S":"b"},"sk":{"S":"1"}}}}],"plain":[{"PutRequest":{"Item":{"pk":{"S":"a"}}}}]}`+size,
		`{"UnprocessedItems":{},"ItemCollectionMetrics":{"songs":[`+a+`,`+b+`]}}`)
	w.gives("TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"songs","Item":`+key+`}},{"Delete":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"9"}}}}]`+size, `{"ItemCollectionMetrics":{"songs":[`+a+`]}}`)
}
