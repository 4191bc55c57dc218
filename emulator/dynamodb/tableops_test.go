package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestTablesThatCannotBeAreRefusedInAWSsWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const (
		attributes = `"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}]`
		keys       = `"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]`
		onDemand   = `"BillingMode":"PAY_PER_REQUEST"`
	)
	for _, c := range []struct{ body, phrase string }{
		{`{` + attributes + `,` + keys + `,` + onDemand + `}`, "Member must not be null"},
		{`{"TableName":"a b",` + attributes + `,` + keys + `,` + onDemand + `}`, "[a-zA-Z0-9_.-]+"},
		{`{"TableName":"ab",` + attributes + `,` + keys + `,` + onDemand + `}`, "TableName must be at least 3 characters long and at most 255 characters long"},
		{`{"TableName":"abc",` + keys + `,` + onDemand + `}`, "Value null at 'attributeDefinitions' failed"},
		{`{"TableName":"abc",` + attributes + `,` + keys + `}`, "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
		{`{"TableName":"abc",` + attributes + `,` + keys + `,` + onDemand + `,"ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}`, "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		{`{"TableName":"abc",` + attributes + `,"KeySchema":[{"AttributeName":"pk","KeyType":"RANGE"}],` + onDemand + `}`, "The first KeySchemaElement is not a HASH key type"},
		{`{"TableName":"abc",` + attributes + `,"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"b","KeyType":"HASH"}],` + onDemand + `}`, "The second KeySchemaElement is not a RANGE key type"},
		{`{"TableName":"abc",` + attributes + `,"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],` + onDemand + `}`, "Some index key attributes are not defined in AttributeDefinitions"},
		{`{"TableName":"abc","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"x","AttributeType":"S"}],` + keys + `,` + onDemand + `}`, "does not exactly match number of attributes defined in AttributeDefinitions"},
		{`{"TableName":"abc","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"M"}],` + keys + `,` + onDemand + `}`, "Member must satisfy enum value set: [B, N, S]"},
		{`{"TableName":"abc",` + attributes + `,` + keys + `,` + onDemand + `,"StreamSpecification":{"StreamEnabled":true}}`, "StreamViewType"},
		{`{"TableName":"abc",` + attributes + `,` + keys + `,` + onDemand + `,"GlobalSecondaryIndexes":[]}`, "List of GlobalSecondaryIndexes is empty"},
		{`{"TableName":"abc",` + attributes + `,` + keys + `,` + onDemand + `,"LocalSecondaryIndexes":[{"IndexName":"idx","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}`, "does not have a range key"},
		{`{"TableName":"abc",` + attributes + `,` + keys + `,` + onDemand + `,"GlobalSecondaryIndexes":[{"IndexName":"idx","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE"}}]}`, "NonKeyAttributes is not specified"},
		{`{"TableName":"abc",` + attributes + `,` + keys + `,` + onDemand + `,"ResourcePolicy":"{}"}`, "does not support the parameter"},
	} {
		w.refuses("CreateTable", c.body, "ValidationException", c.phrase)
	}
	w.gives("ListTables", `{}`, `{"TableNames":[]}`)
}

func TestATableTellsWhatItIs(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.refuses("CreateTable", songs, "ResourceInUseException", "Table already exists: songs")
	w.putSong("1")
	var d struct {
		Table struct {
			TableStatus, TableArn, LatestStreamArn string
			ItemCount, TableSizeBytes              int
			GlobalSecondaryIndexes                 []struct{ IndexName, IndexStatus, IndexArn string }
			BillingModeSummary                     struct{ BillingMode string }
		}
	}
	decode(t, w.do("DescribeTable", `{"TableName":"songs"}`), &d)
	if d.Table.TableStatus != "ACTIVE" || d.Table.TableArn != "arn:aws:dynamodb:us-east-1:000000000000:table/songs" || d.Table.ItemCount != 1 || d.Table.TableSizeBytes != 6 ||
		d.Table.GlobalSecondaryIndexes[0].IndexStatus != "ACTIVE" || d.Table.BillingModeSummary.BillingMode != "PAY_PER_REQUEST" {
		t.Fatalf("got %+v", d)
	}
	if got := w.do("DescribeTable", fmt.Sprintf(`{"TableName":%q}`, d.Table.TableArn)); !strings.Contains(got, `"TableName":"songs"`) {
		t.Fatalf("a table may be named by its ARN: got %s", got)
	}
	w.gives("DescribeTimeToLive", `{"TableName":"songs"}`, `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"ttl"}}`)
	w.refuses("UpdateTimeToLive", `{"TableName":"songs","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}`, "ValidationException", "TimeToLive is already enabled")
	w.refuses("DescribeTable", `{"TableName":"nope"}`, "ResourceNotFoundException", "Requested resource not found: Table: nope not found")
	w.do("TagResource", fmt.Sprintf(`{"ResourceArn":%q,"Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}`, d.Table.TableArn))
	w.do("UntagResource", fmt.Sprintf(`{"ResourceArn":%q,"TagKeys":["a"]}`, d.Table.TableArn))
	w.gives("ListTagsOfResource", fmt.Sprintf(`{"ResourceArn":%q}`, d.Table.TableArn), `{"Tags":[{"Key":"b","Value":"2"}]}`)
	w.do("UpdateTable", `{"TableName":"songs","DeletionProtectionEnabled":true}`)
	w.refuses("DeleteTable", `{"TableName":"songs"}`, "ValidationException", "protected against deletion")
	w.do("UpdateTable", `{"TableName":"songs","DeletionProtectionEnabled":false}`)
	w.do("DeleteTable", `{"TableName":"songs"}`)
	w.refuses("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}`, "ResourceNotFoundException", "Requested resource not found")
	requireEvents(t, w.events(d.Table.LatestStreamArn), "INSERT 1")
}

func TestAnIndexAddedLaterHoldsTheItemsAlreadyThere(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	for i := range 3 {
		w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"p%d"},"sk":{"S":"%d"},"genre":{"S":"jazz"},"year":{"N":"%d"},"x":{"S":"y"}}}`, i, i, 2000-i))
	}
	w.do("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"odd"},"sk":{"S":"9"},"genre":{"N":"1"}}}`) // of another type: not in the index
	w.do("UpdateTable", `{"TableName":"songs","AttributeDefinitions":[{"AttributeName":"genre","AttributeType":"S"},{"AttributeName":"year","AttributeType":"N"},{"AttributeName":"sk","AttributeType":"S"}],
		"GlobalSecondaryIndexUpdates":[{"Create":{"IndexName":"byGenre","KeySchema":[{"AttributeName":"genre","KeyType":"HASH"},{"AttributeName":"year","KeyType":"RANGE"},{"AttributeName":"sk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}}]}`)
	query := `"IndexName":"byGenre","ExpressionAttributeNames":{"#y":"year"},"KeyConditionExpression":"genre = :g AND #y `
	if got := w.pages("Query", query+`> :n","ExpressionAttributeValues":{":g":{"S":"jazz"},":n":{"N":"0"}}`); got != "2 1 0" {
		t.Fatalf("got %q", got)
	}
	if got := w.pages("Query", query+`= :n AND sk >= :s","ExpressionAttributeValues":{":g":{"S":"jazz"},":n":{"N":"1999"},":s":{"S":"0"}}`); got != "1" {
		t.Fatalf("with two sort attributes: got %q", got)
	}
	w.refuses("Query", `{"TableName":"songs",`+query+`> :n AND sk = :s","ExpressionAttributeValues":{":g":{"S":"jazz"},":n":{"N":"1999"},":s":{"S":"0"}}}`, "ValidationException", "Query key condition not supported")
	w.refuses("Query", `{"TableName":"songs","IndexName":"byGenre","KeyConditionExpression":"genre = :g","Select":"ALL_ATTRIBUTES","ExpressionAttributeValues":{":g":{"S":"jazz"}}}`, "ValidationException", "projection type is not ALL")
	w.refuses("Query", `{"TableName":"songs","IndexName":"byGenre","KeyConditionExpression":"genre = :g","ProjectionExpression":"x","ExpressionAttributeValues":{":g":{"S":"jazz"}}}`, "ValidationException", "does not project")
	w.do("UpdateTable", `{"TableName":"songs","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"byGenre"}}]}`)
	w.refuses("Scan", `{"TableName":"songs","IndexName":"byGenre"}`, "ValidationException", "The table does not have the specified index: byGenre")
}

