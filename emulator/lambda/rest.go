package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// maxBodyBytes admits a 50 MB zip in base64.
const maxBodyBytes = 70 << 20

// operation is one row of the support matrix: AWS's name, its route, the
// status of success.
type operation struct {
	name   string
	method string
	path   string // of http.ServeMux
	status int
	run    func(context.Context, *request) (any, error)
}

// request is a REST JSON request: members come from the path, the query, the
// headers and the body.
type request struct{ http *http.Request }

// path returns a path member, unescaped.
func (r *request) path(name string) string { return r.http.PathValue(name) }

// query returns a query member, empty when absent.
func (r *request) query(name string) string { return r.http.URL.Query().Get(name) }

// body decodes the JSON body; a member the struct lacks is refused by name.
func (r *request) body(into any) error {
	raw, err := r.bytes(maxBodyBytes)
	if err != nil || len(raw) == 0 {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return errUnsupported("the parameter " + strings.Trim(name, `"`) + " of this operation")
		}
		return wire.Errorf(400, "SerializationException", "%v", err)
	}
	return nil
}

func (r *request) bytes(limit int64) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(nil, r.http.Body, limit))
	if err != nil {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, errRequest(tooLarge.Limit)
		}
		return nil, wire.Errorf(400, "InvalidRequestContentException", "The request body could not be read.")
	}
	return raw, nil
}

// page reads Marker and MaxItems and cuts the list; next is the marker of the
// following page.
func page[T any](r *request, all []T, most int) (items []T, next string, err error) {
	start := 0
	if m := r.query("Marker"); m != "" {
		if start, err = strconv.Atoi(m); err != nil || start < 0 || start > len(all) {
			return nil, "", errInvalid("Invalid marker: %s", m)
		}
	}
	if n := r.query("MaxItems"); n != "" {
		max, err := strconv.Atoi(n)
		if err != nil || max < 1 {
			return nil, "", errConstraint("'"+n+"'", "maxItems", "Member must have value greater than or equal to 1")
		}
		most = min(most, max)
	}
	end := min(start+most, len(all))
	if end < len(all) {
		next = strconv.Itoa(end)
	}
	return all[start:end], next, nil
}

// newRoutes builds the router from the operation table.
func (s *Service) newRoutes() *http.ServeMux {
	mux := http.NewServeMux()
	s.names = map[string]string{}
	for _, op := range s.operations() {
		s.names[op.method+" "+op.path] = op.name
		mux.HandleFunc(op.method+" "+op.path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, op) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.log.WarnContext(r.Context(), "gap: operation not supported", slog.String("method", r.Method), slog.String("path", r.URL.Path))
		s.writeError(w, r, wire.Errorf(404, "UnknownOperationException", "Cumin's embedded AWS does not offer this operation of Lambda: %s %s", r.Method, r.URL.Path))
	})
	return mux
}

// Operation names the operation a request is for, empty for none.
func (s *Service) Operation(r *http.Request) string {
	_, pattern := s.routes().Handler(r)
	return s.names[pattern]
}

// Route is how a REST request asks for an operation.
type Route struct {
	Method, Path string // the path in the notation of http.ServeMux
}

// Routes returns the routes of an operation, none when it is not supported.
func (s *Service) Routes(operation string) (routes []Route) {
	for _, op := range s.operations() {
		if op.name == operation {
			routes = append(routes, Route{op.method, op.path})
		}
	}
	return routes
}

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string {
	var names []string
	for _, op := range s.operations() {
		if len(names) == 0 || names[len(names)-1] != op.name { // some have two spellings of their path
			names = append(names, op.name)
		}
	}
	return names
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request, op operation) {
	if err := checkQuery(op.name, r.URL.Query()); err != nil {
		s.writeError(w, r, err)
		return
	}
	out, err := op.run(r.Context(), &request{http: r})
	if err != nil {
		s.writeError(w, r, err)
		return
	}
	if raw, ok := out.(*invokeOutput); ok {
		raw.write(w, r)
		return
	}
	w.Header().Set("X-Amzn-Requestid", wire.IdentityFrom(r.Context()).RequestID)
	if out == nil {
		w.WriteHeader(op.status)
		return
	}
	body, err := json.Marshal(out)
	if err != nil {
		s.writeError(w, r, err)
		return
	}
	writeRaw(w, op.status, body)
}

// writeError answers as Lambda does: the code in a header, Type and Message in
// the body.
func (s *Service) writeError(w http.ResponseWriter, r *http.Request, err error) {
	e := wire.AsError(err)
	kind, code := "User", e.Code
	if e.Status >= 500 {
		kind = "Server"
		s.log.ErrorContext(r.Context(), "internal error", slog.String("path", r.URL.Path), slog.Any("err", err))
		if code == "InternalServerError" {
			code = "ServiceException"
		}
	}
	members := map[string]any{"Type": kind, "Message": e.Message}
	for k, v := range e.Fields {
		members[k] = v
	}
	body, err := json.Marshal(members)
	if err != nil {
		body = []byte(`{"Type":"Server"}`)
	}
	w.Header().Set("X-Amzn-Errortype", code)
	w.Header().Set("X-Amzn-Requestid", wire.IdentityFrom(r.Context()).RequestID)
	writeRaw(w, e.Status, body)
}
