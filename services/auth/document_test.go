package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCommittedDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	now, err := document()
	require.NoError(t, err)
	committed, err := os.ReadFile("../../docs/openapi/auth.json")
	require.NoError(t, err)
	require.Equal(t, string(committed), string(now), "run: go generate ./services/auth")
}
