package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	streamtypes "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
)

// table is a table with string keys pk and sk, a global index on gpk and rank
// (N), and a stream of both images, made for one test.
type table struct {
	t  *testing.T
	db *dynamodb.Client
	tn *string
}

func makeTable(t *testing.T) *table {
	t.Helper()
	db := dynamodb.NewFromConfig(config(t))
	tb := &table{t, db, aws.String(name(t))}
	_, err := db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:   tb.tn,
		BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("sk"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("gpk"), AttributeType: types.ScalarAttributeTypeS},
			{AttributeName: aws.String("rank"), AttributeType: types.ScalarAttributeTypeN},
		},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange},
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("by-rank"),
			KeySchema: []types.KeySchemaElement{
				{AttributeName: aws.String("gpk"), KeyType: types.KeyTypeHash},
				{AttributeName: aws.String("rank"), KeyType: types.KeyTypeRange},
			},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
		StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := db.DeleteTable(context.WithoutCancel(t.Context()), &dynamodb.DeleteTableInput{TableName: tb.tn})
		require.NoError(t, err)
	})
	require.NoError(t, dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay = 100 * time.Millisecond
	}).Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: tb.tn}, 2*time.Minute))
	return tb
}

type item = map[string]types.AttributeValue

func s(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
func n(v string) types.AttributeValue { return &types.AttributeValueMemberN{Value: v} }

func key(pk, sk string) item { return item{"pk": s(pk), "sk": s(sk)} }

func (tb *table) put(it item) {
	tb.t.Helper()
	_, err := tb.db.PutItem(tb.t.Context(), &dynamodb.PutItemInput{TableName: tb.tn, Item: it})
	require.NoError(tb.t, err)
}

func (tb *table) get(k item) item {
	tb.t.Helper()
	out, err := tb.db.GetItem(tb.t.Context(), &dynamodb.GetItemInput{TableName: tb.tn, Key: k, ConsistentRead: aws.Bool(true)})
	require.NoError(tb.t, err)
	return out.Item
}

// requireError wants an AWS error with a code and a phrase of its message.
func requireError(t *testing.T, err error, code, phrase string) {
	t.Helper()
	var api smithy.APIError
	require.ErrorAs(t, err, &api)
	require.Equal(t, code, api.ErrorCode(), api.ErrorMessage())
	require.Contains(t, api.ErrorMessage(), phrase)
}

func TestEveryTypeComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	it := item{
		"pk": s("a"), "sk": s("ünï \"quoted\" \n"), "n": n("-12345678901234567890.5"), "b": &types.AttributeValueMemberB{Value: []byte{0, 1, 255}},
		"yes": &types.AttributeValueMemberBOOL{Value: true}, "no": &types.AttributeValueMemberBOOL{Value: false},
		"null": &types.AttributeValueMemberNULL{Value: true}, "empty": s(""),
		"l":  &types.AttributeValueMemberL{Value: []types.AttributeValue{s("x"), &types.AttributeValueMemberL{Value: []types.AttributeValue{}}}},
		"m":  &types.AttributeValueMemberM{Value: item{"deep": &types.AttributeValueMemberM{Value: item{}}}},
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", "b"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"1", "2.5"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {2}}},
	}
	tb.put(it)
	got := tb.get(item{"pk": it["pk"], "sk": it["sk"]})
	for _, set := range []string{"ss", "ns", "bs"} { // sets have no order
		switch v := got[set].(type) {
		case *types.AttributeValueMemberSS:
			require.ElementsMatch(t, []string{"a", "b"}, v.Value)
		case *types.AttributeValueMemberNS:
			require.ElementsMatch(t, []string{"1", "2.5"}, v.Value)
		case *types.AttributeValueMemberBS:
			require.ElementsMatch(t, [][]byte{{1}, {2}}, v.Value)
		default:
			require.Failf(t, "not a set", "%s is %T", set, v)
		}
		delete(got, set)
		delete(it, set)
	}
	require.Equal(t, it, got)
}

func TestNumbersAreNormalised(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "too many digits are refused in other words")
	tb := makeTable(t)
	for _, c := range []struct{ put, want string }{
		{"1.50", "1.5"}, {"007", "7"}, {"-0", "0"}, {"1E3", "1000"}, {"15E-1", "1.5"}, {"0.0001", "0.0001"}, {"+5", "5"},
	} {
		tb.put(item{"pk": s("n"), "sk": s("n"), "v": n(c.put)})
		require.Equal(t, n(c.want), tb.get(key("n", "n"))["v"], "put %s", c.put)
	}
	_, err := tb.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: tb.tn, Item: item{"pk": s("n"), "sk": s("n"), "v": n("123456789012345678901234567890123456789")}})
	requireError(t, err, "ValidationException", "Attempting to store more than 38 significant digits in a Number")
}

