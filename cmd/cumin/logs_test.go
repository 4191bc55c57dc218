package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLogsOfSeveralProcessesReadInOrderOfTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	add := func(name, text string) {
		f, err := os.OpenFile(filepath.Join(dir, name+".log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	_, err := openLogs(dir, nil)
	require.ErrorContains(t, err, "there are no logs yet")

	add("api", `{"time":"2026-01-02T10:00:01Z","msg":"one"}`+"\npanic: a stack\n"+`{"time":"2026-01-02T10:00:05Z","msg":"five"}`+"\n")
	add("auth", `{"time":"2026-01-02T11:00:03+01:00","msg":"three"}`+"\n"+`{"time":"2026-01-02T10:00:06Z","ms`)
	_, err = openLogs(dir, []string{"api", "ngnix"})
	require.EqualError(t, err, `there is no log of "ngnix"; there are api, auth`)

	tails, err := openLogs(dir, nil)
	require.NoError(t, err)
	read := func() (texts []string) {
		lines, err := newLines(tails)
		require.NoError(t, err)
		for _, l := range lines {
			texts = append(texts, l.name+" "+string(l.text))
		}
		return texts
	}
	require.Equal(t, []string{
		`api {"time":"2026-01-02T10:00:01Z","msg":"one"}`,
		`api panic: a stack`,
		`auth {"time":"2026-01-02T11:00:03+01:00","msg":"three"}`,
		`api {"time":"2026-01-02T10:00:05Z","msg":"five"}`,
	}, read())
	require.Empty(t, read(), "a line without its end waits")
	add("auth", `g":"six"}`+"\n")
	require.Equal(t, []string{`auth {"time":"2026-01-02T10:00:06Z","msg":"six"}`}, read())
}
