package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Not parallel: these set the environment.

func complete(t *testing.T) {
	for name, value := range map[string]string{
		"CUMIN_LISTEN": "127.0.0.1:9103", "CUMIN_ORIGINS": "https://a:1,http://b:2", "CUMIN_JWKS_URL": "http://c/jwks",
		"CUMIN_STACK": "cumin", "CUMIN_TABLE_AUTH": "t1", "CUMIN_TABLE_CORE": "t2", "CUMIN_TABLE_INBOX": "t3",
		"CUMIN_TABLE_EPHEMERAL": "t4", "CUMIN_INSTANCE": "", "CUMIN_DRAIN_SPAN": "", "CUMIN_LOG_LEVEL": "",
	} {
		t.Setenv(name, value)
	}
}

func TestConfigFromEnv(t *testing.T) {
	complete(t)
	cfg, err := ConfigFromEnv()
	require.NoError(t, err)
	require.Equal(t, []string{"https://a:1", "http://b:2"}, cfg.Origins)
	require.Equal(t, "a", cfg.Instance)
	require.Equal(t, 3*time.Second, cfg.DrainSpan)

	t.Setenv("CUMIN_INSTANCE", "b")
	t.Setenv("CUMIN_DRAIN_SPAN", "20s")
	cfg, err = ConfigFromEnv()
	require.NoError(t, err)
	require.Equal(t, "b", cfg.Instance)
	require.Equal(t, 20*time.Second, cfg.DrainSpan)
}

func TestConfigReportsEveryProblem(t *testing.T) {
	complete(t)
	t.Setenv("CUMIN_LISTEN", "")
	t.Setenv("CUMIN_TABLE_INBOX", "")
	t.Setenv("CUMIN_STACK", "no spaces")
	t.Setenv("CUMIN_INSTANCE", "a.b")
	t.Setenv("CUMIN_DRAIN_SPAN", "2h")
	t.Setenv("CUMIN_LOG_LEVEL", "loud")
	_, err := ConfigFromEnv()
	for _, name := range []string{"CUMIN_LISTEN", "CUMIN_TABLE_INBOX", "CUMIN_STACK", "CUMIN_INSTANCE", "CUMIN_DRAIN_SPAN", "CUMIN_LOG_LEVEL"} {
		require.ErrorContains(t, err, name)
	}
}
