package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// FuzzCursor: no text but one we sealed for this person and list is a position.
func FuzzCursor(f *testing.F) {
	c := cursors{key: []byte("0123456789abcdef0123456789abcdef")}
	at := cumin.TaskPosition{Part: "todo", Key: "i", ID: "01T"}
	good, err := sealNext(c, "ann", "tasks", &at)
	require.NoError(f, err)
	for _, seed := range []string{good, good + "A", good[1:], "", "x", "AAAAAAAAAAAAAAAAAAAAAHt9", "{}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := openCursor[cumin.TaskPosition](c, "ann", "tasks", text)
		switch text {
		case good:
			require.NoError(t, err)
			require.Equal(t, at, *got)
		case "":
			require.NoError(t, err)
			require.Nil(t, got)
		default:
			require.ErrorIs(t, err, errCursor)
		}
		_, err = openCursor[cumin.TaskPosition](c, "bob", "tasks", text)
		require.Equal(t, text == "", err == nil, "another person's")
	})
}
