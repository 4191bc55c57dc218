package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Refusals are the statuses with which the shell itself, or the edge before
// it, may refuse an operation, for the OpenAPI document; more are the operation's own.
func Refusals(op huma.Operation, more ...int) []int {
	all := append(slices.Clone(more), http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusInternalServerError, http.StatusServiceUnavailable)
	if len(op.Security) > 0 {
		all = append(all, http.StatusUnauthorized)
	}
	if op.Method != http.MethodGet {
		all = append(all, http.StatusForbidden) // from another site
	}
	if strings.Contains(op.Path, "{") {
		all = append(all, http.StatusNotFound)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// WriteDocument writes the OpenAPI document that mount describes, indented, as
// it is kept in the repository. Nothing listens and nothing is called.
func WriteDocument(w io.Writer, mount func(*Server) (huma.API, error)) error {
	shell, err := New(Config{Log: slog.New(slog.DiscardHandler), Origins: []string{"https://localhost:8443"}})
	if err != nil {
		return err
	}
	api, err := mount(shell)
	if err != nil {
		return err
	}
	compact, err := json.Marshal(api.OpenAPI())
	if err != nil {
		return fmt.Errorf("encode the OpenAPI document: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		return fmt.Errorf("indent the OpenAPI document: %w", err)
	}
	b.WriteByte('\n')
	_, err = b.WriteTo(w)
	return err
}
