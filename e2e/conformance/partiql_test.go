package conformance

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
)

// execute runs one PartiQL statement, in which %[1]s stands for the table.
func (tb *table) execute(statement string, parameters ...types.AttributeValue) (*dynamodb.ExecuteStatementOutput, error) {
	tb.t.Helper()
	return tb.db.ExecuteStatement(tb.t.Context(), &dynamodb.ExecuteStatementInput{
		Statement: aws.String(tb.named(statement)), Parameters: parameters, ConsistentRead: aws.Bool(true),
	})
}

func (tb *table) named(statement string) string {
	return fmt.Sprintf(statement, `"`+*tb.tn+`"`)
}

// selected are the items of a SELECT that must succeed.
func (tb *table) selected(statement string, parameters ...types.AttributeValue) []item {
	tb.t.Helper()
	out, err := tb.execute(statement, parameters...)
	require.NoError(tb.t, err, statement)
	return out.Items
}

// four puts the items 1 to 4 of one partition.
func (tb *table) four(pk string) {
	tb.t.Helper()
	for i := range 4 {
		number := fmt.Sprint(i + 1)
		tb.put(item{"pk": s(pk), "sk": s(number), "num": n(number), "m": &types.AttributeValueMemberM{Value: item{"k": s("v" + number)}}})
	}
}

func sortKeys(items []item) (keys []string) {
	for _, it := range items {
		keys = append(keys, it["sk"].(*types.AttributeValueMemberS).Value)
	}
	return keys
}

func TestASelectFindsWhatItsConditionSays(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	tb.four("a")
	for _, c := range []struct {
		where string
		want  []string
	}{
		{`pk = 'a'`, []string{"1", "2", "3", "4"}},
		{`pk = 'a' AND sk > '1' AND sk <= '3'`, []string{"2", "3"}},
		{`pk = 'a' AND sk BETWEEN '2' AND '3'`, []string{"2", "3"}},
		{`pk = 'a' AND sk IN ['1', '4']`, []string{"1", "4"}},
		{`pk = 'a' AND num <> 1 AND NOT num = 2`, []string{"3", "4"}},
		{`pk = 'a' AND (num = 1 OR begins_with(m.k, 'v4'))`, []string{"1", "4"}},
		{`pk = 'a' AND nope IS MISSING AND num IS NOT MISSING AND size(m.k) = 2`, []string{"1", "2", "3", "4"}},
		{`pk = 'a' ORDER BY sk DESC`, []string{"4", "3", "2", "1"}},
	} {
		require.Equal(t, c.want, sortKeys(tb.selected(`SELECT * FROM %[1]s WHERE `+c.where)), c.where)
	}
	require.Equal(t, []item{{"k": s("v2"), "num": n("2")}}, tb.selected(`SELECT num, m.k FROM %[1]s WHERE pk = ? AND sk = ?`, s("a"), s("2")))
}

func TestASelectGoesOnWhereItsPageEnded(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	tb.four("a")
	var keys []string
	var token *string
	for range 5 {
		out, err := tb.db.ExecuteStatement(t.Context(), &dynamodb.ExecuteStatementInput{
			Statement: aws.String(tb.named(`SELECT * FROM %[1]s WHERE pk = 'a' AND num > 1`)), Limit: aws.Int32(1), NextToken: token, ConsistentRead: aws.Bool(true),
		})
		require.NoError(t, err)
		keys = append(keys, sortKeys(out.Items)...)
		if token = out.NextToken; token == nil {
			break
		}
	}
	require.Nil(t, token, "five pages of one item were not enough for four items")
	require.Equal(t, []string{"2", "3", "4"}, keys)
}

func TestStatementsWriteOneItem(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	_, err := tb.execute(`INSERT INTO %[1]s VALUE {'pk': 'a', 'sk': ?, 'num': 1, 'l': [1, 'x'], 'ss': <<'a', 'b'>>}`, s("1"))
	require.NoError(t, err)
	out, err := tb.execute(`UPDATE %[1]s SET num = num + 1 SET l = list_append(l, [2]) SET ss = set_delete(ss, <<'a'>>) WHERE pk = 'a' AND sk = '1' AND num = 1 RETURNING ALL NEW *`)
	require.NoError(t, err)
	want := item{
		"pk": s("a"), "sk": s("1"), "num": n("2"), "ss": &types.AttributeValueMemberSS{Value: []string{"b"}},
		"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{n("1"), s("x"), n("2")}},
	}
	require.Equal(t, []item{want}, out.Items)

	_, err = tb.execute(`UPDATE %[1]s SET num = 9 WHERE pk = 'a' AND sk = '1' AND num = 1`)
	requireError(t, err, "ConditionalCheckFailedException", "The conditional request failed")
	_, err = tb.execute(`UPDATE %[1]s SET num = 9 WHERE pk = 'a' AND sk = 'none'`)
	requireError(t, err, "ConditionalCheckFailedException", "The conditional request failed")

	out, err = tb.execute(`DELETE FROM %[1]s WHERE pk = 'a' AND sk = '1' RETURNING ALL OLD *`)
	require.NoError(t, err)
	require.Equal(t, []item{want}, out.Items)
	out, err = tb.execute(`DELETE FROM %[1]s WHERE pk = 'a' AND sk = '1'`)
	require.NoError(t, err)
	require.Empty(t, out.Items)
}

func TestAnInsertOfAnItemThatIsThereIsRefused(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "its DynamoDB Local calls the error DuplicateItem")
	tb := makeTable(t)
	tb.put(item{"pk": s("a"), "sk": s("1"), "num": n("1")})
	_, err := tb.execute(`INSERT INTO %[1]s VALUE {'pk': 'a', 'sk': '1'}`)
	requireError(t, err, "DuplicateItemException", "Duplicate primary key exists in table")
	require.Equal(t, n("1"), tb.get(key("a", "1"))["num"])
}

