package platform

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// State is what a running stack leaves for other commands to find.
type State struct {
	PID       int            `json:"pid"` // of the platform itself
	URL       string         `json:"url"`
	Ports     Ports          `json:"ports"`
	Home      Home           `json:"home"`      // the AWS it runs on, with the data stack's outputs
	Processes map[string]int `json:"processes"` // name to process id; ids change when one is restarted
	Started   time.Time      `json:"started"`
	Ready     bool           `json:"ready"` // everything answered; before that it is being built and started
}

// RunningError refuses to touch a folder whose stack runs.
type RunningError struct{ State }

func (e *RunningError) Error() string {
	if !e.Ready {
		return fmt.Sprintf("process %d is starting the stack", e.PID)
	}
	return fmt.Sprintf("the stack runs already (process %d) at %s", e.PID, e.URL)
}

func statePath(dir string) string { return filepath.Join(dir, "state.json") }

// A running platform holds this lock. Process ids in the state's file come
// round again after a crash; the lock of a killed process is gone.
func lockPath(dir string) string { return filepath.Join(dir, "running.lock") }

// claim makes the folder this process's, or says who has it.
func claim(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	unlock, err = tryLock(lockPath(dir))
	if !errors.Is(err, errLocked) {
		return unlock, err
	}
	s, err := readStateFile(dir)
	if err != nil {
		return nil, err
	}
	return nil, &RunningError{*s}
}

// ReadState returns the state of the stack in dir, or nil when none runs.
func ReadState(dir string) (*State, error) {
	if _, err := os.Stat(lockPath(dir)); errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	unlock, err := claim(dir)
	if running, ok := errors.AsType[*RunningError](err); ok {
		return &running.State, nil
	}
	if err != nil {
		return nil, err
	}
	unlock()
	return nil, nil
}

// readStateFile reads what a running platform wrote.
func readStateFile(dir string) (*State, error) {
	b, err := os.ReadFile(statePath(dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("another process is just starting or stopping the stack; try again")
	}
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	s := new(State)
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	return s, nil
}

func writeState(dir string, s State) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	next := statePath(dir) + ".next" // readers see the old one or the new one, never half
	if err := os.WriteFile(next, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	return os.Rename(next, statePath(dir))
}

// Stop asks the running stack in dir to stop and waits until it has. It
// reports whether there was one.
func Stop(dir string, patience time.Duration) (bool, error) {
	s, err := ReadState(dir)
	if err != nil || s == nil {
		return false, err
	}
	if err := syscall.Kill(s.PID, syscall.SIGTERM); err != nil {
		return true, fmt.Errorf("stop the stack (process %d): %w", s.PID, err)
	}
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		unlock, err := tryLock(lockPath(dir))
		if err == nil {
			unlock()
			return true, nil
		}
		if !errors.Is(err, errLocked) {
			return true, err
		}
	}
	return true, fmt.Errorf("the stack (process %d) did not stop within %s", s.PID, patience)
}
