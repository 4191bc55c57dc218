package lambda

import (
	"os/exec"
	"runtime"
	"sync"
)

// spawner starts processes from one OS thread that lives as long as the
// service: Linux sends a child its Pdeathsig when the thread that forked it
// ends, not when the process does.
type spawner struct {
	once sync.Once
	work chan func()
	done <-chan struct{}
}

func newSpawner(done <-chan struct{}) *spawner {
	return &spawner{work: make(chan func()), done: done}
}

// start starts the command. The command gets a process group of its own, so
// that what it starts dies with it.
func (s *spawner) start(cmd *exec.Cmd) error {
	s.once.Do(func() { go s.loop() })
	cmd.SysProcAttr = childAttributes()
	result := make(chan error, 1)
	select {
	case s.work <- func() { result <- cmd.Start() }:
		return <-result
	case <-s.done:
		return errShuttingDown()
	}
}

func (s *spawner) loop() {
	// Unlocked again only at the end, when every child is dead: a goroutine
	// that ends locked takes its thread along.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		select {
		case f := <-s.work:
			f()
		case <-s.done:
			return
		}
	}
}
