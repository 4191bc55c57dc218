package commands

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/platform"
)

// patience bounds each wait; a first `up` may have to build everything.
const patience = 3 * time.Minute

var ada = demo.People()[0]

// program is the built command; TestMain builds it.
var program, root string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "commands:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	if root, err = platform.Repository(); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "cumin-commands-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	program = filepath.Join(dir, "cumin")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, "./cmd/cumin")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("build cmd/cumin: %w\n%s", err, out)
	}
	return m.Run(), nil
}

// machine is where one test types its commands.
type machine struct {
	t     *testing.T
	home  string
	ports platform.Ports
	took  time.Duration // the last command
}

func newMachine(t *testing.T) *machine {
	ports, err := platform.FreePorts(false)
	require.NoError(t, err)
	return &machine{t: t, home: filepath.Join(t.TempDir(), "home"), ports: ports}
}

func (m *machine) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(m.t.Context(), program, args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CUMIN_HOME="+m.home, "CUMIN_PORTS="+m.ports.String())
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = patience
	return cmd
}

// run types a command that has to succeed and returns what it says.
func (m *machine) run(args ...string) string {
	m.t.Helper()
	at := time.Now()
	out, err := m.command(args...).CombinedOutput()
	require.NoError(m.t, err, "cumin %s: %s", strings.Join(args, " "), out)
	m.took = time.Since(at).Round(100 * time.Millisecond)
	return string(out)
}

// refused types a command that has to fail, in words and not by a panic.
func (m *machine) refused(args ...string) string {
	m.t.Helper()
	out, err := m.command(args...).CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	require.True(m.t, ok && exit.ExitCode() == 1, "cumin %s: %v: %s", strings.Join(args, " "), err, out)
	return string(out)
}

// running is a stack that `cumin up` started.
type running struct {
	*machine
	cmd   *exec.Cmd
	url   string
	took  string // until it was ready, as it says
	lines <-chan string
}

var readyAt = regexp.MustCompile(`Cumin is ready at \S+ +\(([0-9.]+ s)\)`)

// up starts the stack and waits until it says that it is ready. It is stopped
// with the test.
func (m *machine) up() *running {
	m.t.Helper()
	cmd := m.command("up")
	out, err := cmd.StdoutPipe()
	require.NoError(m.t, err)
	cmd.Stderr = cmd.Stdout
	require.NoError(m.t, cmd.Start())
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	s := &running{machine: m, cmd: cmd, url: fmt.Sprintf("http://localhost:%d", m.ports.HTTP), lines: lines}
	m.t.Cleanup(func() {
		if cmd.ProcessState == nil { // the test failed
			s.interrupt()
			s.ended()
		}
	})
	var said []string
	late := time.After(patience)
	for s.took == "" {
		select {
		case line, more := <-lines:
			require.True(m.t, more, "up ended: %s", strings.Join(said, "\n"))
			said = append(said, line)
			if found := readyAt.FindStringSubmatch(line); found != nil {
				s.took = found[1]
			}
		case <-late:
			require.Fail(m.t, "not ready", "%s", strings.Join(said, "\n"))
		}
	}
	go func() { // the pipe must not fill up
		for range lines {
		}
	}()
	return s
}

func (s *running) pid() int { return s.cmd.Process.Pid }

func (s *running) interrupt() { require.NoError(s.t, s.cmd.Process.Signal(os.Interrupt)) }

// ended waits until `cumin up` itself has ended.
func (s *running) ended() {
	s.t.Helper()
	err := s.cmd.Wait()
	_, said := errors.AsType[*exec.ExitError](err)
	require.True(s.t, err == nil || said, "%v", err)
}

// processes are the stack's, by name, as the other commands know them.
func (s *running) processes() map[string]int {
	s.t.Helper()
	state, err := platform.ReadState(s.home)
	require.NoError(s.t, err)
	require.NotNil(s.t, state)
	require.Equal(s.t, s.pid(), state.PID)
	for name, pid := range state.Processes {
		require.True(s.t, alive(pid), "%s, process %d", name, pid)
	}
	return state.Processes
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// strays names a process that was started with the machine's folder or AWS;
// where there is no /proc, nobody can tell.
func (m *machine) strays() error {
	if runtime.GOOS != "linux" {
		return nil
	}
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return err
	}
	aws := "127.0.0.1:" + strconv.Itoa(m.ports.AWS)
	for _, folder := range folders {
		for _, file := range []string{"cmdline", "environ"} {
			content, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				continue // it has ended, or is somebody else's
			}
			if bytes.Contains(content, []byte(m.home)) || bytes.Contains(content, []byte(aws)) {
				return fmt.Errorf("%s is still there: %s", folder, bytes.ReplaceAll(content, []byte{0}, []byte{' '}))
			}
		}
	}
	return nil
}

// await waits until check returns nil and fails with its last error.
func await(t *testing.T, check func() error) {
	t.Helper()
	every := time.NewTicker(20 * time.Millisecond)
	defer every.Stop()
	for deadline := time.Now().Add(patience); ; <-every.C {
		err := check()
		if err == nil {
			return
		}
		require.True(t, time.Now().Before(deadline), "still not after %s: %v", patience, err)
	}
}

// session is what signing in as a program answers.
type session struct{ AccessToken, RefreshToken string }

// call asks the running stack; anything but success fails the test.
func (s *running) call(method, path, token string, body, answer any) {
	s.t.Helper()
	b, err := json.Marshal(body)
	require.NoError(s.t, err)
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, bytes.NewReader(b))
	require.NoError(s.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, 2, resp.StatusCode/100, "%s %s: %s: %s", method, path, resp.Status, raw)
	require.NoError(s.t, json.Unmarshal(raw, answer))
}

// counted waits until the large project is counted and returns how long that
// took.
func (s *running) counted(as session, tasks int) time.Duration {
	s.t.Helper()
	at := time.Now()
	await(s.t, func() error {
		var page struct {
			Items []struct{ Counts map[string]int }
		}
		s.call(http.MethodGet, "/api/v1/projects?q=as+large+as+you+asked", as.AccessToken, nil, &page)
		if len(page.Items) != 1 {
			return fmt.Errorf("%d large projects are shown", len(page.Items))
		}
		c := page.Items[0].Counts
		if n := c["todo"] + c["inProgress"] + c["done"]; n != tasks {
			return fmt.Errorf("%d of %d tasks are counted", n, tasks)
		}
		return nil
	})
	return time.Since(at).Round(10 * time.Millisecond)
}
