// Package power is the electricity of a durable emulator: it can fail. Who
// writes files asks the Supply before each sync whether the power fails in its
// midst, and registers what then becomes of the files. Files are written to
// the operating system as always, so that a killed process loses nothing; a
// loss of power is played afterwards, by making of each file what a disk might
// hold that never was told to sync what it had not.
//
// What survives is drawn from seeded dice: the same syncs in the same order
// leave the same bytes.
package power

import (
	"errors"
	"math/rand/v2"
	"sync"
)

// ErrLost is what everything that must be kept gets after the loss.
var ErrLost = errors.New("the power is lost")

// The names by which rules tell files apart.
const (
	State   = "state"   // the file of all engines
	Objects = "objects" // the bodies of S3
)

// Strike answers whether the power fails at a sync of a file, and the seed of
// what survives. It may be called from any goroutine.
type Strike func(file string) (seed uint64, hit bool)

// Supply is the power of one emulator, on at first. The nil Supply never fails.
// Safe for concurrent use.
type Supply struct {
	strike Strike
	off    chan struct{} // closed when the power fails
	cut    chan struct{} // closed when the files are what is left of them

	mu    sync.Mutex // guards what follows
	files []func(*rand.Rand) error
	lost  bool
	err   error // of the cuts; set before cut is closed
}

// New returns a Supply that fails when strike says so; nil: only by Fail.
func New(strike Strike) *Supply {
	return &Supply{strike: strike, off: make(chan struct{}), cut: make(chan struct{})}
}

// Protect registers what makes of a file what a loss of power leaves. It is
// called once, after the power failed, in the order of registration.
func (s *Supply) Protect(cut func(*rand.Rand) error) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = append(s.files, cut)
}

// Strikes is asked before a sync. When the power fails there, the caller must do
// what a loss in the midst of it leaves, drawing from the dice, then call Fail
// with them.
func (s *Supply) Strikes(file string) (*rand.Rand, bool) {
	if s == nil || s.strike == nil {
		return nil, false
	}
	seed, hit := s.strike(file)
	if !hit {
		return nil, false
	}
	return Dice(seed), true
}

// Dice returns the dice of a seed.
func Dice(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x706f776572)) }

// Fail turns the power off for good and cuts every file, in the background, since
// the caller may be one of those a cut waits for. Only the first call counts.
func (s *Supply) Fail(dice *rand.Rand) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost {
		return
	}
	s.lost = true
	close(s.off)
	go func() {
		var err error
		for _, cut := range s.files { // nothing is registered any more
			err = errors.Join(err, cut(dice))
		}
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
		close(s.cut)
	}()
}

// Off is closed when the power fails; nil for the nil Supply.
func (s *Supply) Off() <-chan struct{} {
	if s == nil {
		return nil
	}
	return s.off
}

// On reports whether the power has not failed.
func (s *Supply) On() bool {
	if s == nil {
		return true
	}
	select {
	case <-s.off:
		return false
	default:
		return true
	}
}

// Wait returns, after a Fail, once the files are what is left of them.
func (s *Supply) Wait() error {
	<-s.cut
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}
