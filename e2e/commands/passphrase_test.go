package commands

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/platform"
)

// forgetful is one of the demo, which goes on when its people have other
// passphrases.
var forgetful = demo.People()[1]

var resetLink = regexp.MustCompile(`(?m)^  (\S+)/reset#(\S+)$`)

// forgottenPassphrase goes the way of somebody who forgot theirs on a running
// stack: who runs it makes a link, here or with the AWS named by the environment.
func forgottenPassphrase(t *testing.T, s *running) {
	t.Helper()
	require.Contains(t, s.refused("passphrase", "nobody@example.com"), "nobody is registered as nobody@example.com")

	first := s.link(s.run("passphrase", forgetful.Email), s.url)
	elsewhere := s.command("passphrase", forgetful.Email, "--url", "https://cumin.example.com")
	elsewhere.Env = append(elsewhere.Env, s.awsEnvironment()...)
	out, err := elsewhere.CombinedOutput()
	require.NoError(t, err, "%s", out)
	second := s.link(string(out), "https://cumin.example.com")

	const chosen = "saffron sumac and a new start"
	require.Equal(t, http.StatusGone, s.reset(first, chosen), "a newer link took its place")
	require.Equal(t, http.StatusNoContent, s.reset(second, chosen))
	require.Equal(t, http.StatusGone, s.reset(second, chosen), "it opens once")
	var in session
	s.call(http.MethodPost, "/auth/login", "", map[string]string{"email": forgetful.Email, "password": chosen, "client": "native"}, &in)
	require.NotEmpty(t, in.AccessToken)
}

// link reads the token out of what the command said.
func (s *running) link(said, origin string) string {
	s.t.Helper()
	found := resetLink.FindStringSubmatch(said)
	require.NotNil(s.t, found, said)
	require.Equal(s.t, origin, found[1])
	return found[2]
}

// awsEnvironment names the running stack's AWS as one would somebody else's.
func (s *running) awsEnvironment() []string {
	s.t.Helper()
	state, err := platform.ReadState(s.home)
	require.NoError(s.t, err)
	h := state.Home
	return []string{"AWS_ENDPOINT_URL=" + h.Endpoint, "AWS_REGION=" + h.Region, "AWS_ACCESS_KEY_ID=" + h.Key, "AWS_SECRET_ACCESS_KEY=" + h.Secret, "CUMIN_CLOCK_URL=" + h.ClockURL}
}

// reset sets a passphrase by a token and returns the answer's status.
func (s *running) reset(token, passphrase string) int {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"token": token, "password": passphrase})
	require.NoError(s.t, err)
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/auth/reset", bytes.NewReader(body))
	require.NoError(s.t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	require.NoError(s.t, resp.Body.Close())
	return resp.StatusCode
}
