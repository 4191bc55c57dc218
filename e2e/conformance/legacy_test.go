package conformance

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
)

// is is a legacy condition of one comparison.
func is(op types.ComparisonOperator, values ...types.AttributeValue) types.Condition {
	return types.Condition{ComparisonOperator: op, AttributeValueList: values}
}

func TestLegacyConditionsAndUpdatesDoWhatExpressionsDo(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	tb.put(item{"pk": s("a"), "sk": s("1"), "num": n("1"), "tags": &types.AttributeValueMemberSS{Value: []string{"x"}}})
	update := func(expected types.ExpectedAttributeValue) error {
		_, err := tb.db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: tb.tn, Key: key("a", "1"),
			Expected: map[string]types.ExpectedAttributeValue{"num": expected},
			AttributeUpdates: map[string]types.AttributeValueUpdate{
				"num":  {Action: types.AttributeActionAdd, Value: n("1")},
				"tags": {Action: types.AttributeActionDelete},
				"new":  {Action: types.AttributeActionPut, Value: s("there")},
			},
		})
		return err
	}
	requireError(t, update(types.ExpectedAttributeValue{Value: n("2")}), "ConditionalCheckFailedException", "The conditional request failed")
	requireError(t, update(types.ExpectedAttributeValue{Exists: aws.Bool(false)}), "ConditionalCheckFailedException", "The conditional request failed")
	require.NoError(t, update(types.ExpectedAttributeValue{ComparisonOperator: types.ComparisonOperatorBetween, AttributeValueList: []types.AttributeValue{n("0"), n("1")}}))
	require.Equal(t, item{"pk": s("a"), "sk": s("1"), "num": n("2"), "new": s("there")}, tb.get(key("a", "1")))

	_, err := tb.db.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: tb.tn, Item: key("a", "1"), ConditionExpression: aws.String("attribute_exists(pk)"),
		Expected: map[string]types.ExpectedAttributeValue{"num": {Value: n("2")}},
	})
	requireError(t, err, "ValidationException", "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}")
}

func TestLegacyReadsFindWhatExpressionsWould(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	tb.four("a")
	query := func(in *dynamodb.QueryInput) []string {
		in.TableName = tb.tn
		in.ConsistentRead = aws.Bool(true)
		out, err := tb.db.Query(t.Context(), in)
		require.NoError(t, err)
		return sortKeys(out.Items)
	}
	partition := is(types.ComparisonOperatorEq, s("a"))
	require.Equal(t, []string{"2", "3"}, query(&dynamodb.QueryInput{KeyConditions: map[string]types.Condition{"pk": partition, "sk": is(types.ComparisonOperatorBetween, s("2"), s("3"))}}))
	require.Equal(t, []string{"3", "4"}, query(&dynamodb.QueryInput{
		KeyConditions: map[string]types.Condition{"pk": partition}, AttributesToGet: []string{"sk"},
		QueryFilter: map[string]types.Condition{"num": is(types.ComparisonOperatorGt, n("2"))},
	}))
	require.Equal(t, []string{"1", "4"}, query(&dynamodb.QueryInput{
		KeyConditions: map[string]types.Condition{"pk": partition}, ConditionalOperator: types.ConditionalOperatorOr,
		QueryFilter: map[string]types.Condition{"num": is(types.ComparisonOperatorEq, n("1")), "nope": is(types.ComparisonOperatorNotNull), "m": is(types.ComparisonOperatorEq, &types.AttributeValueMemberM{Value: item{"k": s("v4")}})},
	}))
	out, err := tb.db.Scan(t.Context(), &dynamodb.ScanInput{
		TableName: tb.tn, ConsistentRead: aws.Bool(true), AttributesToGet: []string{"num"},
		ScanFilter: map[string]types.Condition{"sk": is(types.ComparisonOperatorIn, s("2"), s("9"))},
	})
	require.NoError(t, err)
	require.Equal(t, []item{{"num": n("2")}}, out.Items)
	got, err := tb.db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: tb.tn, Key: key("a", "1"), AttributesToGet: []string{"num", "nope"}, ConsistentRead: aws.Bool(true)})
	require.NoError(t, err)
	require.Equal(t, item{"num": n("1")}, got.Item)
}

func TestAnIndexKeyOfSeveralAttributesIsQueriedFromTheLeft(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "its DynamoDB Local refuses keys of several attributes")
	db := dynamodb.NewFromConfig(config(t))
	tb := &table{t, db, aws.String(name(t))}
	attributes := map[string]types.ScalarAttributeType{"id": "S", "tenant": "S", "area": "S", "dayOf": "N", "hourOf": "N"}
	in := &dynamodb.CreateTableInput{
		TableName: tb.tn, BillingMode: types.BillingModePayPerRequest,
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("by-time"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
			KeySchema: []types.KeySchemaElement{
				{AttributeName: aws.String("tenant"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("area"), KeyType: types.KeyTypeHash},
				{AttributeName: aws.String("dayOf"), KeyType: types.KeyTypeRange}, {AttributeName: aws.String("hourOf"), KeyType: types.KeyTypeRange},
			},
		}},
	}
	for name, kind := range attributes {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: kind})
	}
	_, err := db.CreateTable(t.Context(), in)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := db.DeleteTable(context.WithoutCancel(t.Context()), &dynamodb.DeleteTableInput{TableName: tb.tn})
		require.NoError(t, err)
	})
	require.NoError(t, dynamodb.NewTableExistsWaiter(db, func(o *dynamodb.TableExistsWaiterOptions) {
		o.MinDelay = 100 * time.Millisecond
	}).Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: tb.tn}, 2*time.Minute))

	put := func(id, area, day, hour string) {
		tb.put(item{"id": s(id), "sk": s(id), "tenant": s("t"), "area": s(area), "dayOf": n(day), "hourOf": n(hour)})
	}
	put("1", "eu", "1", "9")
	put("2", "eu", "1", "10")
	put("3", "eu", "2", "8")
	put("4", "us", "1", "9")
	tb.put(item{"id": s("5"), "sk": s("5"), "tenant": s("t"), "area": s("eu"), "dayOf": n("1")}) // no hour: not in the index
	query := func(condition string, values item) ([]string, error) {
		values[":t"], values[":r"] = s("t"), s("eu")
		out, err := db.Query(t.Context(), &dynamodb.QueryInput{
			TableName: tb.tn, IndexName: aws.String("by-time"), KeyConditionExpression: aws.String("tenant = :t AND area = :r" + condition),
			ExpressionAttributeValues: values,
		})
		if err != nil {
			return nil, err
		}
		return sortKeys(out.Items), nil
	}
	for _, c := range []struct {
		condition string
		values    item
		want      []string
	}{
		{"", item{}, []string{"1", "2", "3"}},
		{" AND dayOf = :d", item{":d": n("1")}, []string{"1", "2"}},
		{" AND dayOf = :d AND hourOf > :h", item{":d": n("1"), ":h": n("9")}, []string{"2"}},
	} {
		require.Eventually(t, func() bool { // global indexes follow their table in time
			got, err := query(c.condition, c.values)
			return err == nil && slices.Equal(got, c.want)
		}, time.Minute, 50*time.Millisecond, "tenant = t AND area = eu%s", c.condition)
	}
}