func TestALostConditionChangesNothingAndShowsTheItem(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	old := item{"pk": s("a"), "sk": s("1"), "version": n("3")}
	tb.put(old)
	_, err := tb.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: tb.tn, Key: key("a", "1"), UpdateExpression: aws.String("SET version = version + :one"), ConditionExpression: aws.String("version = :v"),
		ExpressionAttributeValues:           item{":one": n("1"), ":v": n("2")},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var lost *types.ConditionalCheckFailedException
	require.ErrorAs(t, err, &lost)
	require.Equal(t, "The conditional request failed", lost.ErrorMessage())
	require.Equal(t, old, lost.Item)
	require.Equal(t, old, tb.get(key("a", "1")))
}

func TestUpdatesReturnWhatWasAsked(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	for _, c := range []struct {
		values types.ReturnValue
		want   item
	}{
		{types.ReturnValueNone, nil},
		{types.ReturnValueAllOld, item{"pk": s("a"), "sk": s("1"), "n": n("1"), "other": s("x")}},
		{types.ReturnValueAllNew, item{"pk": s("a"), "sk": s("1"), "n": n("2"), "other": s("x")}},
		{types.ReturnValueUpdatedOld, item{"n": n("1")}},
		{types.ReturnValueUpdatedNew, item{"n": n("2")}},
	} {
		tb.put(item{"pk": s("a"), "sk": s("1"), "n": n("1"), "other": s("x")})
		out, err := tb.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: tb.tn, Key: key("a", "1"), UpdateExpression: aws.String("ADD n :one"),
			ExpressionAttributeValues: item{":one": n("1")}, ReturnValues: c.values,
		})
		require.NoError(t, err)
		require.Equal(t, c.want, out.Attributes, c.values)
	}
}

func TestAnIndexQueryPagesInOrder(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	for i := range 7 {
		tb.put(item{"pk": s(fmt.Sprint(i)), "sk": s("x"), "gpk": s("g"), "rank": n(fmt.Sprint(10 * (7 - i)))})
	}
	tb.put(item{"pk": s("not in the index"), "sk": s("x")})
	var ranks []string
	pages := dynamodb.NewQueryPaginator(tb.db, &dynamodb.QueryInput{
		TableName: tb.tn, IndexName: aws.String("by-rank"), KeyConditionExpression: aws.String("gpk = :g AND #r > :low"), Limit: aws.Int32(2),
		ExpressionAttributeNames: map[string]string{"#r": "rank"}, ExpressionAttributeValues: item{":g": s("g"), ":low": n("10")}, ScanIndexForward: aws.Bool(false),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, it := range page.Items {
			ranks = append(ranks, it["rank"].(*types.AttributeValueMemberN).Value)
		}
		if page.LastEvaluatedKey != nil {
			require.Len(t, page.LastEvaluatedKey, 4, "index keys and table keys")
		}
	}
	require.Equal(t, []string{"70", "60", "50", "40", "30", "20"}, ranks)
}

func TestATransactionIsAllOrNothing(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	tb.put(item{"pk": s("a"), "sk": s("1"), "n": n("1")})
	write := func(token, condition string) error {
		_, err := tb.db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
			ClientRequestToken: aws.String(token),
			TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: tb.tn, Item: item{"pk": s("b"), "sk": s("1")}}},
				{Update: &types.Update{
					TableName: tb.tn, Key: key("a", "1"), UpdateExpression: aws.String("ADD n :one"), ConditionExpression: aws.String(condition),
					ExpressionAttributeValues: item{":one": n("1")}, ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
				}},
			},
		})
		return err
	}
	var canceled *types.TransactionCanceledException
	require.ErrorAs(t, write("first", "n > :one"), &canceled)
	require.Contains(t, canceled.ErrorMessage(), "[None, ConditionalCheckFailed]")
	require.Equal(t, []types.CancellationReason{
		{Code: aws.String("None")},
		{Code: aws.String("ConditionalCheckFailed"), Message: aws.String("The conditional request failed"), Item: item{"pk": s("a"), "sk": s("1"), "n": n("1")}},
	}, canceled.CancellationReasons)
	require.Nil(t, tb.get(key("b", "1")))

	require.NoError(t, write("second", "n = :one"))
	require.NoError(t, write("second", "n = :one"), "the same token is the same transaction")
	require.Equal(t, n("2"), tb.get(key("a", "1"))["n"])
	requireError(t, write("second", "n < :one"), "IdempotentParameterMismatchException", "")
}

