package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// statementWorld has songs with two partitions of four items each: n and rank
// are the sort key's number, len counts down from nine.
func statementWorld(t testing.TB) *world {
	t.Helper()
	w := songWorld(t)
	for _, pk := range []string{"a", "b"} {
		for i := 1; i <= 4; i++ {
			w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":%q},"sk":{"S":"%d"},"gpk":{"S":"g"},"rank":{"N":"%d"},"len":{"N":"%d"},
				"n":{"N":"%d"},"s":{"S":"str%d"},"l":{"L":[{"S":"x"},{"M":{"k":{"S":"v"}}}]},"m":{"M":{"k":{"N":"1"}}},"ss":{"SS":["a","b"]}}}`, pk, i, i, 10-i, i, i))
		}
	}
	return w
}

// statement is the body of an ExecuteStatement; more are further members.
func statement(text string, more ...string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err) // text always encodes
	}
	return `{"Statement":` + string(b) + strings.Join(more, "") + `}`
}

// keys are the items' keys of an answer, as "a1 a2".
func (w *world) keys(body string) string {
	w.t.Helper()
	var out struct {
		Items []struct{ PK, SK struct{ S string } }
	}
	decode(w.t, w.do("ExecuteStatement", body), &out)
	keys := make([]string, len(out.Items))
	for i, it := range out.Items {
		keys[i] = it.PK.S + it.SK.S
	}
	return strings.Join(keys, " ")
}

func TestASelectFindsWhatItsConditionSays(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	for _, c := range []struct{ where, want string }{
		{`pk = 'a'`, "a1 a2 a3 a4"},
		{`'a' = pk AND sk > '2'`, "a3 a4"},
		{`pk = 'a' AND sk > '1' AND sk < '4'`, "a2 a3"},
		{`pk = 'a' AND sk BETWEEN '2' AND '3'`, "a2 a3"},
		{`pk = 'a' AND begins_with(sk, '3')`, "a3"},
		{`pk = 'a' AND sk IN ['3', '1', '9']`, "a1 a3"},
		{`pk IN ('b', 'a', 'b') AND sk = '1'`, "a1 b1"},
		{`pk IN ['a', 'b'] AND n > 3`, "a4 b4"},
		{`pk = 'a' OR pk = 'b'`, "a1 a2 a3 a4 b1 b2 b3 b4"},
		{`pk = 'a' AND (sk = '1' OR sk = '2')`, "a1 a2"},
		{`(pk = 'a' AND sk = '1') OR pk = 'b' AND sk = '2'`, "a1 b2"},
		{`pk = 'a' AND NOT sk = '1' OR pk = 'a' AND sk = '2'`, "a2 a3 a4"},
		{`pk = 'a' AND sk = '1' AND pk = 'b'`, ""},
		{`pk = 'a' AND sk > '3' AND sk < '2'`, ""},
		{`pk = 'a' AND n <> 1 AND n != 2`, "a3 a4"},
		{`pk = 'a' AND n IN <<1, 2>>`, "a1 a2"},
		{`pk = 'a' AND n NOT IN [1, 2] AND n NOT BETWEEN 4 AND 5`, "a3"},
		{`pk = 'a' AND nope IS MISSING AND n IS NOT MISSING AND NOT n = 1`, "a2 a3 a4"},
		{`pk = 'a' AND s IS STRING AND n IS NUMERIC AND l IS LIST AND m IS STRUCT AND s IS NOT NULL AND sk = '1'`, "a1"},
		{`pk = 'a' AND contains(ss, 'a') AND size(l) = 2 AND attribute_type(n, 'N') AND ATTRIBUTE_EXISTS(m.k) AND l[1].k = 'v' AND sk <= '2'`, "a1 a2"},
		{`pk = 'a' AND begins_with(s, 'str3') = true`, "a3"},
		{`pk = 'a' AND (begins_with(s, 'str3') = false) AND n > 2`, "a4"},
		{`pk = 'a' AND m = {'k': 1} AND ss = <<'b', 'a'>> AND l = ['x', {'k': 'v'}] AND sk = '4'`, "a4"},
		{`pk = 'a' AND n = 1.0e0 OR pk = 'a' AND n = .2e1`, "a1 a2"},
		{"pk = 'a' -- only the first\n AND sk /* two */ = '2'", "a2"},
	} {
		if got := w.keys(statement(`SELECT * FROM "songs" WHERE ` + c.where)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.where, got, c.want)
		}
	}
	scans := map[string]int{`SELECT * FROM songs`: 8, `SELECT * FROM songs WHERE sk = '1';`: 2, `SELECT * FROM songs WHERE pk = 'a' OR n = 2`: 5, `SELECT * FROM songs WHERE pk > 'a'`: 4, `SELECT * FROM songs.byRank WHERE sk = '1'`: 2}
	for text, want := range scans {
		if got := len(strings.Fields(w.keys(statement(text)))); got != want {
			t.Errorf("%s: got %d items, want %d", text, got, want)
		}
	}
}

func TestASelectsOrderAndPages(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	for _, c := range []struct{ rest, want string }{
		{`WHERE pk = 'a' ORDER BY sk DESC`, "a4 a3 a2 a1"},
		{`WHERE pk IN ['a', 'b'] ORDER BY pk DESC`, "b1 b2 b3 b4 a1 a2 a3 a4"},
		{`WHERE pk IN ['a', 'b'] AND sk IN ['1', '2'] ORDER BY pk, sk DESC`, "a2 a1 b2 b1"},
	} {
		text := `SELECT pk, sk FROM songs ` + c.rest
		if got := w.keys(statement(text)); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.rest, got, c.want)
		}
		for limit := 1; limit <= 9; limit++ {
			if got := w.statementPages(text, fmt.Sprintf(`,"Limit":%d`, limit)); got != c.want {
				t.Errorf("%s, %d at a time\n got %s\nwant %s", c.rest, limit, got, c.want)
			}
		}
	}
	if got := w.keys(statement(`SELECT pk, sk FROM songs."byRank" WHERE gpk = 'g' AND rank > 2 ORDER BY rank DESC`)); got != "b4 a4 b3 a3" {
		t.Errorf("got %s", got)
	}
	var first struct{ NextToken string }
	decode(t, w.do("ExecuteStatement", statement(`SELECT * FROM songs WHERE pk = 'a'`, `,"Limit":1`)), &first)
	for _, token := range []string{first.NextToken, "xx"} {
		w.refuses("ExecuteStatement", statement(`SELECT * FROM songs WHERE pk = 'b'`, `,"NextToken":"`+token+`"`), "ValidationException", "Invalid NextToken")
	}
}

// statementPages reads a SELECT to its end.
func (w *world) statementPages(text, more string) string {
	w.t.Helper()
	var keys []string
	for token := ""; ; {
		body := statement(text, more, token)
		if page := w.keys(body); page != "" {
			keys = append(keys, page)
		}
		var out struct{ NextToken string }
		decode(w.t, w.do("ExecuteStatement", body), &out)
		if out.NextToken == "" {
			return strings.Join(keys, " ")
		}
		token = `,"NextToken":"` + out.NextToken + `"`
	}
}

func TestASelectListNamesWhatItTakes(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	w.do("ExecuteStatement", statement(`UPDATE songs SET d = {'a': {'b': 1}, 'l': [[1, 2], {'q': [5, 6]}]} WHERE pk = 'a' AND sk = '1'`))
	for _, c := range []struct{ list, want string }{
		{`pk, "n"`, `{"pk":{"S":"a"},"n":{"N":"1"}}`},
		{`m.k`, `{"k":{"N":"1"}}`},
		{`m['k'], nope`, `{"k":{"N":"1"}}`},
		{`d.a.b`, `{"b":{"N":"1"}}`},
		{`l[0], d.l[0][1]`, `{"l[0]":{"S":"x"},"l[0][1]":{"N":"2"}}`},
		{`d.l[1].q[1]`, `{"l[1]":{"M":{"q":{"L":[{"N":"6"}]}}}}`},
		{`nope`, `{}`},
	} {
		w.gives("ExecuteStatement", statement(`SELECT `+c.list+` FROM songs WHERE pk = 'a' AND sk = '1'`), `{"Items":[`+c.want+`]}`)
	}
}

func TestStatementsTellWhatTheyConsumed(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	const indexes = `,"ReturnConsumedCapacity":"INDEXES"`
	w.gives("ExecuteStatement", statement(`SELECT pk FROM songs WHERE pk IN ['a', 'b'] AND sk = '9'`, indexes),
		`{"Items":[],"ConsumedCapacity":{"TableName":"songs","CapacityUnits":1,"Table":{"CapacityUnits":1}}}`)
	w.gives("ExecuteStatement", statement(`SELECT sk FROM songs.byLen WHERE pk = 'a' AND len = 9`, indexes, `,"ConsistentRead":true`),
		`{"Items":[{"sk":{"S":"1"}}],"ConsumedCapacity":{"TableName":"songs","CapacityUnits":1,"Table":{"CapacityUnits":0},"LocalSecondaryIndexes":{"byLen":{"CapacityUnits":1}}}}`)
	w.gives("ExecuteStatement", statement(`SELECT n FROM songs.byLen WHERE pk = 'a' AND len = 9`, indexes),
		`{"Items":[{"n":{"N":"1"}}],"ConsumedCapacity":{"TableName":"songs","CapacityUnits":1,"Table":{"CapacityUnits":0.5},"LocalSecondaryIndexes":{"byLen":{"CapacityUnits":0.5}}}}`)
	w.gives("ExecuteStatement", statement(`DELETE FROM songs WHERE pk = 'b' AND sk = '9'`, `,"ReturnConsumedCapacity":"TOTAL"`),
		`{"Items":[],"ConsumedCapacity":{"TableName":"songs","CapacityUnits":1}}`)
}

func TestStatementsWriteOneItem(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	const at = ` WHERE pk = 'a' AND sk = '1'`
	for _, c := range []struct{ text, more, want string }{
		{`INSERT INTO songs VALUE {'pk': 'c', 'sk': ?, 'f': -1.50, 'b': TRUE, 'z': null, 'l': [1, {'x': 'it''s'}], 'set': <<'b', 'a'>>}`, `,"Parameters":[{"S":"1"}]`, ``},
		{`SELECT * FROM songs WHERE pk = 'c'`, ``, `{"pk":{"S":"c"},"sk":{"S":"1"},"f":{"N":"-1.5"},"b":{"BOOL":true},"z":{"NULL":true},"l":{"L":[{"N":"1"},{"M":{"x":{"S":"it's"}}}]},"set":{"SS":["a","b"]}}`},
		{`UPDATE songs SET n = n + 1, s = 'new'` + at + ` RETURNING MODIFIED OLD *`, ``, `{"n":{"N":"1"},"s":{"S":"str1"}}`},
		{`UPDATE songs SET n = n - 1 + 3 SET m.k = 9 REMOVE gpk` + at + ` RETURNING MODIFIED NEW *`, ``, `{"n":{"N":"4"},"m":{"M":{"k":{"N":"9"}}}}`},
		{`UPDATE songs SET l = list_append(?, l)` + at + ` RETURNING MODIFIED NEW *`, `,"Parameters":[{"L":[{"N":"0"}]}]`, `{"l":{"L":[{"N":"0"},{"S":"x"},{"M":{"k":{"S":"v"}}}]}}`},
		{`UPDATE songs SET ss = set_add(ss, <<'z', 'a'>>)` + at + ` RETURNING MODIFIED NEW *`, ``, `{"ss":{"SS":["a","b","z"]}}`},
		{`UPDATE songs SET ss = SET_DELETE(ss, ?)` + at + ` RETURNING MODIFIED NEW *`, `,"Parameters":[{"SS":["a","b","z"]}]`, ``},
		{`UPDATE songs SET one = if_not_exists(one, s)` + at + ` AND (n = 7 OR attribute_exists(n)) RETURNING MODIFIED NEW *`, ``, `{"one":{"S":"new"}}`},
		{`FROM songs` + at + ` SET d = 3 RETURNING MODIFIED NEW *`, ``, `{"d":{"N":"3"}}`},
		{`DELETE FROM songs WHERE pk = 'c' AND sk = '1' AND f < 0 RETURNING ALL OLD *`, ``, `{"pk":{"S":"c"},"sk":{"S":"1"},"f":{"N":"-1.5"},"b":{"BOOL":true},"z":{"NULL":true},"l":{"L":[{"N":"1"},{"M":{"x":{"S":"it's"}}}]},"set":{"SS":["a","b"]}}`},
		{`DELETE FROM songs WHERE pk = 'c' AND sk = '1' RETURNING ALL OLD *`, ``, ``},
		{`DELETE FROM songs WHERE pk = 'c' AND sk = '1' AND n = 1`, ``, ``},
	} {
		w.gives("ExecuteStatement", statement(c.text, c.more), `{"Items":[`+c.want+`]}`)
	}
}

func TestStatementsThatCannotBeDoneAreRefused(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	const bad, at = "ValidationException", ` WHERE pk = 'a' AND sk = '1'`
	for _, c := range []struct{ text, code, phrase string }{
		{`INSERT INTO songs VALUE {'pk': 'a', 'sk': '1'}`, "DuplicateItemException", "Duplicate primary key exists in table"},
		{`INSERT INTO songs VALUE {'pk': 'c'}`, bad, "Key attribute should be present in the item: Key sk"},
		{`INSERT INTO songs VALUE {'pk': 1, 'sk': '1'}`, bad, "Key attribute's data type should match its data type in table's schema: Key pk"},
		{`INSERT INTO songs VALUE {'pk': '', 'sk': '1'}`, bad, "cannot contain an empty string value. Key: pk"},
		{`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1', 'len': 'x'}`, bad, "Type mismatch for Index Key len Expected: N Actual: S"},
		{`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1', 'sk': '2'}`, bad, "Duplicate keys in tuple. Key: sk under root at 1:48:4"},
		{`INSERT INTO songs VALUE {pk: 'c'}`, bad, "Tuple keys must be of type String. Actual type: VariableReference under root at 1:26:2"},
		{`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1', 'x': [n]}`, bad, "Unsupported data type: VariableReference under key root.0 at 1:54:1"},
		{`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1', 'x': {'y': [1, 1e126]}}`, bad, "larger than supported range under root.y[1]"},
		{`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1', 'x': <<1, 'a'>>}`, bad, "DynamoDB only supports either numbers or strings in bags"},
		{`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1', 'x': <<>>}`, bad, "Empty bags are not supported"},
		{`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1', 'x': <<'a', 'a'>>}`, bad, "Input collection [a, a] contains duplicates."},
		{`INSERT INTO songs VALUE 'x'`, bad, "Please use struct format {...} to express item values for insert statement. at 1:25:3"},
		{`INSERT INTO songs VALUE {'pk': 'c'} RETURNING ALL OLD *`, bad, "RETURNING is not supported in INSERT"},
		{`INSERT INTO songs.byLen VALUE {'pk': 'c'}`, bad, "FROM clause may only contain a single table name in data manipulation statements"},
		{`INSERT INTO nope VALUE {'pk': 'c'}`, "ResourceNotFoundException", "Requested resource not found"},
		{`UPDATE songs SET x = 1 WHERE pk = 'z' AND sk = '1'`, "ConditionalCheckFailedException", "The conditional request failed"},
		{`UPDATE songs SET x = 1 WHERE pk = 'z' AND sk = '1' AND attribute_not_exists(pk)`, "ConditionalCheckFailedException", "The conditional request failed"},
		{`UPDATE songs SET x = 1` + at + ` AND n = 77`, "ConditionalCheckFailedException", "The conditional request failed"},
		{`UPDATE songs SET x = 1 WHERE pk = 'a'`, bad, "Where clause does not contain a mandatory equality on all key attributes"},
		{`UPDATE songs SET x = 1 WHERE pk = 'a' AND sk IN ['1']`, bad, "Where clause does not contain a mandatory equality on all key attributes"},
		{`UPDATE songs SET x = 1` + at + ` OR n = 1`, bad, "Where clause does not contain a mandatory equality on all key attributes"},
		{`UPDATE songs SET x = 1` + at + ` AND pk = 'b'`, bad, "Multiple conditions on same key pk. Only single item Update/Insert/Delete are supported"},
		{`UPDATE songs SET x = 1 WHERE pk = 'a' AND sk = 1`, bad, "Key attribute's data type should match its data type in table's schema: Key sk"},
		{`UPDATE songs SET pk = 'q'` + at, bad, "Cannot update attribute pk. This attribute is part of the key"},
		{`UPDATE songs SET l = list_append(l, [1]) REMOVE l[0]` + at, bad, "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [l], path two: [l, [0]]"},
		{`UPDATE songs SET x = nope` + at, bad, "The provided expression refers to an attribute that does not exist in the item"},
		{`UPDATE songs SET x = n * 2` + at, bad, "Unsupported operator in Update Expression. Operator: *"},
		{`UPDATE songs SET x = size(s)` + at, bad, "The function is not allowed in an update expression; function: size"},
		{`UPDATE songs SET x = foo(s)` + at, bad, "Unrecognized function: foo at 1:22:3"},
		{`UPDATE songs SET x = list_append(l)` + at, bad, "operator or function: list_append, number of operands: 1"},
		{`UPDATE songs SET t = set_add(ss, <<'x'>>)` + at, bad, "The first argument to SET_ADD must equal the assignment value at 1:22:7"},
		{`UPDATE songs SET ss = set_add(ss, ['x'])` + at, bad, "The second argument to SET_ADD must be a value with type SET at 1:31:2"},
		{`UPDATE songs SET ss = set_delete(ss)` + at, bad, "SET_DELETE must have exactly two arguments at 1:23:10"},
		{`UPDATE songs SET ss = set_add(ss, <<1>>)` + at, bad, "An operand in the update expression has an incorrect data type"},
		{`UPDATE songs.byLen SET x = 1` + at, bad, "This operation is not supported on an index"},
		{`DELETE FROM songs WHERE pk = 'b' AND sk = '3' AND n = 1`, "ConditionalCheckFailedException", "The conditional request failed"},
		{`DELETE FROM songs`, bad, "Where clause does not contain a mandatory equality on all key attributes"},
		{`DELETE FROM songs` + at + ` RETURNING MODIFIED OLD *`, bad, "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements."},
		{`SELECT * FROM nope`, "ResourceNotFoundException", "Requested resource not found"},
		{`SELECT * FROM songs.nope WHERE pk = 'a'`, bad, "The table does not have the specified index"},
		{`SELECT * FROM songs WHERE pk = ?`, bad, "Number of parameters in request and statement don't match."},
		{`SELECT * FROM songs WHERE pk = ''`, bad, "cannot contain an empty string value. Key: pk"},
		{`SELECT * FROM songs WHERE sk = 1`, bad, "Condition parameter type does not match schema type"},
		{`SELECT * FROM songs WHERE pk = 'a' AND n < true`, bad, "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"},
		{`SELECT * FROM songs WHERE pk = 'a' AND EXISTS(ss)`, bad, "Unrecognized function: exists at 1:40:6"},
		{`SELECT * FROM songs WHERE pk = 'a' AND attribute_exists('ss')`, bad, "Operator or function requires a document path; operator or function: attribute_exists"},
		{`SELECT * FROM songs WHERE pk = 'a' AND n IN []`, bad, "right hand argument of type Seq with at least one member"},
		{`SELECT * FROM songs WHERE pk = 'a' AND n = MISSING`, bad, "MISSING must be compared using IS operator"},
		{`SELECT * FROM songs WHERE pk = 'a' AND n IS FLOAT`, bad, "Unsupported data type for IS operator: FLOAT."},
		{`SELECT * FROM songs WHERE pk = 'a' AND s LIKE 'x'`, bad, "Unsupported operator in Condition Expression. Operator: like"},
		{`SELECT * FROM songs WHERE n`, bad, "WHERE clause must contain an expression that resolves to a boolean"},
		{`SELECT * FROM songs WHERE pk = 'a' AND s = 'x' OR pk = 'a' AND sk = '2'`, bad, "Overlapping conditions with range keys are not supported in where clause"},
		{`SELECT * FROM songs ORDER BY sk`, bad, "Must have WHERE clause in the statement when using ORDER BY clause."},
		{`SELECT * FROM songs WHERE n = 1 ORDER BY sk`, bad, "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."},
		{`SELECT * FROM songs WHERE pk = 'a' ORDER BY n`, bad, "Variable reference n in ORDER BY clause must be part of the primary key"},
		{`SELECT pk, pk FROM songs`, bad, "Duplicate identifiers in select clause: pk"},
		{`SELECT m, m.k FROM songs`, bad, "Two document paths overlap with each other"},
		{`SELECT * FROM songs.byLen WHERE pk = 'a' AND s = 'x'`, bad, "Secondary index byLen does not project one or more filter attributes: [s]"},
		{`EXISTS(SELECT * FROM songs` + at + ` AND n = 1)`, bad, "EXISTS can only be used in ExecuteTransaction write requests."},
		{``, bad, "Value '' at 'statement' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{strings.Repeat("x", 8193), bad, "Member must have length less than or equal to 8192"},
	} {
		w.refuses("ExecuteStatement", statement(c.text), c.code, c.phrase)
	}
	w.refuses("ExecuteStatement", statement(`SELECT * FROM songs.byRank`, `,"ConsistentRead":true`), bad, "Strongly consistent read is not supported on Global Secondary Indexes")
	_, out := w.call("ExecuteStatement", statement(`UPDATE songs SET x = 1`+at+` AND n = 77`, `,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"`))
	if !strings.Contains(out, `"Item":{"gpk":{"S":"g"}`) {
		t.Errorf("the item that failed the condition is not shown: %s", out)
	}
}

