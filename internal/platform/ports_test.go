package platform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPortsAsAPersonListsThem(t *testing.T) {
	t.Parallel()
	p, err := ParsePorts(DefaultPorts().String())
	require.NoError(t, err)
	require.Equal(t, DefaultPorts(), p)
	spaced, err := ParsePorts("8443, 8080, 4566, 9101, 9102, 9103")
	require.NoError(t, err)
	require.Equal(t, p, spaced)
	for name, list := range map[string]string{
		"nothing": "", "too few": "1,2,3", "too many": "1,2,3,4,5,6,7", "a word": "1,2,3,4,5,six", "zero": "1,2,3,4,5,0", "too large": "1,2,3,4,5,65536",
	} {
		_, err := ParsePorts(list)
		require.Error(t, err, name)
	}
}
