package dynamodb_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestStatementsNeedPermissionsOfTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ operation, body, want string }{
		{"ExecuteStatement", statement(`SELECT * FROM songs`), "PartiQLSelect songs"},
		{"ExecuteStatement", statement(`SELECT * FROM songs."byRank" WHERE gpk = 'g'`), "PartiQLSelect songs/index/byRank"},
		{"BatchExecuteStatement", `{` + statements("Statements", `INSERT INTO songs VALUE {'pk': 'a'}`, `DELETE FROM other WHERE pk = 'a'`) + `}`, "PartiQLInsert songs, PartiQLDelete other"},
		{"ExecuteTransaction", `{` + statements("TransactStatements", `UPDATE songs SET x = 1 WHERE pk = 'a'`, `EXISTS(SELECT * FROM other WHERE pk = 'a' AND x = 1)`) + `}`, "PartiQLUpdate songs, PartiQLSelect other"},
		{"ExecuteStatement", statement(`SLECT`), "PartiQLSelect "},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(c.body))
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+c.operation)
		needs, err := w.s.Needs(r)
		if err != nil {
			t.Fatalf("%s: %v", c.body, err)
		}
		var got []string
		for _, n := range needs {
			_, table, _ := strings.Cut(n.Resource, ":table/")
			got = append(got, strings.TrimPrefix(n.Action, "dynamodb:")+" "+table)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s\n got %q\nwant %q", c.body, got, c.want)
		}
	}
}
