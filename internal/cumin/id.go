package cumin

import (
	"strings"
	"time"
)

// The ids. Each is a ULID in its canonical 26 characters (Crockford base 32,
// upper case, time-ordered); a type of its own keeps one from standing in for
// another.
type (
	UserID         string
	SessionID      string
	ProjectID      string
	TaskID         string
	ExportID       string
	EventID        string
	InstanceID     string // one boot of one sockets process
	NotificationID string
	InviteID       string
	CommentID      string
)

// IDSource makes a new ULID for the given time. Injected, so that tests can
// name what they create.
type IDSource func(at time.Time) string

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ValidID reports whether s is a canonical ULID. A caller's id is checked
// before it becomes part of a key.
func ValidID(s string) bool {
	if len(s) != 26 || s[0] > '7' {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte(crockford, s[i]) < 0 {
			return false
		}
	}
	return true
}