func TestBadRequestsAreRefusedInAWSsWords(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	update := func(expression string, values item, names map[string]string) func() error {
		return func() error {
			_, err := tb.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: tb.tn, Key: key("a", "1"), UpdateExpression: &expression, ExpressionAttributeValues: values, ExpressionAttributeNames: names})
			return err
		}
	}
	put := func(it item) func() error {
		return func() error {
			_, err := tb.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: tb.tn, Item: it})
			return err
		}
	}
	query := func(in *dynamodb.QueryInput) func() error {
		return func() error {
			in.TableName = tb.tn
			_, err := tb.db.Query(t.Context(), in)
			return err
		}
	}
	const invalid = "ValidationException"
	for _, c := range []struct {
		name   string
		call   func() error
		code   string
		phrase string
	}{
		{"a key attribute is missing", put(item{"pk": s("a")}), invalid, "Missing the key sk in the item"},
		{"a key attribute has another type", put(item{"pk": n("1"), "sk": s("x")}), invalid, "Type mismatch for key pk expected: S actual: N"},
		{"a key attribute is empty", put(item{"pk": s(""), "sk": s("x")}), invalid, "cannot contain an empty string value"},
		{"an index key has another type", put(item{"pk": s("a"), "sk": s("x"), "gpk": n("1")}), invalid, "Type mismatch for Index Key gpk Expected: S Actual: N IndexName: by-rank"},
		{"a set is empty", put(item{"pk": s("a"), "sk": s("x"), "ss": &types.AttributeValueMemberSS{Value: []string{}}}), invalid, "may not be empty"},
		{"a set has a member twice", put(item{"pk": s("a"), "sk": s("x"), "ss": &types.AttributeValueMemberSS{Value: []string{"a", "a"}}}), invalid, "contains duplicates"},
		{"an item is too large", put(item{"pk": s("a"), "sk": s("x"), "v": s(strings.Repeat("v", 409_600))}), invalid, "Item size has exceeded the maximum allowed size"},
		{"a key is changed", update("SET pk = :v", item{":v": s("b")}, nil), invalid, "Cannot update attribute pk. This attribute is part of the key"},
		{"paths overlap", update("SET a = :v, a.b = :v", item{":v": s("b")}, nil), invalid, "Two document paths overlap with each other"},
		{"a section comes twice", update("SET a = :v SET b = :v", item{":v": s("b")}, nil), invalid, "section can only be used once in an update expression"},
		{"a value is not used", update("SET a = :v", item{":v": s("b"), ":w": s("c")}, nil), invalid, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"},
		{"a value is not defined", update("SET a = :v, b = :w", item{":v": s("b")}, nil), invalid, "An expression attribute value used in expression is not defined; attribute value: :w"},
		{"a name is not used", update("SET a = :v", item{":v": s("b")}, map[string]string{"#x": "x"}), invalid, "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}"},
		{"a reserved word stands bare", update("SET status = :v", item{":v": s("b")}, nil), invalid, "Attribute name is a reserved keyword; reserved keyword: status"},
		{"the grammar is broken", update("SET a :v", item{":v": s("b")}, nil), invalid, "Syntax error"},
		{"a summand is missing", update("SET a = b + :v", item{":v": n("1")}, nil), invalid, "The provided expression refers to an attribute that does not exist in the item"},
		{"the partition key is not asked for", query(&dynamodb.QueryInput{KeyConditionExpression: aws.String("sk = :v"), ExpressionAttributeValues: item{":v": s("b")}}), invalid, "Query condition missed key schema element: pk"},
		{"a consistent read on a global index", query(&dynamodb.QueryInput{IndexName: aws.String("by-rank"), ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("gpk = :v"), ExpressionAttributeValues: item{":v": s("b")}}), invalid, "Consistent reads are not supported on global secondary indexes"},
		{"a filter on the key", query(&dynamodb.QueryInput{KeyConditionExpression: aws.String("pk = :v"), FilterExpression: aws.String("sk = :v"), ExpressionAttributeValues: item{":v": s("b")}}), invalid, "Filter Expression can only contain non-primary key attributes"},
		{"an attribute has no name", put(item{"pk": s("a"), "sk": s("x"), "": s("v")}), invalid, "Empty attribute name"},
		{"an attribute deep inside has no name", update("SET a = :v", item{":v": &types.AttributeValueMemberM{Value: item{"": s("v")}}}, nil), invalid, "Empty attribute name for key :v"},
		{"a name is too long", put(item{"pk": s("a"), "sk": s("x"), strings.Repeat("n", 65_536): s("v")}), invalid, "Attribute name is too large"},
		{"a placeholder stands for no name", update("SET #a = :v", item{":v": s("b")}, map[string]string{"#a": ""}), invalid, "Empty attribute name for key #a"},
		{"the table is missing", func() error {
			_, err := tb.db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("no-such-table"), Key: key("a", "1")})
			return err
		}, "ResourceNotFoundException", "Requested resource not found"},
		{"the key has a part too few", func() error {
			_, err := tb.db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: tb.tn, Key: item{"pk": s("a")}})
			return err
		}, invalid, "The provided key element does not match the schema"},
		{"a batch names a key twice", func() error {
			_, err := tb.db.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{*tb.tn: {Keys: []item{key("a", "1"), key("a", "1")}}}})
			return err
		}, invalid, "Provided list of item keys contains duplicates"},
		{"a transaction touches an item twice", func() error {
			_, err := tb.db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Delete: &types.Delete{TableName: tb.tn, Key: key("a", "1")}}, {Put: &types.Put{TableName: tb.tn, Item: key("a", "1")}},
			}})
			return err
		}, invalid, "Transaction request cannot include multiple operations on one item"},
		{"a transaction reads an item twice", func() error {
			get := types.TransactGetItem{Get: &types.Get{TableName: tb.tn, Key: key("a", "1")}}
			_, err := tb.db.TransactGetItems(t.Context(), &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{get, get}})
			return err
		}, invalid, "Transaction request cannot include multiple operations on one item"},
		{"a transaction puts an empty key", func() error {
			_, err := tb.db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Put: &types.Put{TableName: tb.tn, Item: key("", "1")}},
			}})
			return err
		}, invalid, "cannot contain an empty string value. Key: pk"},
		{"a transaction deletes an empty key", func() error {
			_, err := tb.db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
				{Delete: &types.Delete{TableName: tb.tn, Key: key("a", "")}},
			}})
			return err
		}, invalid, "cannot contain an empty string value. Key: sk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if otherWords[c.name] {
				target.KnownDifference(t, target.LocalStack, "DynamoDB Local refuses it in other words")
			}
			requireError(t, c.call(), c.code, c.phrase)
		})
	}
}