func statements(member string, texts ...string) string {
	parts := make([]string, len(texts))
	for i, text := range texts {
		parts[i] = statement(text)
	}
	return `"` + member + `":[` + strings.Join(parts, ",") + `]`
}

func TestABatchOfStatementsFailsOneByOne(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	batch := func(texts ...string) string { return `{` + statements("Statements", texts...) + `}` }
	w.gives("BatchExecuteStatement", batch(`SELECT n FROM songs WHERE pk = 'a' AND sk = '1'`, `SELECT n FROM songs WHERE pk = 'z' AND sk = '1'`, `SLECT`, `SELECT n FROM nope WHERE pk = 'a'`, `SELECT n FROM songs WHERE pk = 'b'`),
		`{"Responses":[{"TableName":"songs","Item":{"n":{"N":"1"}}},{"TableName":"songs"},
			{"Error":{"Code":"ValidationError","Message":"Statement wasn't well formed, can't be processed: Expected data manipulation"}},
			{"Error":{"Code":"ResourceNotFound","Message":"Requested resource not found"}},
			{"Error":{"Code":"ValidationError","Message":"Select statements within BatchExecuteStatement must specify the primary key in the where clause."}}]}`)
	w.gives("BatchExecuteStatement", batch(`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1'}`, `INSERT INTO songs VALUE {'pk': 'a', 'sk': '1'}`, `UPDATE songs SET x = 1 WHERE pk = 'a' AND sk = '2' RETURNING MODIFIED NEW *`,
		`UPDATE songs REMOVE s WHERE pk = 'a' AND sk = '3' RETURNING MODIFIED NEW *`, `DELETE FROM songs WHERE pk = 'a' AND sk = '4' AND n = 9`),
		`{"Responses":[{"TableName":"songs"},{"TableName":"songs","Error":{"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"}},{"TableName":"songs","Item":{"x":{"N":"1"}}},
			{"TableName":"songs"},{"TableName":"songs","Error":{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"}}]}`)
	for _, c := range []struct{ body, phrase string }{
		{batch(), "Member must have length greater than or equal to 1"},
		{batch(strings.Split(strings.Repeat("SELECT,", 25)+"SELECT", ",")...), "Member must have length less than or equal to 25"},
		{batch(`SELECT n FROM songs WHERE pk = 'a' AND sk = '1'`, `DELETE FROM songs WHERE pk = 'a' AND sk = '2'`), "Read and write requests together in the same batch is not supported."},
		{batch(`DELETE FROM songs WHERE pk = 'a' AND sk = '2'`, `UPDATE songs SET x = 1 WHERE pk = 'a' AND sk = '2'`), "Provided list of item keys contains duplicates"},
	} {
		w.refuses("BatchExecuteStatement", c.body, "ValidationException", c.phrase)
	}
}

