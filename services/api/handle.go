package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/danielgtaylor/huma/v2"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/token"
	"github.com/anikeshk/cumin/internal/view"
)

// extensionRole names, in the OpenAPI document, who may call an operation.
const extensionRole = "x-role"

// none is the answer of a route that has nothing to say.
type none struct{}

// add registers a handler, which gets its caller as an argument. The role is
// for readers and for the test that tries every route with every role; the
// domain enforces it.
func add[I, O any](api huma.API, role, method, path string, status int, summary string,
	handle func(ctx context.Context, by cumin.Actor, in *I) (*O, error), refusals ...int,
) {
	op := huma.Operation{
		OperationID:                  operationID(method, path),
		Method:                       method,
		Path:                         basePath + path,
		DefaultStatus:                status,
		Summary:                      summary,
		Security:                     httpapi.NeedsBearer,
		Extensions:                   map[string]any{extensionRole: role},
		RejectUnknownQueryParameters: true,
	}
	describe(&op, reflect.TypeFor[I](), role, refusals)
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		claims, ok := token.FromContext(ctx)
		if !ok {
			return nil, errors.New("the route is not behind RequireBearer")
		}
		out, err := handle(ctx, cumin.Actor{User: claims.User, RequestID: httpapi.RequestID(ctx)}, in)
		if err != nil {
			return nil, onWire(err)
		}
		return out, nil
	})
}

// describe says what else than its success an operation may answer.
func describe(op *huma.Operation, input reflect.Type, role string, refusals []int) {
	refusals = append(refusals, http.StatusTooManyRequests)
	if role == editor || role == owner {
		refusals = append(refusals, http.StatusForbidden)
	}
	if takes[Guarded](input) {
		refusals = append(refusals, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
	}
	op.Errors = httpapi.Refusals(*op, refusals...)
	if takes[Cached](input) {
		op.Responses = map[string]*huma.Response{"304": {Description: "The caller's is still good"}}
	}
	if op.Method == http.MethodDelete && op.DefaultStatus == http.StatusAccepted {
		op.Responses = map[string]*huma.Response{"204": {Description: "Done"}}
	}
}

// takes reports whether an input has the parameters of T.
func takes[T any](input reflect.Type) bool {
	f, ok := input.FieldByName(reflect.TypeFor[T]().Name())
	return ok && f.Type == reflect.TypeFor[T]()
}

// private keeps answers out of shared caches and makes a browser's own ask
// again, with the ETag it has, before each use.
func private(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "private, no-cache")
	next(ctx)
}

// operationID is "get-projects-project-tasks" and the like.
func operationID(method, path string) string {
	return strings.ToLower(method) + strings.NewReplacer("/", "-", "{", "", "}", "").Replace(path)
}

// onWire gives refusals what they say only over HTTP: the wire form of what is
// stored, when to come back, and that AWS being away is not for ever.
func onWire(err error) error {
	if e, ok := errors.AsType[*cumin.VersionError[cumin.Task]](err); ok {
		return &httpapi.StaleError{Current: view.OfTask(e.Current)}
	}
	if e, ok := errors.AsType[*cumin.VersionError[cumin.ProjectView]](err); ok {
		return &httpapi.StaleError{Current: projectView(e.Current)}
	}
	if e, ok := errors.AsType[*cumin.VersionError[cumin.Comment]](err); ok {
		return &httpapi.StaleError{Current: view.OfComment(e.Current)}
	}
	if e, ok := errors.AsType[*cumin.ExportRunningError](err); ok {
		running := view.OfExport(e.Current, e.Current.UpdatedAt)
		return huma.ErrorWithHeaders(errors.Join(e.Unwrap(), &httpapi.StaleError{Current: running}),
			http.Header{"Location": {fmt.Sprintf("%s/exports/%s", basePath, running.ID)}})
	}
	if errors.Is(err, cumin.ErrTooManyExports) {
		return &httpapi.RetryError{Err: cumin.ErrTooManyExports, After: exportPatience}
	}
	if retryable.IsErrorRetryable(err) == aws.TrueTernary {
		return &cumin.Error{Code: cumin.CodeUnavailable, Message: "This cannot be done right now. Please try again.", Err: err}
	}
	return err
}

// retryable tells what the AWS SDK has tried again in vain (a throttle, a
// refused connection, a fault of theirs) from what would never succeed.
var retryable = retry.IsErrorRetryables(retry.DefaultRetryables)

// exportPatience is what somebody with three live exports is told to wait: a
// guess, most exports take seconds.
const exportPatience = 10 * time.Second

// The parameters that many routes share; exported, since Huma reads no others.
type (
	// ProjectPath is a route under a project.
	ProjectPath struct {
		Project cumin.ProjectID `path:"project" doc:"The project's id"`
	}
	// TaskPath is a route of one task.
	TaskPath struct {
		ProjectPath
		Task cumin.TaskID `path:"task" doc:"The task's id"`
	}
	// ExportPath is a route of one export.
	ExportPath struct {
		Export cumin.ExportID `path:"export" doc:"The export's id"`
	}
	// Paging is a route that lists.
	Paging struct {
		Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"Items on a page"`
		Cursor string `query:"cursor" maxLength:"1000" doc:"nextCursor of the page before"`
	}
	// Guarded is a write that names the version it saw.
	Guarded struct {
		IfMatch string `header:"If-Match" doc:"The ETag of the version that is changed" example:"\"v7\""`
	}
	// Cached is a read by somebody who may have the answer already.
	Cached struct {
		IfNoneMatch string `header:"If-None-Match" doc:"An ETag the caller has: 304 when it is still good"`
	}
)

// List is the body of every list.
type List[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Absent on the last page"`
}

// page is a list as an answer.
type page[T any] struct{ Body List[T] }

// pageOf is a list of what see makes of the items; next is the cursor of the
// next page, empty on the last.
func pageOf[T, V any](items []T, see func(T) V, next string) *page[V] {
	return &page[V]{Body: List[V]{Items: viewsOf(items, see), NextCursor: next}}
}

// viewsOf is never nil: an empty list is [] and not null.
func viewsOf[T, V any](items []T, see func(T) V) []V {
	out := make([]V, len(items))
	for i, item := range items {
		out[i] = see(item)
	}
	return out
}

// tagged is one item with its entity tag.
type tagged[V any] struct {
	Status int
	ETag   string `header:"ETag"`
	Body   V
}

// fresh answers with body, or 304 without it when the caller has it already.
func fresh[V any](in Cached, etag string, body V) *tagged[V] {
	out := &tagged[V]{Status: http.StatusOK, ETag: etag, Body: body}
	if httpapi.NotModified(in.IfNoneMatch, etag) {
		out.Status = http.StatusNotModified
	}
	return out
}
