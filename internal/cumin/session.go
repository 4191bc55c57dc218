package cumin

import (
	"context"
	"time"
)

// Account is a person as the auth service alone knows them.
type Account struct {
	ID        UserID
	Email     string // in lower case; unique
	Name      string
	Password  string // PHC string of the hash
	Epoch     int64  // raised by logout-all: sessions of an older epoch are over
	CreatedAt time.Time
}

// SessionMode pins where a session's refresh token travels.
type SessionMode string

// Browsers hold the token in a cookie no script can read; other clients get
// it in the body.
const (
	SessionCookie SessionMode = "cookie"
	SessionNative SessionMode = "native"
)

// Lifetimes of a session (NIST 800-63B AAL1: at most 30 days).
const (
	SessionIdle     = 7 * 24 * time.Hour  // without a refresh
	SessionAbsolute = 30 * 24 * time.Hour // in any case
	SessionKept     = 24 * time.Hour      // the item outlives the session, so that a late token is still known as reuse
)

// MaxSessions is how many live sessions a user may have; the oldest ends when
// one more begins.
const MaxSessions = 20

// Session is one login. It stores hashes and salts only: neither a leaked item
// nor an old token yields a usable one.
type Session struct {
	ID       SessionID
	User     UserID
	Mode     SessionMode
	Gen      uint32 // generation of the current refresh token, from 1
	TagKey   []byte // 32 bytes; tells tokens really issued from made-up ones
	Current  []byte // SHA-256 of the current refresh secret
	Previous []byte // of its parent; empty in the first generation
	Salt     []byte // derives Current's secret from the parent's

	CreatedAt   time.Time
	RotatedAt   time.Time
	LastSeen    time.Time
	IdleExpires time.Time
	Expires     time.Time
	Epoch       int64 // of the account when the session began
	UserAgent   string
	IP          string

	RevokedAt time.Time // zero while it lives
	Reason    string    // why it was revoked
}

// Why sessions end.
const (
	EndedByLogout   = "logout"
	EndedByReuse    = "reuse"
	EndedByOwner    = "owner"    // from the list of sessions
	EndedByNewLogin = "replaced" // MaxSessions
)

// Rotation moves a session on by one generation, if it still is what the
// caller presented: From is the hash of the presented secret.
type Rotation struct {
	User    UserID
	Session SessionID
	Gen     uint32 // of the presented token
	From    []byte
	To      []byte // hash of the successor
	Salt    []byte
	Epoch   int64 // of the account now
	Mode    SessionMode
	Now     time.Time
}

// Revocation ends access tokens before their time: those of one session, or
// all of a user's that were issued up to NotBefore.
type Revocation struct {
	At        time.Time
	Session   SessionID // either this …
	User      UserID    // … or this, with NotBefore
	NotBefore time.Time
}

// RevocationKept is how long a revocation must be remembered: no access token
// is older than five minutes, and clocks differ a little.
const RevocationKept = 6 * time.Minute

// ThrottleBlocked is an attempt refused because earlier ones must wait until
// Until.
type ThrottleBlocked struct{ Until time.Time }

func (e *ThrottleBlocked) Error() string { return "throttled until " + e.Until.Format(time.RFC3339) }

// AuthStore keeps accounts, sessions, resets, throttles and revocations.
type AuthStore interface {
	// CreateAccount stores the account, its address lock and its public profile,
	// all or nothing. A taken address: CodeEmailTaken.
	CreateAccount(ctx context.Context, a Account) error
	// Account reads one account, consistently. None: ErrNotFound.
	Account(ctx context.Context, id UserID) (Account, error)
	// AccountByEmail finds the account of an address, consistently. None:
	// ErrNotFound.
	AccountByEmail(ctx context.Context, email string) (Account, error)
	// SetPassword replaces a hash that is still old; otherwise it does nothing.
	SetPassword(ctx context.Context, id UserID, old, hash string) error
	// ChangePassword replaces a hash that is still old and ends all sessions of
	// the account in one write; it returns the new epoch. ErrLostRace when the
	// hash is another by now.
	ChangePassword(ctx context.Context, id UserID, old, hash string) (epoch int64, err error)
	// UpdateAccount stores another name or address of the account, with its
	// address lock and public profile, all or nothing. A taken address:
	// CodeEmailTaken. ErrLostRace when the address is another by now.
	UpdateAccount(ctx context.Context, read, next Account) error
	// RaiseEpoch ends all sessions of the account in one write.
	RaiseEpoch(ctx context.Context, id UserID) error

	// PutReset stores a reset in the place of any earlier one of its account.
	PutReset(ctx context.Context, r Reset) error
	// Reset reads the account's reset, consistently. None: ErrNotFound.
	Reset(ctx context.Context, id UserID) (Reset, error)
	// ResetPassword uses up the reset with this token hash, sets the account's
	// password hash and ends all its sessions, all or nothing. ErrResetOver when
	// the reset is not that one any more, or too old at now.
	ResetPassword(ctx context.Context, id UserID, token []byte, hash string, now time.Time) error

	CreateSession(ctx context.Context, s Session) error
	// Session reads one session, consistently. None: ErrNotFound.
	Session(ctx context.Context, user UserID, id SessionID) (Session, error)
	// Sessions lists a user's sessions that have not been cleaned away, oldest
	// first; some may be over.
	Sessions(ctx context.Context, user UserID) ([]Session, error)
	// Rotate moves the session on in one conditional write. When the condition
	// does not hold it returns *VersionError[Session] with what is stored, or
	// ErrNotFound.
	Rotate(ctx context.Context, r Rotation) error
	// AdoptEpoch lets a live session go on in another epoch of its account.
	// ErrNotFound when it is over.
	AdoptEpoch(ctx context.Context, user UserID, id SessionID, epoch int64) error
	// EndSession revokes the session unless it is revoked already or gone.
	EndSession(ctx context.Context, user UserID, id SessionID, reason string, at time.Time) error

	// PutRevocation publishes a revocation; again is harmless.
	PutRevocation(ctx context.Context, r Revocation) error
	// Revocations lists what was revoked in the minute that contains at.
	Revocations(ctx context.Context, at time.Time) ([]Revocation, error)
	// PutReuseNotice leaves word for the owner that a session was ended because
	// an old refresh token was used; again is harmless.
	PutReuseNotice(ctx context.Context, n ReuseNotice) error

	// CountAttempt adds one to a throttle's counter and returns it. While the
	// throttle blocks it counts nothing and returns *ThrottleBlocked.
	CountAttempt(ctx context.Context, key string, now, forget time.Time) (int64, error)
	// BlockAttempts makes the throttle block until until. Of parallel callers
	// one succeeds, the others get *ThrottleBlocked.
	BlockAttempts(ctx context.Context, key string, now, until time.Time) error
	// ClearAttempts forgets the counter.
	ClearAttempts(ctx context.Context, key string) error
}

// ReuseNotice is put when an old refresh token of a session was used: somebody
// has a copy. There is one per session, however often that happens.
type ReuseNotice struct {
	User      UserID
	Session   SessionID
	At        time.Time
	UserAgent string // of the session's own device
	IP        string
	Last      Change // the request that used the old token
}
