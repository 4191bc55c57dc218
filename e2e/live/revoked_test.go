package live

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
)

// revokedWithin is the product's three seconds and what a busy machine adds.
const revokedWithin = 5 * time.Second

// TestARevokedSessionIsOverWithinSeconds: ended on one device, a session's access
// token, which would be good for minutes, is refused on the other, and its
// sockets are closed, whatever their transport.
func TestARevokedSessionIsOverWithinSeconds(t *testing.T) {
	t.Parallel()
	u := newUser(t, "noor")
	lost := u.Elsewhere(t)
	devices := []*client.Socket{lost.Connect(t, client.WebSocket), lost.Connect(t, client.Polling)}
	mine := u.Connect(t, client.WebSocket)
	var list struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	u.Must(t, http.MethodGet, "/auth/sessions", nil, &list)
	require.Len(t, list.Items, 2)

	for _, s := range list.Items {
		if !s.Current {
			u.Must(t, http.MethodDelete, "/auth/sessions/"+s.ID, nil, nil)
		}
	}
	at := time.Now()
	stack.Eventually(t, revokedWithin, func() error {
		err := lost.Raw(http.MethodGet, "/api/v1/projects", nil, nil, "Authorization", "Bearer "+lost.Token())
		if client.CodeOf(err) == string(cumin.CodeSessionRevoked) {
			return nil
		}
		require.NoError(t, err, "it is good until it is revoked")
		return &client.Problem{Raw: "the token is still good"}
	})
	token := time.Since(at)
	var sockets []time.Duration
	for _, d := range devices {
		d.WaitEnded(t, string(cumin.CodeSessionRevoked))
		sockets = append(sockets, d.Ends()[0].Came.Sub(at).Round(time.Millisecond))
	}
	t.Logf("figure: a revoked session's access token was refused after %s, its sockets were closed after %v", token.Round(time.Millisecond), sockets)
	for _, took := range sockets {
		require.Less(t, took, revokedWithin)
	}
	require.NoError(t, u.Do(t.Context(), http.MethodGet, "/api/v1/projects", nil, nil), "the device that asked stays signed in")
	require.Empty(t, mine.Ends())
}
