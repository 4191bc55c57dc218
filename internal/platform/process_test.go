package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary play a child: a small server that leaves a
// grandchild in its process group.
func TestMain(m *testing.M) {
	if listen := os.Getenv("PLATFORM_TEST_CHILD"); listen != "" {
		child(listen)
		return
	}
	os.Exit(m.Run())
}

func child(listen string) {
	grandchild := exec.Command("sleep", "600")
	if err := grandchild.Start(); err != nil {
		panic(err)
	}
	fmt.Println(`{"time":"2026-01-02T03:04:05Z","level":"INFO","msg":"serving","grandchild":` + strconv.Itoa(grandchild.Process.Pid) + `}`)
	panic(http.ListenAndServe(listen, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, grandchild.Process.Pid)
	})))
}

// newChild is a process that plays the child and is not started yet.
func newChild(t *testing.T, notes io.Writer) *process {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	listen := l.Addr().String()
	l.Close()
	return &process{
		name: "child", path: os.Args[0], env: []string{"PLATFORM_TEST_CHILD=" + listen},
		ready: "http://" + listen, grace: 5 * time.Second, quit: syscall.SIGTERM, out: io.Discard,
		note:     func(format string, args ...any) { fmt.Fprintf(notes, format+"\n", args...) },
		launched: func() {},
	}
}

func startChild(t *testing.T, notes io.Writer) *process {
	t.Helper()
	p := newChild(t, notes)
	require.NoError(t, p.start())
	t.Cleanup(p.stop)
	ready(t, p)
	return p
}

func ready(t *testing.T, p *process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, p.waitReady(ctx))
}

func grandchild(t *testing.T, p *process) int {
	t.Helper()
	resp, err := http.Get(p.ready)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	pid, err := strconv.Atoi(string(b))
	require.NoError(t, err)
	return pid
}

// gone reports whether a process has ended; one that waits for its parent to
// notice has ended too.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func TestAKilledProcessComesBackAndLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	p := startChild(t, io.Discard)
	pid, orphan := p.pid(), grandchild(t, p)
	require.NoError(t, p.kill())
	require.Eventually(t, func() bool { return gone(orphan) }, 500*time.Millisecond, time.Millisecond,
		"what the killed process had started would answer in its place")
	require.Eventually(t, func() bool { return p.pid() != pid }, 10*time.Second, 10*time.Millisecond, "it is started again")
	ready(t, p)
}

func TestStopEndsTheProcessForGood(t *testing.T) {
	t.Parallel()
	p := startChild(t, io.Discard)
	pid, orphan := p.pid(), grandchild(t, p)
	p.stop()
	require.True(t, gone(pid))
	require.Eventually(t, func() bool { return gone(orphan) }, 5*time.Second, 10*time.Millisecond)
	require.Equal(t, pid, p.pid(), "nothing was started in its place")
}

func TestAProcessThatDiesAtStartIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	p := newChild(t, io.Discard)
	p.path, p.args = "/bin/sh", []string{"-c", "exit 3"}
	require.NoError(t, p.start())
	t.Cleanup(p.stop)
	require.EqualError(t, p.waitStarted(t.Context()), "child does not start: exit status 3")
}

func TestARestartWaitsForNoPauseAndForgivesEarlierDeaths(t *testing.T) {
	t.Parallel()
	p := startChild(t, io.Discard)
	require.NoError(t, p.kill())
	p.restart()
	require.NoError(t, p.waitStarted(t.Context()))
}

func TestABusyPortIsReportedByName(t *testing.T) {
	t.Parallel()
	ports, err := FreePorts(false)
	require.NoError(t, err)
	require.NoError(t, ports.check())
	l, err := net.Listen("tcp", address(ports.Sockets))
	require.NoError(t, err)
	defer l.Close()
	require.EqualError(t, ports.check(), fmt.Sprintf("port %d for sockets is in use", ports.Sockets))
}

func TestATargetIsBuiltWhenItsInputsChangeAndOnlyThen(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name, content string) {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	write("src/a.go", "one")
	b := newBuilder(root, &logs{})
	built := 0
	target := target{name: "it", inputs: []string{"src"}, outputs: []string{filepath.Join(root, "out"), filepath.Join(root, "other")}, needs: goNeeds, build: func(context.Context) error {
		built++
		write("out", "binary")
		write("other", "binary")
		return nil
	}}
	for _, step := range []struct {
		name   string
		change func()
		want   int
	}{
		{"the first time", func() {}, 1},
		{"again", func() {}, 1},
		{"after a change of a test", func() { write("src/a_test.go", "test") }, 1},
		{"after a change", func() { write("src/a.go", "two") }, 2},
		{"after a new file", func() { write("src/deep/b.go", "b") }, 3},
		{"after the output is gone", func() { require.NoError(t, os.Remove(filepath.Join(root, "out"))) }, 4},
		{"after one that came later is gone", func() { require.NoError(t, os.Remove(filepath.Join(root, "other"))) }, 5},
	} {
		step.change()
		require.NoError(t, b.all(t.Context(), target), step.name)
		require.Equal(t, step.want, built, step.name)
	}
}

func TestEveryMistakeIsReportedAndWhatIsSoundIsBuilt(t *testing.T) {
	t.Parallel()
	b := newBuilder(t.TempDir(), &logs{})
	broken := func(name string) target {
		return target{name: name, needs: goNeeds, build: func(context.Context) error { return errors.New("line 1: nonsense") }}
	}
	output := filepath.Join(b.root, "out")
	sound := target{name: "services", outputs: []string{output}, needs: goNeeds, build: func(context.Context) error { return os.WriteFile(output, nil, 0o644) }}
	require.EqualError(t, b.all(t.Context(), broken("functions"), sound), "build functions: line 1: nonsense")
	require.FileExists(t, output)
	require.EqualError(t, b.all(t.Context(), broken("functions"), broken("web client")),
		"build functions: line 1: nonsense\nbuild web client: line 1: nonsense")
}

func TestLogLinesAreReadable(t *testing.T) {
	t.Parallel()
	var lines []string
	w := &lineWriter{emit: func(line []byte) { lines = append(lines, Readable("api", line)) }}
	for _, part := range []string{
		`{"level":"INFO","msg":"serving","lis`, "ten\":\":1\",\"service\":\"api\"}\npanic: no", "\n",
		`{"msg":"request","status":200,"method":"GET","path":"/a","duration_ms":1.25,"request_id":"r"}` + "\n",
	} {
		_, err := w.Write([]byte(part))
		require.NoError(t, err)
	}
	require.Equal(t, []string{
		"         api      INFO  serving listen=:1",
		"         api      panic: no",
		"         api      200 GET /a 1.2ms request_id=r",
	}, lines)
}
