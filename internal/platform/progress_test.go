package platform

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestALogTellsEveryWhileWhatIsStillBeingBuilt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var screen bytes.Buffer
		p := &progress{logs: newLogs("", &screen)}
		stop := p.follow()
		p.begin("services")
		p.begin("web client")
		time.Sleep(stillEvery) // of the test's clock
		synctest.Wait()
		p.end("services")
		time.Sleep(stillEvery)
		synctest.Wait()
		p.end("web client")
		time.Sleep(2 * stillEvery)
		synctest.Wait()
		stop()
		lines := strings.Split(strings.TrimSpace(screen.String()), "\n")
		require.Len(t, lines, 2, "%q", screen.String())
		require.Contains(t, lines[0], "building for 15s: services, web client")
		require.Contains(t, lines[1], "building for 30s: web client")
	})
}

func TestATerminalShowsOneLineBelowAllOthers(t *testing.T) {
	t.Parallel()
	var screen bytes.Buffer
	l := &logs{screen: &screen, terminal: true}
	said := func() string { defer screen.Reset(); return screen.String() }

	l.pin("building for 1s: services")
	require.NotContains(t, said(), "\n")
	l.note("built functions")
	after := said()
	require.True(t, strings.HasPrefix(after, "\r\x1b[K"), "%q", after)
	require.Less(t, strings.Index(after, "built functions\n"), strings.Index(after, "building for 1s"), "%q", after)
	l.pin("")
	require.Equal(t, "\r\x1b[K", said())
	l.note("ready")
	require.NotContains(t, said(), "\x1b")
}

func TestAFileIsNoTerminal(t *testing.T) {
	t.Parallel()
	require.False(t, isTerminal(&bytes.Buffer{}))
	require.False(t, isTerminal(nil))
}
