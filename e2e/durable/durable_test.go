// Package durable kills a durable embedded AWS, and cuts its power, at random
// points under load, thousands of times, and compares what comes back with what
// was acknowledged: DynamoDB items, counters, transactions and streams, SQS
// messages, standard and FIFO, S3 objects and multipart uploads.
//
// A life is one process over a data folder: it comes back, every actor compares
// what it finds with what it was told, and then all act at once until the
// process is killed. An actor is one client. It knows what was acknowledged to
// it, and the one thing it asked for and never got an answer to, which may or
// may not have happened. Nothing else may differ.
//
// CUMIN_CYCLES is the number of lives of each test (default 30), CUMIN_SEED what
// the moments of death and the choices of the actors are drawn from. The seed
// does not replay the interleaving of processes; it replays how the test treats
// them.
package durable

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/emulator"
)

// The child is the test binary itself, told by its environment to be the
// embedded AWS that the parent kills.
const (
	childDir     = "CUMIN_DURABLE_CHILD_DIR"
	childAddress = "CUMIN_DURABLE_CHILD_ADDRESS"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		serveChild(dir, os.Getenv(childAddress))
	}
	os.Exit(m.Run())
}

func serveChild(dir, address string) {
	go func() { // the parent's death closes stdin
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	err := emulator.Serve(context.Background(), emulator.Options{Dir: dir, Addr: address}, func(endpoint string) { fmt.Println(endpoint) })
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

const (
	defaultCycles = 30
	// lanes run side by side, each with folders of its own: a process that waits
	// for the disk leaves the cores to another's.
	lanes = 3
	// livesPerFolder bounds how much state there is to compare after each death.
	livesPerFolder = 25
	// A life ends a random moment, at most the hesitation, after a random number
	// of acknowledged writes below the most, or when the patience is over: counted
	// in writes, not in time, so that a busy machine's lives are no emptier.
	mostWrites = 100
	hesitation = 4 * time.Millisecond
	patience   = time.Second
)

func setting(t *testing.T, name string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, "%s must be a number", name)
	return n
}

func TestNoAcknowledgedWriteIsLostWhenTheProcessIsKilled(t *testing.T) {
	t.Parallel()
	cycle(t, killing{})
}

func TestNoAcknowledgedWriteIsLostWhenThePowerFails(t *testing.T) {
	t.Parallel()
	cycle(t, cuttingPower{})
}

// cycle lets processes live and die by one kind of death.
func cycle(t *testing.T, by death) {
	cycles := int(setting(t, "CUMIN_CYCLES", defaultCycles))
	seed := setting(t, "CUMIN_SEED", rand.Uint64N(1<<32))
	var tally tally
	began := time.Now()
	var wg sync.WaitGroup
	for lane := range lanes {
		wg.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(lane)))
			share := cycles / lanes
			if lane < cycles%lanes {
				share++
			}
			for share > 0 && !t.Failed() && !late(t) {
				lives := min(share, livesPerFolder)
				share -= lives
				if err := liveAndDie(t.Context(), by.lane(lane), lives, by, dice, &tally); err != nil {
					t.Errorf("seed %d, lane %d: %v", seed, lane, err)
				}
			}
		})
	}
	wg.Wait()
	t.Logf("figure: seed %d, %s in %s", seed, &tally, time.Since(began).Round(time.Second))
	if !t.Failed() {
		tally.requireMeaning(t)
	}
}

// late reports whether go test's -timeout is near: what was done until then is
// worth more than nothing.
func late(t *testing.T) bool {
	deadline, ok := t.Deadline()
	return ok && time.Until(deadline) < time.Minute
}

// liveAndDie runs the lives of one folder.
func liveAndDie(ctx context.Context, lane, lives int, by death, dice *rand.Rand, total *tally) (err error) {
	dir, err := os.MkdirTemp("", "cumin-durable-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w (the folder is kept: %s)", err, dir)
			return
		}
		err = os.RemoveAll(dir)
	}()
	w := newWorld(dir, dice)
	for n := range lives {
		if dice.IntN(8) == 0 { // it dies while it begins
			if err := die(dir, lane, time.Duration(dice.Int64N(int64(15*time.Millisecond)))); err != nil {
				return fmt.Errorf("life %d: %w", n, err)
			}
			total.young()
		}
		l, err := w.live(ctx, lane, n == 0, by, dice)
		if err != nil {
			return fmt.Errorf("life %d: %w", n, err)
		}
		total.add(l)
	}
	// The last death is looked at too.
	p, err := begin(dir, lane)
	if err != nil {
		return err
	}
	defer p.kill()
	return w.check(ctx, p)
}

// live is one life: begin, compare, act for a while, die.
func (w *world) live(ctx context.Context, lane int, first bool, by death, dice *rand.Rand) (*life, error) {
	p, err := begin(w.dir, lane)
	if err != nil {
		return nil, err
	}
	defer p.kill()
	if first {
		err = w.setUp(ctx, p)
	} else {
		err = w.check(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	strike, err := by.prepare(ctx, p, dice)
	if err != nil {
		return nil, err
	}
	pause := time.Duration(dice.Int64N(int64(hesitation)))
	l := &life{last: dice.Int64N(mostWrites), ending: func() {
		time.Sleep(pause) // the moment of death is the point
		strike()
	}}
	over := time.AfterFunc(patience, strike)
	if l.last == 0 {
		over.Reset(pause)
	}
	defer over.Stop()
	if err := w.act(ctx, p, l); err != nil {
		return nil, err
	}
	return l, by.bury(p)
}

// die starts a process and kills it after a while, whatever it was doing.
func die(dir string, lane int, after time.Duration) error {
	p, err := launch(dir, lane)
	if err != nil {
		return err
	}
	time.Sleep(after) // the moment of death is the point
	p.kill()
	return nil
}
