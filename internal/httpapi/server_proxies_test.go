package httpapi

import (
	"io"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestATrustedProxyThatIsNoAddressIsRefused(t *testing.T) {
	t.Parallel()
	cfg := Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Origins: []string{"https://localhost:8443"}}
	for proxy, want := range map[string]bool{"10.0.0.0/8": true, "172.18.0.2": true, "::1": true, "nginx": false, "10.0.0.0/99": false} {
		cfg.TrustedProxies = []string{proxy}
		_, err := New(cfg)
		require.Equal(t, want, err == nil, "%s: %v", proxy, err)
	}
}
