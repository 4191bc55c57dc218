package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/token"
)

// sessions begins, continues and ends logins.
type sessions struct {
	store  cumin.AuthStore
	clock  cumin.Clock
	newID  cumin.IDSource
	issuer *token.Issuer
	grace  time.Duration
	log    *slog.Logger
}

// tokens are what a client gets: one to show, one to come back with.
type tokens struct {
	access  string
	refresh string
	mode    cumin.SessionMode
	account cumin.Account
}

var (
	errRefreshInvalid = cumin.Refuse(cumin.CodeRefreshInvalid, "Please sign in.")
	errRefreshReused  = cumin.Refuse(cumin.CodeRefreshReused, "Somebody used an old copy of this session, so it was ended. Please sign in again.")
	errSessionRevoked = cumin.Refuse(cumin.CodeSessionRevoked, "This session was ended. Please sign in again.")
)

// begin opens a session for a person who has just proved who they are.
func (s *sessions) begin(ctx context.Context, account cumin.Account, mode cumin.SessionMode) (tokens, error) {
	now := s.clock.Now()
	if err := s.makeRoom(ctx, account); err != nil {
		return tokens{}, err
	}
	se := newSession(account, cumin.SessionID(s.newID(now)), mode, now)
	first := token.NewRefresh(account.ID, se.ID)
	se.TagKey, se.Current = token.NewSecret(), first.Hash()
	se.UserAgent, se.IP = httpapi.UserAgent(ctx), httpapi.ClientIP(ctx)
	if err := s.store.CreateSession(ctx, se); err != nil {
		return tokens{}, err
	}
	s.event(ctx, slog.LevelInfo, "auth.session_begun", se)
	return s.answer(account, se, first, now)
}

// makeRoom ends the oldest sessions beyond the limit. Two logins at once may
// both see one place left; one session too many for a while is harmless.
func (s *sessions) makeRoom(ctx context.Context, account cumin.Account) error {
	live, err := s.live(ctx, account)
	if err != nil {
		return err
	}
	for len(live) >= cumin.MaxSessions {
		if err := s.end(ctx, live[0], cumin.EndedByNewLogin); err != nil {
			return err
		}
		live = live[1:]
	}
	return nil
}

// refresh exchanges a refresh token for its successor and a new access token.
//
// The exchange is one conditional write, so of any number of callers one moves
// the session on. The others, and a client whose answer was lost, show the
// immediate parent and derive the identical successor within the grace. A
// genuine token older than that means a copy exists: the session ends and its
// owner is told. A token that only names a session (wrong tag) changes nothing.
func (s *sessions) refresh(ctx context.Context, raw string, mode cumin.SessionMode) (tokens, error) {
	now := s.clock.Now() // before the account is read: a logout-all in between makes our access token too old
	presented, err := token.ParseRefresh(raw)
	if err != nil {
		return tokens{}, errRefreshInvalid
	}
	se, err := s.genuine(ctx, presented)
	if err != nil {
		return tokens{}, err
	}
	account, err := s.store.Account(ctx, presented.User)
	if err != nil {
		return tokens{}, notFoundAs(err, errRefreshInvalid)
	}
	salt := token.NewSecret()
	next := presented.Next(salt)
	err = s.store.Rotate(ctx, cumin.Rotation{
		User: presented.User, Session: presented.Session, Gen: presented.Gen, From: presented.Hash(), To: next.Hash(),
		Salt: salt, Epoch: account.Epoch, Mode: mode, Now: now,
	})
	if lost, ok := errors.AsType[*cumin.VersionError[cumin.Session]](err); ok {
		se = lost.Current
		verdict, refusal := se.Judge(cumin.Presented{Gen: presented.Gen, Hash: presented.Hash(), Mode: mode}, account.Epoch, now, s.grace)
		switch {
		case refusal != nil:
			return tokens{}, refusal
		case verdict == cumin.VerdictReuse:
			return tokens{}, s.reused(ctx, se)
		}
		next = presented.Next(se.Salt)
	} else if err != nil {
		return tokens{}, notFoundAs(err, errRefreshInvalid)
	}
	return s.answer(account, se, next, now)
}

// genuine reads the session a token names and checks the token's tag.
func (s *sessions) genuine(ctx context.Context, r token.Refresh) (cumin.Session, error) {
	se, err := s.store.Session(ctx, r.User, r.Session)
	if err != nil {
		return cumin.Session{}, notFoundAs(err, errRefreshInvalid)
	}
	if !r.Genuine(se.TagKey) {
		return cumin.Session{}, errRefreshInvalid
	}
	return se, nil
}

// reused ends a session whose token was copied. The revocation goes first and
// the session's own mark last: after a crash in between the next use of the
// copy does it all again, and each step once more is harmless.
func (s *sessions) reused(ctx context.Context, se cumin.Session) error {
	if err := s.store.PutReuseNotice(ctx, cumin.ReuseNotice{
		User: se.User, Session: se.ID, At: s.clock.Now(), UserAgent: se.UserAgent, IP: se.IP,
		Last: cumin.Change{By: se.User, RequestID: httpapi.RequestID(ctx)},
	}); err != nil {
		return err
	}
	if err := s.end(ctx, se, cumin.EndedByReuse); err != nil {
		return err
	}
	s.event(ctx, slog.LevelWarn, "auth.refresh_reuse", se)
	return errRefreshReused
}

