package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/token"
)

// service is what the handlers call.
type service struct {
	accounts *accounts
	sessions *sessions
	cookies  cookies
	issuer   *token.Issuer
}

// mount puts every route of the service on the server.
func (s *service) mount(shell *httpapi.Server, verify func(context.Context, string) (context.Context, error)) error {
	keys, err := json.Marshal(s.issuer.Keys())
	if err != nil {
		return fmt.Errorf("publish keys: %w", err)
	}
	shell.App().Get("/.well-known/jwks.json", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderCacheControl, "public, max-age=300")
		c.Set(fiber.HeaderContentType, "application/jwk-set+json")
		return c.Send(keys)
	})

	_, err = s.mountAPI(shell, verify)
	return err
}

// mountAPI puts the operations on the server. All are public but those that
// name NeedsBearer; unsafe methods pass the origin rule of the shell.
func (s *service) mountAPI(shell *httpapi.Server, verify func(context.Context, string) (context.Context, error)) (huma.API, error) {
	api := httpapi.NewAPI(shell, httpapi.APIConfig{
		Title: "Cumin auth", Version: "1", OpenAPIPath: "/auth/openapi",
		Description: "Sign in, stay signed in, sign out. Browsers keep the refresh token in a cookie; other clients get it in the body.",
	})
	httpapi.RequireBearer(api, verify)
	api.UseMiddleware(httpapi.NoNulls(api))
	add(api, huma.Operation{OperationID: "register", Method: http.MethodPost, Path: "/auth/register", DefaultStatus: http.StatusCreated,
		Summary: "Make an account and sign in", Errors: []int{409, 429}}, s.register)
	add(api, huma.Operation{OperationID: "login", Method: http.MethodPost, Path: "/auth/login",
		Summary: "Sign in", Errors: []int{401, 429}}, s.login)
	add(api, huma.Operation{OperationID: "refresh", Method: http.MethodPost, Path: "/auth/refresh",
		Summary: "Exchange the refresh token for its successor and a new access token", Errors: []int{401}}, s.refresh)
	add(api, huma.Operation{OperationID: "logout", Method: http.MethodPost, Path: "/auth/logout", DefaultStatus: http.StatusNoContent,
		Summary: "End this session"}, s.logout)
	add(api, huma.Operation{OperationID: "logoutAll", Method: http.MethodPost, Path: "/auth/logout-all", DefaultStatus: http.StatusNoContent,
		Summary: "End all of one's sessions", Security: httpapi.NeedsBearer}, s.logoutAll)
	add(api, huma.Operation{OperationID: "me", Method: http.MethodGet, Path: "/auth/me",
		Summary: "Who is signed in", Security: httpapi.NeedsBearer}, s.me)
	add(api, huma.Operation{OperationID: "changeMe", Method: http.MethodPatch, Path: "/auth/me",
		Summary: "Change one's name or address", Security: httpapi.NeedsBearer, Errors: []int{409, 429}}, s.changeMe)
	add(api, huma.Operation{OperationID: "changePassword", Method: http.MethodPut, Path: "/auth/password",
		Summary: "Change one's password and end all other sessions; the refresh token stays good", Security: httpapi.NeedsBearer, Errors: []int{429}}, s.replacePassword)
	add(api, huma.Operation{OperationID: "resetPassword", Method: http.MethodPost, Path: "/auth/reset", DefaultStatus: http.StatusNoContent,
		Summary: "Set a forgotten password by the link of `cumin passphrase`, once, and end all sessions of its person", Errors: []int{410, 429}}, s.reset)
	add(api, huma.Operation{OperationID: "listSessions", Method: http.MethodGet, Path: "/auth/sessions",
		Summary: "Where one is signed in", Security: httpapi.NeedsBearer}, s.devices)
	add(api, huma.Operation{OperationID: "endSession", Method: http.MethodDelete, Path: "/auth/sessions/{id}", DefaultStatus: http.StatusNoContent,
		Summary: "End one of one's sessions", Security: httpapi.NeedsBearer}, s.endDevice)
	add(api, huma.Operation{OperationID: "endOtherSessions", Method: http.MethodDelete, Path: "/auth/sessions", DefaultStatus: http.StatusNoContent,
		Summary: "End all of one's sessions but this", Security: httpapi.NeedsBearer}, s.endOtherDevices)
	return api, httpapi.ServeDocs(shell, api, "/auth/docs")
}

// add registers an operation; its Errors are those beside the shell's own.
func add[I, O any](api huma.API, op huma.Operation, handle func(context.Context, *I) (*O, error)) {
	op.Errors = httpapi.Refusals(op, op.Errors...)
	huma.Register(api, op, handle)
}

// expiresIn is the access token's life in whole seconds, as clients count it.
func (s *service) expiresIn() int { return int(s.issuer.TTL() / time.Second) }