func TestStatementsThatCannotBeDoneAreRefused(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	tb.four("a")
	for _, c := range []struct{ statement, phrase string }{
		{`SELECT * FROM %[1]s WHERE pk = 'a`, "Statement wasn't well formed, can't be processed: "},
		{`SELECT * FROM %[1]s x WHERE pk = 'a'`, "Aliasing is not supported"},
		{`SELECT * FROM %[1]s WHERE pk = ?`, "Number of parameters in request and statement don't match."},
		{`SELECT pk, pk FROM %[1]s`, "Duplicate identifiers in select clause: pk"},
		{`SELECT * FROM %[1]s WHERE pk = 'a' AND num < true`, "operator or function: <, operand type: BOOL"},
		{`UPDATE %[1]s SET num = 1 WHERE pk = 'a'`, "Where clause does not contain a mandatory equality on all key attributes"},
		{`UPDATE %[1]s SET pk = 'b' WHERE pk = 'a' AND sk = '1'`, "Cannot update attribute pk. This attribute is part of the key"},
		{`DELETE FROM %[1]s WHERE pk = 'a' AND sk = '1' RETURNING ALL NEW *`, "Only RETURNING ALL OLD * is allowed in DELETE statements."},
		{`DELETE FROM %[1]s."by-rank" WHERE pk = 'a' AND sk = '1'`, "This operation is not supported on an index"},
		{`INSERT INTO %[1]s VALUE {'pk': 'a'}`, "Key attribute should be present in the item: Key sk"},
		{`INSERT INTO %[1]s VALUE {'pk': 'a', 'sk': '1', 'x': <<>>}`, "Empty bags are not supported"},
	} {
		_, err := tb.execute(c.statement)
		requireError(t, err, "ValidationException", c.phrase)
	}
}

func TestABatchOfStatementsFailsOneByOne(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	tb.four("a")
	out, err := tb.db.BatchExecuteStatement(t.Context(), &dynamodb.BatchExecuteStatementInput{Statements: []types.BatchStatementRequest{
		{Statement: aws.String(tb.named(`UPDATE %[1]s SET num = 10 WHERE pk = 'a' AND sk = '1' RETURNING MODIFIED NEW *`))},
		{Statement: aws.String(tb.named(`INSERT INTO %[1]s VALUE {'pk': 'a', 'sk': '2'}`))},
		{Statement: aws.String(tb.named(`DELETE FROM %[1]s WHERE pk = 'a' AND sk = '3' AND num = 99`))},
	}})
	require.NoError(t, err)
	require.Len(t, out.Responses, 3)
	require.Nil(t, out.Responses[0].Error)
	require.Equal(t, item{"num": n("10")}, out.Responses[0].Item)
	require.Equal(t, types.BatchStatementErrorCodeEnumDuplicateItem, out.Responses[1].Error.Code)
	require.Equal(t, types.BatchStatementErrorCodeEnumConditionalCheckFailed, out.Responses[2].Error.Code)
	require.Equal(t, n("3"), tb.get(key("a", "3"))["num"])
}

func TestATransactionOfStatementsIsAllOrNothing(t *testing.T) {
	t.Parallel()
	tb := makeTable(t)
	tb.four("a")
	run := func(statements ...string) (*dynamodb.ExecuteTransactionOutput, error) {
		in := &dynamodb.ExecuteTransactionInput{}
		for _, text := range statements {
			in.TransactStatements = append(in.TransactStatements, types.ParameterizedStatement{Statement: aws.String(tb.named(text))})
		}
		return tb.db.ExecuteTransaction(t.Context(), in)
	}
	_, err := run(`UPDATE %[1]s SET num = 10 WHERE pk = 'a' AND sk = '1'`, `EXISTS(SELECT * FROM %[1]s WHERE pk = 'a' AND sk = '2' AND num = 99)`)
	var canceled *types.TransactionCanceledException
	require.ErrorAs(t, err, &canceled)
	require.Len(t, canceled.CancellationReasons, 2)
	require.Equal(t, "None", aws.ToString(canceled.CancellationReasons[0].Code))
	require.Equal(t, "ConditionalCheckFailed", aws.ToString(canceled.CancellationReasons[1].Code))
	require.Equal(t, n("1"), tb.get(key("a", "1"))["num"])

	_, err = run(`UPDATE %[1]s SET num = 10 WHERE pk = 'a' AND sk = '1'`, `INSERT INTO %[1]s VALUE {'pk': 'a', 'sk': '5'}`, `DELETE FROM %[1]s WHERE pk = 'a' AND sk = '2'`)
	require.NoError(t, err)
	out, err := run(`SELECT num FROM %[1]s WHERE pk = 'a' AND sk = '1'`, `SELECT num FROM %[1]s WHERE pk = 'a' AND sk = '2'`)
	require.NoError(t, err)
	require.Len(t, out.Responses, 2)
	require.Equal(t, item{"num": n("10")}, out.Responses[0].Item)
	require.Empty(t, out.Responses[1].Item)

	_, err = run(`UPDATE %[1]s SET num = 1 WHERE pk = 'a' AND sk = '1' RETURNING ALL NEW *`)
	requireError(t, err, "ValidationException", "RETURNING clause is not supported in ExecuteTransaction")
	_, err = run(`SELECT * FROM %[1]s WHERE pk = 'a'`)
	requireError(t, err, "ValidationException", "must specify the primary key in the where clause")
}