// logout ends the session that the token belongs to, whatever its generation.
// With nothing to end it succeeds.
func (s *sessions) logout(ctx context.Context, raw string) error {
	presented, err := token.ParseRefresh(raw)
	if err != nil {
		return nil
	}
	se, err := s.genuine(ctx, presented)
	if errors.Is(err, errRefreshInvalid) {
		return nil
	}
	if err != nil {
		return err
	}
	if !se.RevokedAt.IsZero() {
		return nil
	}
	return s.end(ctx, se, cumin.EndedByLogout)
}

// live lists a person's sessions that can still be refreshed, oldest first.
func (s *sessions) live(ctx context.Context, account cumin.Account) ([]cumin.Session, error) {
	all, err := s.store.Sessions(ctx, account.ID)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	return slices.DeleteFunc(all, func(se cumin.Session) bool { return !se.Live(account.Epoch, now) }), nil
}

// endOne ends one live session of the person; another's, or one that is over,
// is not found.
func (s *sessions) endOne(ctx context.Context, account cumin.Account, id cumin.SessionID) error {
	if !cumin.ValidID(string(id)) {
		return cumin.ErrNotFound
	}
	se, err := s.store.Session(ctx, account.ID, id)
	if err != nil {
		return err
	}
	if !se.Live(account.Epoch, s.clock.Now()) {
		return cumin.ErrNotFound
	}
	return s.end(ctx, se, cumin.EndedByOwner)
}

// endOthers ends all of the person's live sessions but the one that asks.
func (s *sessions) endOthers(ctx context.Context, account cumin.Account, own cumin.SessionID) error {
	all, err := s.live(ctx, account)
	if err != nil {
		return err
	}
	for _, se := range all {
		if se.ID == own {
			continue
		}
		if err := s.end(ctx, se, cumin.EndedByOwner); err != nil {
			return err
		}
	}
	return nil
}

// logoutAll ends every session of a person in one write. What revokes their
// access tokens is put before it, because after it a caller who failed is not
// let in to try again; and once more behind it, because a token minted from
// the old epoch meanwhile is younger than the first.
func (s *sessions) logoutAll(ctx context.Context, user cumin.UserID) error {
	if err := s.revokeAll(ctx, user); err != nil {
		return err
	}
	if err := s.store.RaiseEpoch(ctx, user); err != nil {
		return err
	}
	if err := s.revokeAll(ctx, user); err != nil {
		return err
	}
	s.log.InfoContext(ctx, "auth.logout_all", slog.String("user", string(user)), slog.String("request_id", httpapi.RequestID(ctx)))
	return nil
}

// revokeAll ends the access tokens that the person has now.
func (s *sessions) revokeAll(ctx context.Context, user cumin.UserID) error {
	now := s.clock.Now()
	return s.store.PutRevocation(ctx, cumin.Revocation{At: now, User: user, NotBefore: now})
}

// whoami returns the account behind verified claims, if their session lives.
// It reads both items, so a session that was ended a moment ago is refused.
func (s *sessions) whoami(ctx context.Context, c token.Claims) (cumin.Account, error) {
	account, err := s.store.Account(ctx, c.User)
	if err != nil {
		return cumin.Account{}, notFoundAs(err, errSessionRevoked)
	}
	se, err := s.store.Session(ctx, c.User, c.Session)
	if err != nil {
		return cumin.Account{}, notFoundAs(err, errSessionRevoked)
	}
	if !se.RevokedAt.IsZero() || se.Epoch != account.Epoch {
		return cumin.Account{}, errSessionRevoked
	}
	return account, nil
}

// end revokes a session: first for the access tokens out there, then for its
// refresh token. A caller that fails in between tries again and finds the
// session still there to end.
func (s *sessions) end(ctx context.Context, se cumin.Session, reason string) error {
	now := s.clock.Now()
	if err := s.store.PutRevocation(ctx, cumin.Revocation{At: now, Session: se.ID}); err != nil {
		return err
	}
	if err := s.store.EndSession(ctx, se.User, se.ID, reason, now); err != nil {
		return err
	}
	s.event(ctx, slog.LevelInfo, "auth.session_ended", se, slog.String("reason", reason))
	return nil
}

// answer makes the two tokens. issued is the time of the request's start.
func (s *sessions) answer(account cumin.Account, se cumin.Session, next token.Refresh, issued time.Time) (tokens, error) {
	access, err := s.issuer.Issue(account.ID, se.ID, issued)
	if err != nil {
		return tokens{}, err
	}
	return tokens{access: access, refresh: next.Encode(se.TagKey), mode: se.Mode, account: account}, nil
}

func (s *sessions) event(ctx context.Context, level slog.Level, name string, se cumin.Session, more ...slog.Attr) {
	s.log.LogAttrs(ctx, level, name, append([]slog.Attr{
		slog.String("user", string(se.User)), slog.String("session", string(se.ID)),
		slog.String("ip", httpapi.ClientIP(ctx)), slog.String("request_id", httpapi.RequestID(ctx)),
	}, more...)...)
}

// notFoundAs turns "nothing there" into what it means here.
func notFoundAs(err, meaning error) error {
	if cumin.CodeOf(err) == cumin.CodeNotFound {
		return meaning
	}
	return err
}
