// Package commands runs the commands that a person types, as programs of their
// own, with a folder and ports of their own: what they start ends with them, and
// what was made stays until it is reset.
package commands

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/platform"
)

// largeTasks is the size of the project that `cumin demo` adds; CUMIN_TASKS asks
// for another.
func largeTasks(t *testing.T) int {
	t.Helper()
	n := 150
	if v, ok := os.LookupEnv("CUMIN_TASKS"); ok {
		var err error
		n, err = strconv.Atoi(v)
		require.NoError(t, err)
	}
	return n
}

func TestUpDemoDownUpReset(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	require.Contains(t, m.run("status"), "nothing runs")
	require.Contains(t, m.run("down"), "nothing runs")
	require.Contains(t, m.refused("demo", "--tasks", "1"), "start one with")
	require.Contains(t, m.refused("passphrase", forgetful.Email), "nothing runs; start the stack")

	first := m.up()
	session := first.signIn()
	made := first.create(session, "Outlives its stack")
	processes := first.processes()
	require.Len(t, processes, 5, "aws, auth, api, sockets and nginx")
	require.Contains(t, m.run("status"), first.url)
	forgottenPassphrase(t, first)

	tasks := largeTasks(t)
	said := m.run("demo", "--tasks", strconv.Itoa(tasks))
	require.Contains(t, said, fmt.Sprintf("%d tasks in", tasks))
	large := first.counted(session, tasks)
	t.Logf("figure: ready after %s; demo wrote %d tasks in %s, counted %s after", first.took, tasks, m.took, large)

	require.Contains(t, m.refused("up"), fmt.Sprintf("the stack runs already (process %d) at %s", first.pid(), first.url))
	require.Equal(t, processes, first.processes(), "who asked in vain has changed nothing")

	require.Contains(t, m.run("down"), "stopped")
	first.ended()
	gone(t, m, processes)

	second := m.up()
	session = second.refresh(session)
	require.Equal(t, "Outlives its stack", second.name(session, made), "what was made is there, for who was signed in")
	second.counted(session, tasks)
	processes = second.processes()
	t.Logf("figure: ready again after %s", second.took)
	m.run("reset")
	second.ended()
	gone(t, m, processes)
	require.NoDirExists(t, m.home, "data, keys and logs")
	require.Contains(t, m.run("status"), "nothing runs")
}

func TestUpNamesThePortsThatAreInUse(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(m.ports.API)))
	require.NoError(t, err)
	defer l.Close()
	said := m.refused("up")
	require.Contains(t, said, fmt.Sprintf("port %d for api is in use", m.ports.API))
	require.Contains(t, said, "CUMIN_PORTS=")
	require.Contains(t, m.run("status"), "nothing runs", "nothing was left half started")

	m.ports.HTTP = 0
	require.Contains(t, m.refused("up"), `"0" in `)
}

func TestCtrlCStopsEverything(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	s := m.up()
	processes := s.processes()
	s.interrupt()
	s.ended()
	gone(t, m, processes)
}

// gone waits until none of the processes is there, nor any other that knows the
// stack's folder or its AWS: nginx's workers, the functions.
func gone(t *testing.T, m *machine, processes map[string]int) {
	t.Helper()
	for name, pid := range processes {
		require.False(t, alive(pid), "%s, process %d, is still there", name, pid)
	}
	await(t, m.strays)
	for _, port := range []int{m.ports.HTTPS, m.ports.HTTP, m.ports.AWS, m.ports.Auth, m.ports.API, m.ports.Sockets} {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		require.NoError(t, err, "port %d is not free again", port)
		require.NoError(t, l.Close())
	}
	state, err := platform.ReadState(m.home)
	require.NoError(t, err)
	require.Nil(t, state)
}

// signIn signs Ada in, as a program does, and returns her session.
func (s *running) signIn() session {
	var out session
	s.call(http.MethodPost, "/auth/login", "", map[string]string{"email": ada.Email, "password": ada.Password, "client": "native"}, &out)
	return out
}

func (s *running) refresh(old session) session {
	var out session
	s.call(http.MethodPost, "/auth/refresh", "", map[string]string{"refreshToken": old.RefreshToken}, &out)
	return out
}

func (s *running) create(as session, name string) string {
	var made struct{ ID string }
	s.call(http.MethodPost, "/api/v1/projects", as.AccessToken, map[string]string{"name": name}, &made)
	return made.ID
}

func (s *running) name(as session, project string) string {
	var p struct{ Name string }
	s.call(http.MethodGet, "/api/v1/projects/"+project, as.AccessToken, nil, &p)
	return p.Name
}
