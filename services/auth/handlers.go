package main

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/token"
)

// User is a person as they see themselves.
type User struct {
	ID    cumin.UserID `json:"id"`
	Name  string       `json:"name"`
	Email string       `json:"email"`
}

// SessionBody is the answer to every way of being signed in.
type SessionBody struct {
	AccessToken  string `json:"accessToken" doc:"Bearer token of the API and the socket"`
	ExpiresIn    int    `json:"expiresIn" doc:"Seconds from now; count them on a clock of your own"`
	User         User   `json:"user"`
	RefreshToken string `json:"refreshToken,omitempty" doc:"For clients that are no browser; others get a cookie"`
}

type sessionOutput struct {
	SetCookie    string `header:"Set-Cookie"`
	CacheControl string `header:"Cache-Control"`
	Body         SessionBody
}

// Client is how a caller wants its refresh token: "native" in bodies, which is
// refused from browsers, else in a cookie.
type Client string

type registerInput struct {
	Body struct {
		Client   Client `json:"client,omitempty" enum:"native" doc:"native: the refresh token travels in bodies; refused from browsers"`
		Email    string `json:"email" maxLength:"254"`
		Name     string `json:"name" maxLength:"100"`
		Password string `json:"password" maxLength:"1024"`
	}
}

func (s *service) register(ctx context.Context, in *registerInput) (*sessionOutput, error) {
	mode, err := in.Body.Client.mode(ctx)
	if err != nil {
		return nil, err
	}
	account, err := s.accounts.register(ctx, in.Body.Email, in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, account, mode)
}

type loginInput struct {
	Body struct {
		Client   Client `json:"client,omitempty" enum:"native" doc:"native: the refresh token travels in bodies; refused from browsers"`
		Email    string `json:"email" maxLength:"254"`
		Password string `json:"password" maxLength:"1024"`
	}
}

func (s *service) login(ctx context.Context, in *loginInput) (*sessionOutput, error) {
	mode, err := in.Body.Client.mode(ctx)
	if err != nil {
		return nil, err
	}
	account, err := s.accounts.login(ctx, in.Body.Email, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return s.open(ctx, account, mode)
}

// refreshInput is the token in a cookie, or in the body of a native client.
type refreshInput struct {
	Cookie string       `header:"Cookie" hidden:"true"`
	Body   *refreshBody `required:"false"`
}

type refreshBody struct {
	RefreshToken string `json:"refreshToken,omitempty" maxLength:"200" doc:"Native clients only"`
}

func (s *service) refresh(ctx context.Context, in *refreshInput) (*sessionOutput, error) {
	raw, mode, err := s.presented(ctx, in)
	if err != nil {
		return nil, err
	}
	t, err := s.sessions.refresh(ctx, raw, mode)
	if err != nil && httpapi.StatusOf(cumin.CodeOf(err)) == http.StatusUnauthorized {
		return nil, s.without(err)
	}
	if err != nil {
		return nil, err // the session stays: the client tries again
	}
	return s.output(t), nil
}

func (s *service) logout(ctx context.Context, in *refreshInput) (*clearedOutput, error) {
	raw, _, err := s.presented(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := s.sessions.logout(ctx, raw); err != nil {
		return nil, err
	}
	return &clearedOutput{SetCookie: s.cookies.clear()}, nil
}

type clearedOutput struct {
	SetCookie string `header:"Set-Cookie"`
}

func (s *service) logoutAll(ctx context.Context, _ *struct{}) (*clearedOutput, error) {
	account, _, err := s.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.sessions.logoutAll(ctx, account.ID); err != nil {
		return nil, err
	}
	return &clearedOutput{SetCookie: s.cookies.clear()}, nil
}

type meOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		User User `json:"user"`
	}
}

func (s *service) me(ctx context.Context, _ *struct{}) (*meOutput, error) {
	account, _, err := s.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	out := &meOutput{CacheControl: "no-store"}
	out.Body.User = userOf(account)
	return out, nil
}

// signedIn is who asks and by which session, read afresh: the access token of
// a session that was ended a moment ago opens nothing here.
func (s *service) signedIn(ctx context.Context) (cumin.Account, cumin.SessionID, error) {
	c, ok := token.FromContext(ctx)
	if !ok {
		return cumin.Account{}, "", cumin.Refuse(cumin.CodeTokenMissing, "Please sign in.")
	}
	account, err := s.sessions.whoami(ctx, c)
	return account, c.Session, err
}

// open begins a session and answers with it.
func (s *service) open(ctx context.Context, account cumin.Account, mode cumin.SessionMode) (*sessionOutput, error) {
	t, err := s.sessions.begin(ctx, account, mode)
	if err != nil {
		return nil, err
	}
	return s.output(t), nil
}

func (s *service) output(t tokens) *sessionOutput {
	out := &sessionOutput{CacheControl: "no-store", Body: SessionBody{AccessToken: t.access, ExpiresIn: s.expiresIn(), User: userOf(t.account)}}
	if t.mode == cumin.SessionNative {
		out.Body.RefreshToken = t.refresh
	} else {
		out.SetCookie = s.cookies.set(t.refresh)
	}
	return out
}

// mode of the session to begin. A script in a page may not ask for the token
// that its browser keeps from it.
func (c Client) mode(ctx context.Context) (cumin.SessionMode, error) {
	if c == "" {
		return cumin.SessionCookie, nil
	}
	if httpapi.FromBrowser(ctx) {
		return "", errNativeFromBrowser
	}
	return cumin.SessionNative, nil
}

var errNativeFromBrowser = cumin.Refuse(cumin.CodeForbidden, "Browsers keep their refresh token in a cookie.")

// presented finds the refresh token; empty when there is none.
func (s *service) presented(ctx context.Context, in *refreshInput) (raw string, mode cumin.SessionMode, err error) {
	raw = s.cookies.read(in.Cookie)
	if in.Body == nil || in.Body.RefreshToken == "" {
		return raw, cumin.SessionCookie, nil
	}
	if httpapi.FromBrowser(ctx) {
		return "", "", errNativeFromBrowser
	}
	if raw != "" {
		return "", "", cumin.Refuse(cumin.CodeMalformed, "There must be one refresh token.")
	}
	return in.Body.RefreshToken, cumin.SessionNative, nil
}

// without is the refusal that also takes the cookie away.
func (s *service) without(err error) error {
	return huma.ErrorWithHeaders(err, http.Header{"Set-Cookie": {s.cookies.clear()}})
}

func userOf(a cumin.Account) User { return User{ID: a.ID, Name: a.Name, Email: a.Email} }
