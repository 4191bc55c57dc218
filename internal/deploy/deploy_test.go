package deploy

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOutputsBecomeTheVariablesThatServicesRead(t *testing.T) {
	t.Parallel()
	env := Outputs{"TableAuth": "s-auth", "QueueExportsDead": "url", "Stack": "s"}.Env()
	slices.Sort(env)
	require.Equal(t, []string{"CUMIN_QUEUE_EXPORTS_DEAD=url", "CUMIN_STACK=s", "CUMIN_TABLE_AUTH=s-auth"}, env)
}

func TestPackageNamesAZipByItsContent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range FunctionNames() {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("binary of "+name), 0o755))
	}
	packaged := func() []Function {
		require.NoError(t, Package(dir))
		functions, err := Packaged(dir)
		require.NoError(t, err)
		return functions
	}
	first, second := packaged(), packaged()
	require.Equal(t, first, second, "the same binaries give the same hashes")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "dispatch"), []byte("another"), 0o755))
	third := packaged()
	for i := range first {
		require.Equal(t, first[i].Name != "dispatch", first[i].SHA256 == third[i].SHA256, first[i].Name)
	}
}
