package platform

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhetherAStackRunsIsKnownByItsLock(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]string{
		"nothing was left":              "",
		"the process id is another's":   `{"pid": 1, "url": "http://localhost:8080"}`,
		"the file was cut off":          `{"pid": 1, "u`,
		"the file is empty after crash": " ",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if left != "" {
				require.NoError(t, os.WriteFile(statePath(dir), []byte(left), 0o644))
			}
			s, err := ReadState(dir)
			require.NoError(t, err)
			require.Nil(t, s, "nothing runs")
			unlock, err := claim(dir)
			require.NoError(t, err, "a stack can start")
			unlock()
			was, err := Stop(dir, time.Second)
			require.NoError(t, err)
			require.False(t, was)
			require.NoError(t, Reset(dir))
			require.NoDirExists(t, dir)
		})
	}
}

func TestASecondStackInOneFolderIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		state *State
		want  string
	}{
		{"while it runs", &State{PID: 7, URL: "http://localhost:8080", Ready: true}, "the stack runs already (process 7) at http://localhost:8080"},
		{"while it is starting", &State{PID: 7}, "process 7 is starting the stack"},
		{"in its first millisecond", nil, "another process is just starting or stopping the stack; try again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			unlock, err := claim(dir)
			require.NoError(t, err)
			if c.state != nil {
				require.NoError(t, writeState(dir, *c.state))
				s, err := ReadState(dir)
				require.NoError(t, err)
				require.Equal(t, c.state.PID, s.PID)
			}
			_, err = claim(dir)
			require.EqualError(t, err, c.want)
			require.EqualError(t, Reset(dir), c.want, "its data is not removed under it")
			unlock()
			require.NoError(t, Reset(dir))
		})
	}
}
