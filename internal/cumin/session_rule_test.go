package cumin

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTokensThatDidNotRotate(t *testing.T) {
	t.Parallel()
	rotated := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	const grace = 30 * time.Second
	stored := Session{Mode: SessionCookie, Gen: 5, Current: []byte("five"), Previous: []byte("four"), RotatedAt: rotated,
		IdleExpires: rotated.Add(SessionIdle), Expires: rotated.Add(SessionAbsolute), Epoch: 2}
	parent := Presented{Gen: 4, Hash: []byte("four"), Mode: SessionCookie}
	for name, tc := range map[string]struct {
		change    func(*Session)
		presented Presented
		after     time.Duration
		verdict   Verdict
		code      Code
	}{
		"the parent at once":                 {nil, parent, 0, VerdictReplay, ""},
		"the parent at the end of the grace": {nil, parent, grace, VerdictReplay, ""},
		"the parent by a clock behind":       {nil, parent, -time.Second, VerdictReplay, ""},
		"the parent after the grace":         {nil, parent, grace + time.Millisecond, VerdictReuse, ""},
		"the grandparent":                    {nil, Presented{3, []byte("three"), SessionCookie}, 0, VerdictReuse, ""},
		"another token of that generation":   {nil, Presented{4, []byte("fork"), SessionCookie}, 0, VerdictReuse, ""},
		"a token from the future":            {nil, Presented{9, []byte("nine"), SessionCookie}, 0, VerdictReuse, ""},
		"the current one, condition passed":  {nil, Presented{5, []byte("five"), SessionCookie}, 0, VerdictRefuse, CodeUnavailable},
		"by another way than it was given":   {nil, Presented{4, []byte("four"), SessionNative}, 0, VerdictRefuse, CodeRefreshInvalid},
		"after logout":                       {func(s *Session) { s.RevokedAt = rotated }, parent, 0, VerdictRefuse, CodeSessionRevoked},
		"reuse after logout changes nothing": {func(s *Session) { s.RevokedAt = rotated }, Presented{1, []byte("one"), SessionCookie}, 0, VerdictRefuse, CodeSessionRevoked},
		"after logout everywhere":            {func(s *Session) { s.Epoch = 1 }, parent, 0, VerdictRefuse, CodeSessionRevoked},
		"idle for a week":                    {nil, parent, SessionIdle, VerdictRefuse, CodeSessionExpired},
		"a month old":                        {func(s *Session) { s.Expires = rotated }, parent, 0, VerdictRefuse, CodeSessionExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stored
			if tc.change != nil {
				tc.change(&s)
			}
			verdict, err := s.Judge(tc.presented, 2, rotated.Add(tc.after), grace)
			require.Equal(t, tc.verdict, verdict)
			if tc.code != "" {
				require.Equal(t, tc.code, CodeOf(err))
				return
			}
			require.NoError(t, err)
		})
	}
}
