package iam

import (
	"context"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Session is temporary credentials of a role or of a user.
type Session struct {
	Key     string
	Secret  string
	Token   string
	Account string
	Role    string // ARN; empty for a user's session
	User    string // name; empty for a role's session
	Name    string // RoleSessionName
	ARN     string
	ID      string
	Policy  string // what the session may do at most; empty: all its role may
	Issued  time.Time
	Expires time.Time
}

// Errors of who may not be who they say they are.

func errExpired() *wire.Error {
	return wire.Errorf(400, "ExpiredTokenException", "The security token included in the request is expired")
}

func errInactive() *wire.Error {
	return wire.Errorf(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
}

// Caller tells who has an access key; ok is false for a key that was not given
// out here. Errors: ExpiredTokenException, InvalidClientTokenId.
func (s *Service) Caller(accessKey string) (who Principal, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.keys.Get(accessKey); ok {
		u, there := s.users.Get(key(k.Account, k.User))
		if k.Inactive || !there {
			return Principal{Account: k.Account}, true, errInactive()
		}
		return Principal{ARN: u.ARN, Account: u.Account, ID: u.ID, User: u.Name, Tags: u.Tags}, true, nil
	}
	session, ok := s.sessions.Get(accessKey)
	if !ok {
		return Principal{}, false, nil
	}
	who = Principal{ARN: session.ARN, Account: session.Account, ID: session.ID, Role: session.Role, User: session.User, Issued: session.Issued, Expires: session.Expires}
	if !s.cfg.Clock.Now().Before(session.Expires) {
		return who, true, errExpired()
	}
	if r := s.roleByARN(session.Role); r != nil {
		who.Tags = r.Tags
	}
	if session.Policy != "" {
		p, err := ParsePolicy(session.Policy)
		if err != nil {
			p = Policy{} // one that cannot be read any more allows nothing
		}
		who.limit = &p
	}
	return who, true, nil
}

// Secret is the secret of an access key that was given out here.
func (s *Service) Secret(accessKey string) (secret string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.keys.Get(accessKey); ok {
		return k.Secret, true
	}
	if session, ok := s.sessions.Get(accessKey); ok {
		return session.Secret, true
	}
	return "", false
}

// Wish is what is asked of a new session.
type Wish struct {
	Name       string
	Seconds    int // 0: one hour
	Policy     string
	ExternalID string
}

var sessionName = pattern.New(`^[\w+=,.@-]{2,64}$`)

// Assume gives somebody the credentials of a role that trusts them. Errors:
// AccessDenied, ValidationError, MalformedPolicyDocument.
func (s *Service) Assume(ctx context.Context, who Principal, roleARN string, w Wish) (*Session, error) {
	if !sessionName.MatchString(w.Name) {
		return nil, wire.Errorf(400, "ValidationError", "1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*", w.Name)
	}
	denied := func(d Decision) error {
		return wire.Errorf(403, "AccessDenied", "%s", d.Denial(who.ARN, "sts:AssumeRole", roleARN))
	}
	role, ok := s.RoleByARN(roleARN)
	if !ok {
		return nil, denied(Decision{By: "resource-based"}) // AWS does not tell that it is not there
	}
	keys := Keys{}
	keys.Set("sts:RoleSessionName", w.Name)
	if w.ExternalID != "" {
		keys.Set("sts:ExternalId", w.ExternalID)
	}
	if d := s.trusted(role, who, keys); !d.Allowed && !s.cfg.Unevaluated {
		return nil, denied(d)
	}
	if w.Seconds == 0 {
		w.Seconds = 3600
	}
	if w.Seconds < 900 || w.Seconds > role.MaxSession {
		return nil, wire.Errorf(400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	if w.Policy != "" {
		if _, err := ParsePolicy(w.Policy); err != nil {
			return nil, err
		}
	}
	return s.issue(roleSession(role, w.Name, w.Policy), w.Seconds)
}

// Lend gives a service of AWS the credentials of a role that trusts it, for a
// task it runs: as long as the task. Errors: AccessDenied, ValidationError.
func (s *Service) Lend(who Principal, roleARN, name string) (*Session, error) {
	if !sessionName.MatchString(name) {
		return nil, wire.Errorf(400, "ValidationError", "session is not a session's name")
	}
	role, ok := s.RoleByARN(roleARN)
	if !ok || who.Service == "" || !s.trusted(role, who, nil).Allowed && !s.cfg.Unevaluated {
		return nil, wire.Errorf(403, "AccessDenied", "ECS was unable to assume the role '%s' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions.", roleARN)
	}
	return s.issue(roleSession(role, name, ""), lent)
}

// lent is how long lent credentials live, in seconds: longer than any test
// moves the clock.
const lent = 100 * 365 * 24 * 3600

func roleSession(role *Role, name, policy string) Session {
	return Session{
		Account: role.Account, Role: role.ARN, Name: name, Policy: policy,
		ARN: "arn:aws:sts::" + role.Account + ":assumed-role/" + role.Name + "/" + name, ID: role.ID + ":" + name,
	}
}

// UserSession gives a user temporary credentials (GetSessionToken).
func (s *Service) UserSession(who Principal, seconds int) (*Session, error) {
	if seconds == 0 {
		seconds = 43200
	}
	if seconds < 900 || seconds > 129600 {
		return nil, wire.Errorf(400, "ValidationError", "1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 129600", seconds)
	}
	return s.issue(Session{Account: who.Account, User: who.User, ARN: who.ARN, ID: who.ID}, seconds)
}

// issue makes the credentials and forgets those of a day ago.
func (s *Service) issue(session Session, seconds int) (*Session, error) {
	session.Issued = s.cfg.Clock.Now()
	session.Expires = session.Issued.Add(time.Duration(seconds) * time.Second)
	session.Key, session.Secret = newAccessKey("ASIA")
	_, session.Token = newAccessKey("")
	s.mu.Lock()
	for _, old := range s.sessions.All("") {
		if session.Issued.Sub(old.Expires) > 24*time.Hour {
			s.sessions.Delete(old.Key) // awaited with the new one, which comes after it
		}
	}
	wait := s.sessions.Put(session.Key, &session)
	s.mu.Unlock()
	return &session, wait()
}