func TestUnknownOperationsAndBrokenBodiesAreRefused(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.refuses("CreateBackup", `{}`, "UnknownOperationException", "")
	w.refuses("PutItem", `{`, "SerializationException", "")
	w.refuses("PutItem", `{"TableName":7}`, "SerializationException", "NUMBER_VALUE can not be converted to String")
	w.refuses("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"}},"Unheard":{}}`, "ValidationException", `does not support the parameter "Unheard"`)
	w.refuses("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"}},"ReturnValues":"ALL_NEW"}`, "ValidationException", "ReturnValues can only be ALL_OLD or NONE")
	w.refuses("PutItem", `{"TableName":"songs"}`, "ValidationException", "Value null at 'item' failed to satisfy constraint: Member must not be null")
	w.refuses("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"`+strings.Repeat("k", 2049)+`"},"sk":{"S":"1"}}}`, "ValidationException", "Size of hashkey has exceeded the maximum size limit of2048 bytes")
	w.refuses("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"`+strings.Repeat("k", 1025)+`"}}}`, "ValidationException", "Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	w.do("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"v":{"S":"`+strings.Repeat("v", 409_600-7)+`"}}}`)
	w.refuses("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"v":{"S":"`+strings.Repeat("v", 409_600-6)+`"}}}`, "ValidationException", "Item size has exceeded the maximum allowed size")
	w.refuses("UpdateItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}},"UpdateExpression":"SET x = :x","ExpressionAttributeValues":{":x":{"S":"y"}}}`, "ValidationException", "Item size to update has exceeded the maximum allowed size")
}
