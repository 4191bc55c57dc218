package environ_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/environ"
)

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	set := map[string]string{"A": "a", "EMPTY": "", "LEVEL": "loud"}
	r := environ.Reader{Lookup: func(name string) (string, bool) { v, ok := set[name]; return v, ok }}
	require.Equal(t, "a", r.Required("A"))
	r.Required("EMPTY")
	r.Required("MISSING")
	r.Level("LEVEL")
	require.EqualError(t, r.Err(), "EMPTY is not set\nMISSING is not set\nLEVEL: \"loud\" is not a log level")
}
