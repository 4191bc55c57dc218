package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
)

// resetPassword sets a forgotten password by the link of `cumin passphrase` and
// ends all sessions of its person. What spends the link, sets the password and
// ends the sessions is one transaction: the same request again, at once or
// after a lost answer, finds the link used. Access tokens are revoked around it
// as in logoutAll; a crash behind it leaves at most those that were minted
// while it ran, until they expire.
func (s *service) resetPassword(ctx context.Context, raw, password string) error {
	token, err := cumin.ParseResetToken(raw)
	if err != nil {
		return err
	}
	account, err := s.accounts.byReset(ctx, token)
	if err != nil {
		return err
	}
	if wrong := checkPassword(password, s.accounts.passwordMin, account.Email, account.Name); wrong != nil {
		return &cumin.Error{Code: cumin.CodeInvalid, Message: "Some fields are not valid.", Fields: []cumin.FieldError{*wrong}}
	}
	hash, err := s.accounts.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	if err := s.sessions.revokeAll(ctx, account.ID); err != nil {
		return err
	}
	if err := s.accounts.store.ResetPassword(ctx, account.ID, token.Hash(), hash, s.accounts.clock.Now()); err != nil {
		return err
	}
	if err := s.sessions.revokeAll(ctx, account.ID); err != nil {
		return err
	}
	s.sessions.log.InfoContext(ctx, "auth.password_reset", slog.String("user", string(account.ID)), slog.String("request_id", httpapi.RequestID(ctx)))
	// Who forgot it has probably guessed before: the new one need not wait for that.
	return s.accounts.throttle.clear(ctx, ofAccount(account.Email, httpapi.ClientIP(ctx))...)
}

// byReset finds the account whose password a token may set. A token that is
// used, too old or made up is refused alike.
func (a *accounts) byReset(ctx context.Context, token cumin.ResetToken) (cumin.Account, error) {
	reset, err := a.store.Reset(ctx, token.User)
	if errors.Is(err, cumin.ErrNotFound) || err == nil && !reset.Opens(token, a.clock.Now()) {
		return cumin.Account{}, cumin.ErrResetOver
	}
	if err != nil {
		return cumin.Account{}, err
	}
	account, err := a.store.Account(ctx, token.User)
	return account, notFoundAs(err, cumin.ErrResetOver)
}

type resetInput struct {
	Body struct {
		Token    string `json:"token" maxLength:"200" doc:"What follows # in the link"`
		Password string `json:"password" maxLength:"1024"`
	}
}

func (s *service) reset(ctx context.Context, in *resetInput) (*struct{}, error) {
	if err := s.accounts.throttle.admit(ctx, s.accounts.fromAddress(ctx)); err != nil {
		return nil, err
	}
	return nil, s.resetPassword(ctx, in.Body.Token, in.Body.Password)
}
