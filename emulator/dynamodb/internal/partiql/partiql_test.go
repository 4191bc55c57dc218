package partiql

import (
	"errors"
	"strings"
	"testing"
)

func TestStatementsThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"", malformed + "Expected data manipulation"},
		{"SLECT * FROM t", malformed + "Expected data manipulation"},
		{"UPDATE a-b SET x = 1", malformed + "Expected data manipulation"},
		{"UPDATE t WHERE pk = 1", malformed + "Expected data manipulation"},
		{"SELECT * FROM t WHERE pk = 1 foo", malformed + "Unexpected token after expression"},
		{"SELECT * FROM t WHERE pk = 1 e5", malformed + "Unexpected token after expression"},
		{"SELECT * FROM t WHERE pk = 1)", malformed + "Unexpected token after expression"},
		{"SELECT * FROM t ORDER BY pk WHERE pk = 1", malformed + "Unexpected token after expression"},
		{"SELECT * FROM t; SELECT * FROM t", malformed + "Unexpected token after expression"},
		{"DELETE FROM t WHERE pk = 1 ORDER BY pk", malformed + "Unexpected token after expression"},
		{"INSERT INTO t VALUE {'pk': 1} foo", malformed + "Unexpected token after expression"},
		{"INSERT INTO t x VALUE {'pk': 1}", malformed + "Unexpected token after expression"},
		{"FROM t SET c = 1 WHERE pk = 1", malformed + "Unexpected token after expression"},
		{"SELECT * FROM t WHERE pk = 1e2147483648", malformed},
		{"SELECT * FROM t WHERE pk = 1.5e-2147483647", malformed},
		{"SELECT * FROM t WHERE pk = 1 # note", malformed},
		{"SELECT * FROM t WHERE pk = 1 /* note", malformed},
		{"SELECT * FROM t WHERE pk = 'a", malformed},
		{"SELECT * FROM t WHERE", malformed + "Unexpected term"},
		{"SELECT * FROM t WHERE;", malformed + "Unexpected term"},
		{"SELECT * FROM t WHERE NOT", malformed + "Unexpected term"},
		{"SELECT * FROM t WHERE (", malformed + "Unexpected term"},
		{"SELECT * FROM", malformed + "Unexpected term"},
		{"SELECT * FROM t WHERE pk = 1 AND", malformed + "Missing right-hand side expression of infix operator"},
		{"SELECT * FROM t WHERE pk = 1 OR", malformed + "Missing right-hand side expression of infix operator"},
		{"SELECT * FROM t WHERE ORDER BY pk", malformed + "Unexpected keyword"},
		{"SELECT * FROM t WHERE IS NULL", malformed + "Unexpected operator"},
		{"SELECT * FROM t WHERE pk = LIKE", malformed + "Unexpected operator"},
		{"SELECT * FROM t WHERE x IS FOO", malformed + "Expected type name"},
		{"SELECT * FROM t WHERE m.inner = 1", malformed + "Invalid path dot component"},
		{"DELETE FROM", malformed + "Expected identifier for simple path"},
		{"DELETE FROM WHERE pk = 1", malformed + "Expected identifier for simple path"},
		{"INSERT INTO t (key) VALUES (1)", malformed + "Unexpected keyword"},
		{"INSERT INTO t << {'a': 1} >>", "Unsupported operation: InsertOp"},
		{"SELECT * FROM t x WHERE pk = 1", "Aliasing is not supported"},
		{"SELECT * FROM t AS x", "Aliasing is not supported"},
		{"SELECT pk AS x FROM t", "Aliasing is not supported"},
		{"UPDATE t x SET a = 1", "Aliasing is not supported"},
		{"DELETE FROM t x WHERE pk = 1", "Aliasing is not supported"},
		{"SELECT DISTINCT pk FROM t", "Unsupported token in expression: DISTINCT"},
		{"SELECT VALUE pk FROM t", "Select projection doesn't support value or pivot keywords"},
		{"SELECT COUNT(*) FROM t", "Unexpected path component at 1:8:5"},
		{"SELECT pk\n FROM t LIMIT 1", "Unsupported clause: LIMIT at 2:15:1"},
		{"SELECT pk FROM t GROUP BY pk", "Unsupported clause: GROUP BY"},
		{"SELECT pk FROM t, u", "Only select from a single table or index is supported."},
		{"SELECT pk FROM t.i.x", "A path may contain at most 2 components in the FROM clause"},
		{"SELECT pk FROM 'u'", "Unexpected from source"},
		{"DROP TABLE t", "Unsupported operation: DropTable"},
		{"UPDATE t SET x = 1 WHERE pk = 1 RETURNING ALL NEW x", "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause"},
		{"SELECT * FROM t WHERE " + strings.Repeat("(", 1000), malformed + "Expression is nested too deep"},
		{"SELECT * FROM t WHERE " + strings.Repeat("NOT ", 1000), malformed + "Expression is nested too deep"},
	} {
		_, _, err := Parse(c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("%.60q\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// FuzzParse: no text makes the parser panic or run away, and every refusal is an
// *Error.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`SELECT a.b[1], "c" FROM "t"."i" WHERE pk = ? AND (x IN [1, 'a'] OR NOT begins_with(s, 'x')) ORDER BY sk DESC`,
		`INSERT INTO t VALUE {'a': {'b': [1.5e3, -2, true, null]}, 's': <<'x'>>}`,
		"UPDATE t SET a = list_append(a, [1]) REMOVE b[0].c WHERE pk = 'it''s' RETURNING MODIFIED NEW * -- note",
		`FROM t WHERE pk = 1 SET a = a + 1`, `DELETE FROM t WHERE pk IS NOT MISSING AND x BETWEEN 1 AND 2 RETURNING ALL OLD *`,
		`EXISTS(SELECT * FROM t WHERE pk = 1)`, "SELECT /* */ `x` FROM t", `SELECT * FROM t WHERE a <> .5 != 1 || "" ;`, "\x00", `'`, `{{{{`, `((((`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, n, err := Parse(text)
		if err == nil {
			if s == nil || n < 0 || n > strings.Count(text, "?") {
				t.Fatalf("%q: %v with %d parameters", text, s, n)
			}
			return
		}
		if e, ok := errors.AsType[*Error](err); !ok || e.Message == "" {
			t.Fatalf("%q: %T %v", text, err, err)
		}
	})
}
