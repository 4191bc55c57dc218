package cumin

import (
	"bytes"
	"time"
)

// Presented is a genuine refresh token as seen by the rule below: its
// generation and hash, and how it travelled.
type Presented struct {
	Gen  uint32
	Hash []byte
	Mode SessionMode
}

// Verdict is what becomes of a refresh token that did not rotate.
type Verdict int

// A replay is the immediate parent shown again within the grace (a lost
// answer, two tabs): it gets the identical successor. Reuse is any other
// genuine token: somebody has a copy, the session must end.
const (
	VerdictRefuse Verdict = iota // with the error beside it; nothing changes
	VerdictReplay
	VerdictReuse
)

// Judge decides over a genuine token whose rotation's condition did not hold
// on the stored session s. epoch is the account's, grace how long a parent may
// be shown again. Grace is for the immediate parent only: a grandparent is
// reuse at once.
func (s Session) Judge(p Presented, epoch int64, now time.Time, grace time.Duration) (Verdict, error) {
	switch {
	case p.Mode != s.Mode:
		return VerdictRefuse, errRefreshInvalid
	case !s.RevokedAt.IsZero(), s.Epoch != epoch:
		return VerdictRefuse, errSessionRevoked
	case !now.Before(s.IdleExpires), !now.Before(s.Expires):
		return VerdictRefuse, Refuse(CodeSessionExpired, "Your session has expired. Please sign in again.")
	case p.Gen+1 == s.Gen && bytes.Equal(p.Hash, s.Previous) && now.Sub(s.RotatedAt) <= grace:
		return VerdictReplay, nil
	case p.Gen == s.Gen && bytes.Equal(p.Hash, s.Current):
		// Still current: the condition failed on something that has passed, such
		// as an epoch read a moment too early. Another try will tell.
		return VerdictRefuse, Refuse(CodeUnavailable, "Please try again.")
	}
	return VerdictReuse, nil
}

var (
	errRefreshInvalid = Refuse(CodeRefreshInvalid, "Please sign in.")
	errSessionRevoked = Refuse(CodeSessionRevoked, "This session was ended. Please sign in again.")
)

// Live reports whether the session can still be refreshed in the account's
// epoch.
func (s Session) Live(epoch int64, now time.Time) bool {
	return s.RevokedAt.IsZero() && s.Epoch == epoch && now.Before(s.IdleExpires) && now.Before(s.Expires)
}
