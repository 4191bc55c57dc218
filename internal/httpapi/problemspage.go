package httpapi

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/anikeshk/cumin/internal/cumin"
)

// ProblemsPath is where the API serves the page about problems. The type of
// every problem points into it, also of those of other services and of nginx.
const ProblemsPath = "/api/v1/docs/problems"

// typeOf is the type of the problems of a code: relative, as RFC 9457 §3.1.1
// has it, for a service does not know under which of its origins it was asked.
func typeOf(code cumin.Code) string { return ProblemsPath + "#" + string(code) }

// ServeProblems serves the page that explains every code, by status.
func ServeProblems(s *Server) error { return servePage(s, ProblemsPath, "problems.tmpl", problems()) }

type problemKind struct {
	Code    cumin.Code
	Status  int
	Title   string
	Meaning string
}

func problems() []problemKind {
	var all []problemKind
	for code, k := range kinds {
		all = append(all, problemKind{code, k.status, http.StatusText(k.status), k.meaning})
	}
	slices.SortFunc(all, func(a, b problemKind) int {
		return cmp.Or(cmp.Compare(a.Status, b.Status), cmp.Compare(a.Code, b.Code))
	})
	return all
}