func TestATransactionOfStatementsIsAllOrNothing(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	transaction := func(texts ...string) string { return `{` + statements("TransactStatements", texts...) + `}` }
	w.gives("ExecuteTransaction", transaction(`SELECT m.k FROM songs WHERE pk = 'a' AND sk = '1'`, `SELECT n FROM songs WHERE pk = 'z' AND sk = '1'`), `{"Responses":[{"Item":{"k":{"N":"1"}}},{}]}`)
	w.gives("ExecuteTransaction", transaction(`INSERT INTO songs VALUE {'pk': 'c', 'sk': '1'}`, `UPDATE songs SET x = 1 WHERE pk = 'a' AND sk = '2'`, `DELETE FROM songs WHERE pk = 'z' AND sk = '1'`,
		`EXISTS(SELECT * FROM songs WHERE pk = 'a' AND sk = '1' AND n = 1)`), `{"Responses":[]}`)
	for _, c := range []struct {
		texts []string
		code  string
		want  string
	}{
		{[]string{`UPDATE songs SET x = 2 WHERE pk = 'a' AND sk = '2'`, `INSERT INTO songs VALUE {'pk': 'c', 'sk': '1'}`}, "TransactionCanceledException", "[None, DuplicateItem]"},
		{[]string{`UPDATE songs SET x = 2 WHERE pk = 'a' AND sk = '2'`, `EXISTS(SELECT * FROM songs WHERE pk = 'a' AND sk = '1' AND n = 2)`}, "TransactionCanceledException", "[None, ConditionalCheckFailed]"},
		{[]string{`UPDATE songs SET x = 2 WHERE pk = 'a' AND sk = '2'`, `EXISTS(SELECT * FROM songs WHERE pk = 'z' AND sk = '1' AND attribute_not_exists(n))`}, "TransactionCanceledException", "[None, ConditionalCheckFailed]"},
		{[]string{`UPDATE songs SET x = 2 WHERE pk = 'z' AND sk = '2'`}, "TransactionCanceledException", "[ConditionalCheckFailed]"},
		{[]string{`INSERT INTO songs VALUE {'pk': 'c'}`}, "TransactionCanceledException", "[ValidationError]"},
		{[]string{`SLECT`}, "ValidationException", "Validation failed in TransactStatements[0]: Statement wasn't well formed, can't be processed: Expected data manipulation"},
		{[]string{`SELECT * FROM songs WHERE pk = 'a'`}, "ValidationException", "Select statements within ExecuteTransaction must specify the primary key in the where clause."},
		{[]string{`SELECT * FROM songs.byLen WHERE pk = 'a'`}, "ValidationException", "Reads on indices are not supported within transactions"},
		{[]string{`EXISTS(SELECT * FROM songs WHERE pk = 'a' AND sk = '1')`}, "ValidationException", "EXISTS() must contain a single item read with additional condition"},
		{[]string{`UPDATE songs SET x = 2 WHERE pk = 'a' AND sk = '2' RETURNING ALL NEW *`}, "ValidationException", "RETURNING clause is not supported in ExecuteTransaction"},
		{[]string{`UPDATE songs SET x = 2 WHERE pk = 'a' AND sk = '2'`, `SELECT * FROM songs WHERE pk = 'a' AND sk = '1'`}, "ValidationException", "does not support both read and write operations"},
		{[]string{`UPDATE songs SET x = 2 WHERE pk = 'a' AND sk = '2'`, `DELETE FROM songs WHERE pk = 'a' AND sk = '2'`}, "ValidationException", "Transaction request cannot include multiple operations on one item"},
		{[]string{`UPDATE nope SET x = 2 WHERE pk = 'a'`}, "ResourceNotFoundException", "Requested resource not found"},
	} {
		w.refuses("ExecuteTransaction", transaction(c.texts...), c.code, c.want)
	}
	w.gives("ExecuteStatement", statement(`SELECT x FROM songs WHERE pk = 'a' AND sk = '2'`), `{"Items":[{"x":{"N":"1"}}]}`)
}

func TestATransactionOfStatementsWithATokenIsDoneOnce(t *testing.T) {
	t.Parallel()
	w := statementWorld(t)
	body := func(text string) string {
		return `{"ClientRequestToken":"t","ReturnConsumedCapacity":"TOTAL",` + statements("TransactStatements", text) + `}`
	}
	more := body(`UPDATE songs SET n = n + 1 WHERE pk = 'a' AND sk = '1'`)
	w.gives("ExecuteTransaction", more, `{"Responses":[],"ConsumedCapacity":[{"TableName":"songs","CapacityUnits":4,"WriteCapacityUnits":4}]}`)
	w.gives("ExecuteTransaction", more, `{"Responses":[],"ConsumedCapacity":[{"TableName":"songs","CapacityUnits":2,"ReadCapacityUnits":2}]}`)
	w.gives("ExecuteStatement", statement(`SELECT n FROM songs WHERE pk = 'a' AND sk = '1'`), `{"Items":[{"n":{"N":"2"}}]}`)
	w.refuses("ExecuteTransaction", body(`UPDATE songs SET n = n + 2 WHERE pk = 'a' AND sk = '1'`), "IdempotentParameterMismatchException", "")
}
