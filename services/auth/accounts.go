package main

import (
	"context"
	"log/slog"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
)

// accounts registers people and checks who they are.
type accounts struct {
	store       cumin.AuthStore
	clock       cumin.Clock
	newID       cumin.IDSource
	hasher      *hasher
	throttle    throttle
	free        FreeAttempts
	passwordMin int
	log         *slog.Logger
}

// Free attempts per account: from one network, and from anywhere.
const (
	freePerNetwork = 5
	freePerAccount = 20
)

var errBadCredentials = cumin.Refuse(cumin.CodeBadCredentials, "The e-mail address or the passphrase is not right.")

// ofAccount limits guesses at one account: from the client's network, and from
// anywhere.
func ofAccount(email, ip string) []limit {
	return []limit{{"net", email + "|" + network(ip), freePerNetwork, capAccount}, {"acct", email, freePerAccount, capAccount}}
}

// fromAddress limits the logins, and whatever is as costly, of one client.
func (a *accounts) fromAddress(ctx context.Context) limit {
	return limit{"ip", subscriber(httpapi.ClientIP(ctx)), a.free.Logins, capAddress}
}

// register makes an account. That a taken address is told (409) is accepted
// until addresses are verified by mail; registrations are few per address.
func (a *accounts) register(ctx context.Context, email, name, password string) (cumin.Account, error) {
	email, name = strings.ToLower(email), strings.TrimSpace(name)
	if err := checkNew(email, name, password, a.passwordMin); err != nil {
		return cumin.Account{}, err
	}
	if err := a.throttle.admit(ctx, limit{"signup", subscriber(httpapi.ClientIP(ctx)), a.free.Signups, capAddress}); err != nil {
		return cumin.Account{}, err
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return cumin.Account{}, err
	}
	now := a.clock.Now()
	account := cumin.Account{ID: cumin.UserID(a.newID(now)), Email: email, Name: name, Password: hash, CreatedAt: now}
	if err := a.store.CreateAccount(ctx, account); err != nil {
		return cumin.Account{}, err
	}
	a.log.InfoContext(ctx, "auth.registered", slog.String("user", string(account.ID)), slog.String("request_id", httpapi.RequestID(ctx)))
	return account, nil
}

// login finds out who knows the password. Whether the address or the password
// is wrong shows neither in the answer nor in its time.
func (a *accounts) login(ctx context.Context, email, password string) (cumin.Account, error) {
	email = strings.ToLower(email)
	guesses := ofAccount(email, httpapi.ClientIP(ctx))
	if err := a.throttle.admit(ctx, append([]limit{a.fromAddress(ctx)}, guesses...)...); err != nil {
		a.refused(ctx, "throttled")
		return cumin.Account{}, err
	}
	account, err := a.find(ctx, email)
	if err != nil {
		return cumin.Account{}, err
	}
	ok, outdated, err := a.hasher.Verify(ctx, account.Password, password)
	if err != nil {
		return cumin.Account{}, err
	}
	if !ok {
		a.refused(ctx, "bad credentials")
		return cumin.Account{}, errBadCredentials
	}
	if err := a.throttle.clear(ctx, guesses...); err != nil {
		return cumin.Account{}, err
	}
	if outdated {
		if err := a.rehash(ctx, account, password); err != nil {
			return cumin.Account{}, err
		}
	}
	return account, nil
}

// find returns the account of an address, the zero account when there is none.
// For an unknown address it reads an account that nobody has, so that both take
// two reads.
func (a *accounts) find(ctx context.Context, email string) (cumin.Account, error) {
	account, err := a.store.AccountByEmail(ctx, email)
	if cumin.CodeOf(err) == cumin.CodeNotFound {
		account, err = a.store.Account(ctx, nobody)
	}
	if cumin.CodeOf(err) == cumin.CodeNotFound {
		return cumin.Account{}, nil
	}
	return account, err
}

// nobody is an id that is never given out.
const nobody = cumin.UserID("00000000000000000000000000")

// rehash stores the password under today's parameters; only now is it known.
func (a *accounts) rehash(ctx context.Context, account cumin.Account, password string) error {
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return a.store.SetPassword(ctx, account.ID, account.Password, hash)
}

// refused is logged without the address: a typed password may stand in it.
func (a *accounts) refused(ctx context.Context, why string) {
	a.log.WarnContext(ctx, "auth.login_refused", slog.String("why", why), slog.String("ip", httpapi.ClientIP(ctx)), slog.String("request_id", httpapi.RequestID(ctx)))
}

// Limits of an account's fields.
const (
	maxEmailBytes = 254 // RFC 5321
	maxName       = 100 // characters
)

// checkNew collects everything that is wrong with a registration.
func checkNew(email, name, password string, passwordMin int) error {
	var fields []cumin.FieldError
	if !plainAddress(email) {
		fields = append(fields, badAddress)
	}
	if !goodName(name) {
		fields = append(fields, badName)
	}
	if wrong := checkPassword(password, passwordMin, email, name); wrong != nil {
		fields = append(fields, *wrong)
	}
	if len(fields) > 0 {
		return &cumin.Error{Code: cumin.CodeInvalid, Message: "Some fields are not valid.", Fields: fields}
	}
	return nil
}

var (
	badAddress = cumin.FieldError{Pointer: "/email", Code: "wrong_format", Message: "This is not an e-mail address."}
	badName    = cumin.FieldError{Pointer: "/name", Code: "wrong_format", Message: "Use 1 to 100 characters."}
)

func goodName(name string) bool {
	return utf8.RuneCountInString(name) <= maxName && cumin.PlainLine(name)
}

// plainAddress wants "local@domain" and nothing around it. Its lower-case form
// becomes a key, so what merely parses (quotes, comments, spaces) is refused.
func plainAddress(s string) bool {
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || len(s) > maxEmailBytes {
		return false
	}
	hidden := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }
	return !strings.ContainsAny(s, "\"()") && !strings.ContainsFunc(s, hidden) && strings.Count(s, "@") == 1
}

// newSession begins a session in its first generation.
func newSession(account cumin.Account, id cumin.SessionID, mode cumin.SessionMode, now time.Time) cumin.Session {
	return cumin.Session{
		ID: id, User: account.ID, Mode: mode, Gen: 1, Epoch: account.Epoch,
		CreatedAt: now, RotatedAt: now, LastSeen: now,
		IdleExpires: now.Add(cumin.SessionIdle), Expires: now.Add(cumin.SessionAbsolute),
	}
}