// otherWords are the requests above whose refusal DynamoDB Local, which answers
// for LocalStack, phrases in its own way.
var otherWords = map[string]bool{
	"a key attribute is missing":          true,
	"a key attribute has another type":    true,
	"an index key has another type":       true,
	"the partition key is not asked for":  true,
	"a consistent read on a global index": true,
	"the table is missing":                true,
	"the key has a part too few":          true,
}

// TestAFilterSeesWhatItsIndexHolds pins the difference between a Query, which
// is refused, and a Scan, which finds nothing.
func TestAFilterSeesWhatItsIndexHolds(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "a filter on what the index does not hold finds nothing instead of being refused")
	db := dynamodb.NewFromConfig(config(t))
	tn := aws.String(name(t))
	_, err := db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: tn, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: "S"}, {AttributeName: aws.String("gpk"), AttributeType: "S"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("narrow"), KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("gpk"), KeyType: types.KeyTypeHash}},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := db.DeleteTable(context.WithoutCancel(t.Context()), &dynamodb.DeleteTableInput{TableName: tn})
		require.NoError(t, err)
	})
	require.NoError(t, dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay = 100 * time.Millisecond
	}).Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: tn}, 2*time.Minute))
	_, err = db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: tn, Item: item{"pk": s("a"), "gpk": s("g"), "v": s("x")}})
	require.NoError(t, err)

	_, err = db.Query(t.Context(), &dynamodb.QueryInput{
		TableName: tn, IndexName: aws.String("narrow"), KeyConditionExpression: aws.String("gpk = :g"), FilterExpression: aws.String("v = :x OR attribute_exists(u)"),
		ExpressionAttributeValues: item{":g": s("g"), ":x": s("x")},
	})
	requireError(t, err, "ValidationException", "Secondary index narrow does not project one or more filter attributes: [u, v]")
	out, err := db.Scan(t.Context(), &dynamodb.ScanInput{
		TableName: tn, IndexName: aws.String("narrow"), FilterExpression: aws.String("v = :x"), ExpressionAttributeValues: item{":x": s("x")},
	})
	require.NoError(t, err)
	require.Empty(t, out.Items)
}

