package environ

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileAddsSettingsThatAreNotThereYet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outputs.env")
	require.NoError(t, os.WriteFile(path, []byte("# the stack's outputs\n\nCUMIN_T_TABLE=cumin-core\nCUMIN_T_URL=http://aws:4566/q?a=b\nCUMIN_T_MINE=theirs\n"), 0o600))
	t.Setenv(FileVariable, path)
	t.Setenv("CUMIN_T_MINE", "mine")
	for _, name := range []string{"CUMIN_T_TABLE", "CUMIN_T_URL"} {
		t.Setenv(name, "") // restored after the test
		require.NoError(t, os.Unsetenv(name))
	}
	require.NoError(t, LoadFile())
	require.Equal(t, "cumin-core", os.Getenv("CUMIN_T_TABLE"))
	require.Equal(t, "http://aws:4566/q?a=b", os.Getenv("CUMIN_T_URL"))
	require.Equal(t, "mine", os.Getenv("CUMIN_T_MINE"))
}

func TestWithoutAFileNothingIsAdded(t *testing.T) {
	t.Setenv(FileVariable, "")
	require.NoError(t, LoadFile())
}

func TestABadFileIsRefusedByLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outputs.env")
	t.Setenv(FileVariable, path)
	require.ErrorIs(t, LoadFile(), os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte("CUMIN_T=1\nno setting\n"), 0o600))
	t.Setenv("CUMIN_T", "")
	require.ErrorContains(t, LoadFile(), "line 2")
}
