package cumin

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The web client's proposals are held to the same table.
func TestAProjectsKeyIsMadeOfItsName(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/project_keys.json")
	require.NoError(t, err)
	var want map[string]ProjectKey
	require.NoError(t, json.Unmarshal(raw, &want))
	for name, key := range want {
		require.Equal(t, key, KeyOf(name), "%q", name)
	}
}

func TestWhatCanBeAKey(t *testing.T) {
	t.Parallel()
	for key, want := range map[ProjectKey]bool{
		"AB": true, "ABCDE": true, "A1": true, "Q2024": true, "CUM": true,
		"": false, "A": false, "ABCDEF": false, "1A": false, "ab": false, "A-B": false, "A B": false, "ÄB": false,
	} {
		require.Equal(t, want, key.Valid(), "%q", key)
	}
}

func FuzzKeyOf(f *testing.F) {
	for _, name := range []string{"Web shop", "ß", "\xff", "İ 9z", strings.Repeat("ẞ ", 9)} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if k := KeyOf(name); !k.Valid() {
			t.Errorf("KeyOf(%q) = %q", name, k)
		}
	})
}