func TestAStreamTellsEveryChangeOnce(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	one := item{"pk": s("a"), "sk": s("1"), "n": n("1")}
	two := item{"pk": s("a"), "sk": s("1"), "n": n("2")}
	tb.put(one)
	tb.put(one) // changes nothing
	tb.put(two)
	for range 2 { // the second deletes nothing
		_, err := tb.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: tb.tn, Key: key("a", "1")})
		require.NoError(t, err)
	}
	records := tb.stream(3)
	require.Equal(t, []streamtypes.OperationType{"INSERT", "MODIFY", "REMOVE"}, []streamtypes.OperationType{records[0].EventName, records[1].EventName, records[2].EventName})
	number := func(m map[string]streamtypes.AttributeValue) string {
		if m == nil {
			return ""
		}
		return m["n"].(*streamtypes.AttributeValueMemberN).Value
	}
	last := ""
	for i, want := range []struct{ old, next string }{{"", "1"}, {"1", "2"}, {"2", ""}} {
		r := records[i].Dynamodb
		require.Equal(t, want.old, number(r.OldImage), "old image of record %d", i)
		require.Equal(t, want.next, number(r.NewImage), "new image of record %d", i)
		require.Len(t, r.Keys, 2)
		require.Greater(t, *r.SequenceNumber, last)
		require.Positive(t, *r.SizeBytes)
		require.NotEmpty(t, *records[i].EventID)
		last = *r.SequenceNumber
	}
}

// stream reads the table's stream from its beginning until it has given want
// records, and then once more: nothing may follow.
func (tb *table) stream(want int) []streamtypes.Record {
	t := tb.t
	t.Helper()
	streams := dynamodbstreams.NewFromConfig(config(t))
	d, err := tb.db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: tb.tn})
	require.NoError(t, err)
	var records []streamtypes.Record
	require.Eventually(t, func() bool {
		records = nil
		desc, err := streams.DescribeStream(t.Context(), &dynamodbstreams.DescribeStreamInput{StreamArn: d.Table.LatestStreamArn})
		require.NoError(t, err)
		for _, shard := range desc.StreamDescription.Shards {
			it, err := streams.GetShardIterator(t.Context(), &dynamodbstreams.GetShardIteratorInput{StreamArn: d.Table.LatestStreamArn, ShardId: shard.ShardId, ShardIteratorType: streamtypes.ShardIteratorTypeTrimHorizon})
			require.NoError(t, err)
			got, err := streams.GetRecords(t.Context(), &dynamodbstreams.GetRecordsInput{ShardIterator: it.ShardIterator})
			require.NoError(t, err)
			records = append(records, got.Records...)
		}
		return len(records) >= want
	}, 30*time.Second, 50*time.Millisecond)
	require.Len(t, records, want)
	return records
}

func TestCapacityIsToldInBothForms(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	out, err := tb.db.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: tb.tn, Item: item{"pk": s("a"), "sk": s("1"), "gpk": s("g"), "rank": n("1"), "v": s(strings.Repeat("v", 1500))},
		ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
	})
	require.NoError(t, err)
	require.EqualValues(t, 4, *out.ConsumedCapacity.CapacityUnits)
	require.EqualValues(t, 2, *out.ConsumedCapacity.Table.CapacityUnits)
	require.EqualValues(t, 2, *out.ConsumedCapacity.GlobalSecondaryIndexes["by-rank"].CapacityUnits)
	got, err := tb.db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: tb.tn, Key: key("a", "1"), ReturnConsumedCapacity: types.ReturnConsumedCapacityTotal})
	require.NoError(t, err)
	require.EqualValues(t, 0.5, *got.ConsumedCapacity.CapacityUnits)
	require.Nil(t, got.ConsumedCapacity.Table)
}

