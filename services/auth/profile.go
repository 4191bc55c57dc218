package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
)

var (
	errWrongPassword = cumin.Refuse(cumin.CodeWrongPassword, "This is not your passphrase.")
	errBusyAccount   = cumin.Refuse(cumin.CodeUnavailable, "Your account is being changed elsewhere. Please try again.")
)

// prove checks the password of somebody who is signed in, under the limits of
// a login: a stolen session must not be a place to guess it.
func (a *accounts) prove(ctx context.Context, account cumin.Account, password string) error {
	guesses := ofAccount(account.Email, httpapi.ClientIP(ctx))
	if err := a.throttle.admit(ctx, guesses...); err != nil {
		return err
	}
	ok, _, err := a.hasher.Verify(ctx, account.Password, password)
	if err != nil {
		return err
	}
	if !ok {
		a.refused(ctx, "wrong password of a session")
		return errWrongPassword
	}
	return a.throttle.clear(ctx, guesses...)
}

// change gives an account another name or address. Another address is another
// way in, so it wants the password; it is limited like a registration, since
// it tells the same about others.
func (a *accounts) change(ctx context.Context, account cumin.Account, name, email *string, password string) (cumin.Account, error) {
	next := account
	var wrong []cumin.FieldError
	if name != nil {
		if next.Name = strings.TrimSpace(*name); !goodName(next.Name) {
			wrong = append(wrong, badName)
		}
	}
	if email != nil {
		if next.Email = strings.ToLower(*email); !plainAddress(next.Email) {
			wrong = append(wrong, badAddress)
		}
	}
	if len(wrong) > 0 {
		return account, &cumin.Error{Code: cumin.CodeInvalid, Message: "Some fields are not valid.", Fields: wrong}
	}
	if next == account {
		return account, nil
	}
	if next.Email != account.Email {
		if err := a.prove(ctx, account, password); err != nil {
			return account, err
		}
		if err := a.throttle.admit(ctx, limit{"signup", subscriber(httpapi.ClientIP(ctx)), a.free.Signups, capAddress}); err != nil {
			return account, err
		}
	}
	if err := a.store.UpdateAccount(ctx, account, next); err != nil {
		if errors.Is(err, cumin.ErrLostRace) {
			return account, errBusyAccount
		}
		return account, err
	}
	a.log.InfoContext(ctx, "auth.account_changed", slog.String("user", string(account.ID)),
		slog.Bool("address", next.Email != account.Email), slog.String("request_id", httpapi.RequestID(ctx)))
	return next, nil
}

// changePassword replaces a person's password and ends all of their sessions
// but the one that asks, which moves to the account's new epoch and gets a new
// access token: copies of the old one end with all others. A crash in between
// leaves the new password and no session.
func (s *service) changePassword(ctx context.Context, account cumin.Account, own cumin.SessionID, current, password string) (string, error) {
	if err := s.accounts.prove(ctx, account, current); err != nil {
		return "", err
	}
	if wrong := checkPassword(password, s.accounts.passwordMin, account.Email, account.Name); wrong != nil {
		return "", &cumin.Error{Code: cumin.CodeInvalid, Message: "Some fields are not valid.", Fields: []cumin.FieldError{*wrong}}
	}
	hash, err := s.accounts.hasher.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	if err := s.sessions.revokeAll(ctx, account.ID); err != nil {
		return "", err
	}
	epoch, err := s.accounts.store.ChangePassword(ctx, account.ID, account.Password, hash)
	if errors.Is(err, cumin.ErrLostRace) {
		return "", errWrongPassword // somebody else has just changed it
	}
	if err != nil {
		return "", err
	}
	if err := s.sessions.revokeAll(ctx, account.ID); err != nil { // of tokens minted from the old epoch meanwhile
		return "", err
	}
	issued := s.sessions.clock.Now().Add(time.Millisecond) // younger than what was revoked
	if err := s.accounts.store.AdoptEpoch(ctx, account.ID, own, epoch); err != nil {
		return "", notFoundAs(err, errSessionRevoked)
	}
	s.sessions.log.InfoContext(ctx, "auth.password_changed", slog.String("user", string(account.ID)), slog.String("request_id", httpapi.RequestID(ctx)))
	return s.issuer.Issue(account.ID, own, issued)
}

type profileInput struct {
	Body struct {
		Name     *string `json:"name,omitempty" maxLength:"100"`
		Email    *string `json:"email,omitempty" maxLength:"254" doc:"Another address wants the password"`
		Password string  `json:"password,omitempty" maxLength:"1024"`
	}
}

func (s *service) changeMe(ctx context.Context, in *profileInput) (*meOutput, error) {
	account, _, err := s.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	account, err = s.accounts.change(ctx, account, in.Body.Name, in.Body.Email, in.Body.Password)
	if err != nil {
		return nil, err
	}
	out := &meOutput{CacheControl: "no-store"}
	out.Body.User = userOf(account)
	return out, nil
}

type passwordInput struct {
	Body struct {
		Current  string `json:"current" maxLength:"1024"`
		Password string `json:"password" maxLength:"1024"`
	}
}

type freshToken struct {
	CacheControl string `header:"Cache-Control"`
	Body         SessionBody
}

func (s *service) replacePassword(ctx context.Context, in *passwordInput) (*freshToken, error) {
	account, own, err := s.signedIn(ctx)
	if err != nil {
		return nil, err
	}
	access, err := s.changePassword(ctx, account, own, in.Body.Current, in.Body.Password)
	if err != nil {
		return nil, err
	}
	return &freshToken{CacheControl: "no-store", Body: SessionBody{AccessToken: access, ExpiresIn: s.expiresIn(), User: userOf(account)}}, nil
}
