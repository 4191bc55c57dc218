package tokens

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

func TestAForgottenPassphraseIsSetByALinkAndEveryDeviceIsSignedOut(t *testing.T) {
	t.Parallel()
	s := stack.Use(t)
	u, other := newUser(t, "nadia"), newUser(t, "timo")
	elsewhere := u.Elsewhere(t)
	fresh := u.Token()

	reset, token := cumin.NewReset(cumin.UserID(u.ID), time.Now())
	accounts := dynamo.Open(s.AWS(), dynamo.Tables{Auth: s.Outputs()["TableAuth"]}).Auth()
	require.NoError(t, accounts.PutReset(t.Context(), reset))
	set := func(token, passphrase string) error {
		return other.Raw(http.MethodPost, "/auth/reset", map[string]string{"token": token, "password": passphrase}, nil)
	}
	const chosen = "fenugreek mustard and a new start"
	require.Equal(t, "invalid_fields", client.CodeOf(set(token.String(), "short")))
	require.NoError(t, set(token.String(), chosen), "a refused passphrase left the link good")
	require.Equal(t, "reset_expired", client.CodeOf(set(token.String(), "fenugreek mustard and another start")))

	require.Equal(t, "session_revoked", client.CodeOf(u.Refresh(t.Context(), u.Token())))
	require.Equal(t, "session_revoked", client.CodeOf(elsewhere.Refresh(t.Context(), elsewhere.Token())))
	stack.Eventually(t, 5*time.Second, func() error {
		err := refusedWith(u, fresh, "session_revoked")
		if err != nil {
			return refusedWith(u, fresh, "token_expired") // its second of life may end first
		}
		return nil
	})
	require.NoError(t, other.Refresh(t.Context(), other.Token()), "nobody else notices")

	login := func(passphrase string) error {
		return other.Raw(http.MethodPost, "/auth/login", map[string]string{"email": u.Email, "password": passphrase}, nil)
	}
	require.Equal(t, "bad_credentials", client.CodeOf(login(u.Password)))
	require.NoError(t, login(chosen))
}