func TestATableIsMadeOnceAndGoneOnceDeleted(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "a missing table is named in other words")
	tb := makeTable(t)
	_, err := tb.db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: tb.tn, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
	})
	var inUse *types.ResourceInUseException
	require.True(t, errors.As(err, &inUse), "got %v", err)
	_, err = tb.db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String("no-such-table")})
	requireError(t, err, "ResourceNotFoundException", "Requested resource not found: Table: no-such-table not found")
}

func TestSettingsOfATableAreDescribedAsTheyWereMade(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	_, err := tb.db.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
		TableName: tb.tn, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("ttl"), Enabled: aws.Bool(true)},
	})
	require.NoError(t, err)
	ttl, err := tb.db.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: tb.tn})
	require.NoError(t, err)
	require.Equal(t, "ttl", *ttl.TimeToLiveDescription.AttributeName)
	require.Contains(t, []types.TimeToLiveStatus{types.TimeToLiveStatusEnabled, types.TimeToLiveStatusEnabling}, ttl.TimeToLiveDescription.TimeToLiveStatus)
	_, err = tb.db.UpdateContinuousBackups(t.Context(), &dynamodb.UpdateContinuousBackupsInput{
		TableName: tb.tn, PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(true)},
	})
	require.NoError(t, err)
	backups, err := tb.db.DescribeContinuousBackups(t.Context(), &dynamodb.DescribeContinuousBackupsInput{TableName: tb.tn})
	require.NoError(t, err)
	require.Equal(t, types.PointInTimeRecoveryStatusEnabled, backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus)

	d, err := tb.db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: tb.tn})
	require.NoError(t, err)
	require.Equal(t, types.TableStatusActive, d.Table.TableStatus)
	require.Equal(t, types.BillingModePayPerRequest, d.Table.BillingModeSummary.BillingMode)
	require.Equal(t, types.StreamViewTypeNewAndOldImages, d.Table.StreamSpecification.StreamViewType)
	require.Len(t, d.Table.GlobalSecondaryIndexes, 1)
	_, err = tb.db.TagResource(t.Context(), &dynamodb.TagResourceInput{ResourceArn: d.Table.TableArn, Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("cumin")}}})
	require.NoError(t, err)
	tags, err := tb.db.ListTagsOfResource(t.Context(), &dynamodb.ListTagsOfResourceInput{ResourceArn: d.Table.TableArn})
	require.NoError(t, err)
	require.Equal(t, []types.Tag{{Key: aws.String("team"), Value: aws.String("cumin")}}, tags.Tags)
}

func TestBatchesReadBackWhatTheyWrote(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	var writes []types.WriteRequest
	var keys []item
	for i := range 25 {
		k := key("a", fmt.Sprintf("%02d", i))
		writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: k}})
		keys = append(keys, k)
	}
	wrote, err := tb.db.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*tb.tn: writes}})
	require.NoError(t, err)
	require.Empty(t, wrote.UnprocessedItems)
	read, err := tb.db.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{*tb.tn: {Keys: append(keys, key("a", "missing")), ConsistentRead: aws.Bool(true)}}})
	require.NoError(t, err)
	require.ElementsMatch(t, keys, read.Responses[*tb.tn])
	require.Empty(t, read.UnprocessedKeys)
	_, err = tb.db.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{*tb.tn: append(writes, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key("b", "1")}})}})
	requireError(t, err, "ValidationException", "")
}

func TestSegmentsOfAScanTogetherAreTheTable(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	var want []string
	for i := range 30 {
		pk := fmt.Sprintf("p%02d", i)
		tb.put(key(pk, "x"))
		want = append(want, pk)
	}
	var got []string
	for segment := range int32(3) {
		pages := dynamodb.NewScanPaginator(tb.db, &dynamodb.ScanInput{TableName: tb.tn, Segment: aws.Int32(segment), TotalSegments: aws.Int32(3), Limit: aws.Int32(4)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			require.NoError(t, err)
			for _, it := range page.Items {
				got = append(got, it["pk"].(*types.AttributeValueMemberS).Value)
			}
		}
	}
	require.ElementsMatch(t, want, got)
}

func TestRemovingFromAMissingItemMakesNone(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "REMOVE on a missing item makes it")
	tb := makeTable(t)
	_, err := tb.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: tb.tn, Key: key("a", "1"), UpdateExpression: aws.String("REMOVE n")})
	require.NoError(t, err)
	require.Nil(t, tb.get(key("a", "1")))
	_, err = tb.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: tb.tn, Key: key("a", "2")})
	require.NoError(t, err)
	require.Equal(t, key("a", "2"), tb.get(key("a", "2")))
}
