package httpapi

import (
	"context"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"

	"github.com/anikeshk/cumin/internal/cumin"
)

// APIConfig describes a service's OpenAPI document.
type APIConfig struct {
	Title       string
	Version     string
	Description string
	// OpenAPIPath serves the document as <path>.json; empty: not served.
	OpenAPIPath string
}

// NewAPI puts Huma on the server: operations registered on the result are
// validated against OpenAPI 3.1 schemas made from their Go types (unknown
// members are 422 invalid_fields), take strict JSON only, and answer errors in
// our problem form. Routes added to the app after this call take strict JSON
// too.
func NewAPI(s *Server, cfg APIConfig) huma.API {
	adoptHuma()
	s.app.Use(strictJSON)
	format := huma.DefaultJSONFormat
	return humafiber.New(s.app, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: cfg.Title, Version: cfg.Version, Description: cfg.Description},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					BearerScheme: {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "Access token of POST /auth/login"},
				},
			},
			OnAddOperation: []huma.AddOpFunc{nameMergePatch},
		},
		OpenAPIPath:   cfg.OpenAPIPath,
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
	})
}

// nameMergePatch says in the document that a PATCH takes mergePatch too. Huma
// reads both by what stands behind the "+".
func nameMergePatch(_ *huma.OpenAPI, op *huma.Operation) {
	if op.Method == http.MethodPatch && op.RequestBody != nil {
		op.RequestBody.Content[mergePatch] = op.RequestBody.Content["application/json"]
	}
}

// BearerScheme names the security scheme of operations that want a token:
// Security: []map[string][]string{{httpapi.BearerScheme: {}}}.
const BearerScheme = "bearer"

// NeedsBearer is the Security of an operation that wants an access token.
var NeedsBearer = []map[string][]string{{BearerScheme: {}}}

// RequireBearer guards the operations that declare NeedsBearer and passes the
// others. verify checks the token and puts what it says into the context
// (token.Verifier has such a method); its error is the answer.
func RequireBearer(api huma.API, verify func(ctx context.Context, raw string) (context.Context, error)) {
	api.UseMiddleware(func(ctx huma.Context, next func(huma.Context)) {
		if len(ctx.Operation().Security) == 0 {
			next(ctx)
			return
		}
		raw, err := Bearer(humafiber.Unwrap(ctx))
		if err == nil {
			var verified context.Context
			if verified, err = verify(ctx.Context(), raw); err == nil {
				next(huma.WithContext(ctx, verified))
				return
			}
		}
		Refuse(api, ctx, err)
	})
}

// Refuse answers a Huma request with err from a middleware; handlers just
// return it.
func Refuse(api huma.API, ctx huma.Context, err error) {
	_ = huma.WriteErr(api, ctx, http.StatusInternalServerError, "", err) // fails when the client has left
}

// adoptHuma replaces Huma's process-wide hooks: its error form and its
// case-insensitive member names. Huma offers no setting per API.
var adoptHuma = sync.OnceFunc(func() {
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return problemOf(context.Background(), fromHuma(status, errs))
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		err := fromHuma(status, errs)
		p := problemOf(ctx.Context(), err)
		p.headers(ctx.SetHeader)
		recordOf(ctx.Context()).refuse(p, err)
		return p
	}
})

// fromHuma finds the refusal in what Huma reports: an error of ours as it is, a
// list of schema violations as fields, the rest by status.
func fromHuma(status int, errs []error) error {
	if status == http.StatusInternalServerError && len(errs) == 1 {
		return errs[0]
	}
	refusal, ok := transport[status]
	if !ok {
		return cumin.Refuse(cumin.CodeInternal, "Something went wrong on our side.")
	}
	answer := *refusal
	if answer.Code == cumin.CodeInvalid {
		for _, err := range errs {
			answer.Fields = append(answer.Fields, fieldOf(err))
		}
	}
	return &answer
}
