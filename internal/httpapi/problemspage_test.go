package httpapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// codesIn reads the constants of type Code from a Go file.
func codesIn(t *testing.T, path string) (codes []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	require.NoError(t, err)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !isCode(spec.Type) {
			return true
		}
		for _, value := range spec.Values {
			code, err := strconv.Unquote(value.(*ast.BasicLit).Value)
			require.NoError(t, err)
			codes = append(codes, code)
		}
		return false
	})
	require.NotEmpty(t, codes, path)
	return codes
}

func isCode(typ ast.Expr) bool {
	switch typ := typ.(type) {
	case *ast.Ident:
		return typ.Name == "Code"
	case *ast.SelectorExpr:
		return typ.Sel.Name == "Code"
	}
	return false
}

func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	s, _ := newShell(t)
	require.NoError(t, ServeProblems(s))
	res, page := do(t, s, "GET", ProblemsPath, "")
	require.Equal(t, 200, res.StatusCode)
	require.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"))
	codes := append(codesIn(t, "../cumin/errors.go"), codesIn(t, "status.go")...)
	for _, code := range codes {
		k, ok := kinds[cumin.Code(code)]
		require.True(t, ok, "no kind of problem is %s", code)
		require.Regexp(t, `^[A-Z].*\.$`, k.meaning, "a sentence about %s", code)
		require.Contains(t, page, `<dt id="`+code+`">`)
	}
	require.Len(t, kinds, len(codes), "no code is explained that there is not")
}

func TestTheTypeOfAProblemLeadsToItsExplanation(t *testing.T) {
	t.Parallel()
	s, _ := newShell(t)
	require.NoError(t, ServeProblems(s))
	s.App().Get("/x", func(*fiber.Ctx) error { return cumin.ErrArchived })
	res, body := do(t, s, "GET", "/x", "")
	path, code, _ := strings.Cut(problem(t, res, body).Type, "#")
	require.Equal(t, "project_archived", code)
	_, page := do(t, s, "GET", path, "")
	require.Contains(t, page, `id="project_archived"`)
}
