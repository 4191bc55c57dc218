package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var environment = map[string]string{
	"CUMIN_LISTEN": "127.0.0.1:0", "CUMIN_ORIGINS": "https://a.test, https://b.test", "CUMIN_JWKS_URL": "http://127.0.0.1:9101/jwks.json",
	"CUMIN_TABLE_AUTH": "s-auth", "CUMIN_TABLE_CORE": "s-core", "CUMIN_TABLE_TASKS": "s-tasks", "CUMIN_TABLE_JOBS": "s-jobs",
	"CUMIN_TABLE_INBOX": "s-inbox", "CUMIN_TABLE_EPHEMERAL": "s-ephemeral", "CUMIN_BUCKET_EXPORTS": "s-exports", "CUMIN_CURSOR_KEY_FILE": "key",
}

func TestConfigReportsEverythingThatIsWrongAtOnce(t *testing.T) {
	t.Parallel()
	cfg, err := ConfigFromEnv(func(name string) string { return environment[name] })
	require.NoError(t, err)
	require.Equal(t, []string{"https://a.test", "https://b.test"}, cfg.Origins)
	require.Equal(t, []any{50.0, slog.LevelInfo, ""}, []any{cfg.Rate, cfg.LogLevel, cfg.S3PublicEndpoint})

	wrong := map[string]string{
		"CUMIN_LISTEN": "x", "CUMIN_JWKS_URL": "jwks", "CUMIN_RATE_API": "-1", "CUMIN_LOG_LEVEL": "loud", "CUMIN_S3_PUBLIC_ENDPOINT": "localhost",
	}
	_, err = ConfigFromEnv(func(name string) string { return wrong[name] })
	for _, name := range []string{
		"CUMIN_ORIGINS", "CUMIN_JWKS_URL", "CUMIN_TABLE_CORE", "CUMIN_BUCKET_EXPORTS", "CUMIN_CURSOR_KEY_FILE",
		"CUMIN_RATE_API", "CUMIN_LOG_LEVEL", "CUMIN_S3_PUBLIC_ENDPOINT",
	} {
		require.ErrorContains(t, err, name)
	}
	require.NotContains(t, err.Error(), "CUMIN_LISTEN")
}

func TestProcessesThatStartTogetherShareOneCursorKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "cursor.key")
	var keys [8][]byte
	var errs [8]error
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() { keys[i], errs[i] = loadCursorKey(path) })
	}
	wg.Wait()
	for i := range keys {
		require.NoError(t, errs[i])
		require.Equal(t, keys[0], keys[i])
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	files, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing is left beside it")

	require.NoError(t, os.WriteFile(path, []byte("short"), 0o600))
	_, err = loadCursorKey(path)
	require.ErrorContains(t, err, "5 bytes")
}
