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
	Processes map[string]int `json:"processes"` // name to process id; ids change when one is restarted
	Started   time.Time      `json:"started"`
}

func statePath(dir string) string { return filepath.Join(dir, "state.json") }

// ReadState returns the state of the stack in dir, or nil when none runs: the
// file of a killed platform names a process that is gone.
func ReadState(dir string) (*State, error) {
	b, err := os.ReadFile(statePath(dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	s := new(State)
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("read state: %w", err)
	}
	if syscall.Kill(s.PID, 0) != nil {
		return nil, nil
	}
	return s, nil
}

func writeState(dir string, s State) error {
	b, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(statePath(dir), append(b, '\n'), 0o644)
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
		if syscall.Kill(s.PID, 0) != nil {
			return true, nil
		}
	}
	return true, fmt.Errorf("the stack (process %d) did not stop within %s", s.PID, patience)
}
