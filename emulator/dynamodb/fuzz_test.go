package dynamodb_test

import (
	"encoding/json"
	"testing"
)

// FuzzStatement: whatever a statement says, it is answered or refused, and one
// that only reads changes nothing.
func FuzzStatement(f *testing.F) {
	for _, seed := range []string{
		`SELECT pk, m.k, l[1].k FROM songs WHERE pk IN ['a', 'b'] AND sk BETWEEN '1' AND '3' OR pk = ? ORDER BY pk DESC, sk`,
		`SELECT * FROM songs."byRank" WHERE gpk = 'g' AND (rank > 1 OR NOT begins_with(s, 'str')) AND n IS NUMERIC`,
		`SELECT * FROM songs WHERE sk < 'x' AND pk = 'a' AND sk > '' OR pk = 'a' AND NOT sk = '1'`,
		`INSERT INTO songs VALUE {'pk': 'c', 'sk': ?, 'x': {'y': [1, <<'a'>>, null]}}`,
		`UPDATE songs SET n = n + 1 - 2 SET l = list_append(l, [1]) REMOVE m.k SET ss = set_add(ss, <<'z'>>) WHERE pk = 'a' AND sk = '1' AND size(s) > 2 RETURNING MODIFIED NEW *`,
		`DELETE FROM songs WHERE sk = '1' AND 'a' = pk AND attribute_exists(l[0]) = true RETURNING ALL OLD *`,
		`FROM songs WHERE pk = 'a' AND sk = '2' SET x = if_not_exists(x, -1.5e3)`,
		`EXISTS(SELECT * FROM songs WHERE pk = 'a' AND sk = '1' AND n = 1)`,
		`SELECT * FROM songs WHERE contains(size(n), [[]]) <> MISSING`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := statementWorld(t)
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Skip("not text")
		}
		one := `{"Statement":` + string(quoted) + `}`
		with := `{"Statement":` + string(quoted) + `,"Parameters":[{"S":"a"}]}`
		for _, request := range []struct{ operation, body string }{
			{"ExecuteStatement", one}, {"ExecuteStatement", with},
			{"BatchExecuteStatement", `{"Statements":[` + one + `,` + with + `]}`},
			{"ExecuteTransaction", `{"TransactStatements":[` + with + `]}`},
		} {
			if status, out := w.call(request.operation, request.body); status != 200 && status != 400 {
				t.Fatalf("%s %s: %d %s", request.operation, request.body, status, out)
			}
		}
	})
}

// FuzzLegacy: whatever the legacy parameters are, they are carried out or
// refused.
func FuzzLegacy(f *testing.F) {
	for _, seed := range []string{
		`{"n":{"Value":{"N":"1"}}}`, `{"n":{"Exists":false},"s":{"ComparisonOperator":"BEGINS_WITH","AttributeValueList":[{"S":"x"}]}}`,
		`{"n":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"},{"N":"2"}]}}`, `{"ss":{"Action":"ADD","Value":{"SS":["q"]}},"l":{"Action":"ADD","Value":{"L":[]}}}`,
		`{"x":{"Action":"DELETE"}}`, `{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]},"sk":{"ComparisonOperator":"GT","AttributeValueList":[{"S":"1"}]}}`, `{"":{}}`, `null`,
	} {
		f.Add(seed, "OR")
	}
	f.Fuzz(func(t *testing.T, conditions, operator string) {
		if !json.Valid([]byte(conditions)) {
			t.Skip("not JSON")
		}
		w := statementWorld(t)
		quoted, err := json.Marshal(operator)
		if err != nil {
			t.Skip("not text")
		}
		const key = `"Key":{"pk":{"S":"a"},"sk":{"S":"1"}}`
		for _, request := range []struct{ operation, parameters string }{
			{"DeleteItem", key + `,"Expected":` + conditions + `,"ConditionalOperator":` + string(quoted)},
			{"UpdateItem", key + `,"AttributeUpdates":` + conditions},
			{"Scan", `"ScanFilter":` + conditions}, {"Query", `"KeyConditions":` + conditions},
			{"Query", `"KeyConditions":{"pk":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"a"}]}},"QueryFilter":` + conditions},
		} {
			if status, out := w.call(request.operation, `{"TableName":"songs",`+request.parameters+`}`); status != 200 && status != 400 {
				t.Fatalf("%s %s: %d %s", request.operation, request.parameters, status, out)
			}
		}
	})
}
