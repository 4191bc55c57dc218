package emulator

import (
	"log/slog"
	"os"

	"github.com/anikeshk/cumin/emulator/clock"
)

// TB is what Start needs of a *testing.T, *testing.B or *testing.F.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Option changes what Start starts.
type Option func(*Options)

// WithLog sends the emulator's lines, and its functions' output, to log.
func WithLog(log *slog.Logger) Option { return func(o *Options) { o.Log = log } }

// WithDir keeps the state in a folder, so that a test can close and reopen.
func WithDir(dir string) Option { return func(o *Options) { o.Dir = dir } }

// WithClock makes every timer hang on c, for instance a frozen one.
func WithClock(c *clock.Clock) Option { return func(o *Options) { o.Clock = c } }

// WithLatency chooses the profile of delays.
func WithLatency(l Latency) Option { return func(o *Options) { o.Latency = l } }

// WithoutIAM lets functions do everything, whatever their roles say.
func WithoutIAM() Option { return func(o *Options) { o.WithoutIAM = true } }

// WithSeed seeds the faults' dice, to replay a failed run.
func WithSeed(seed uint64) Option { return func(o *Options) { o.Seed = seed } }

// Start returns a ready AWS in memory on a random loopback port, closed when
// the test ends. Fifty in parallel do not meet. Should the test fail, and
// CUMIN_JOURNAL name a folder, or WithJournal, the journal is written there.
func Start(tb TB, options ...Option) *AWS {
	tb.Helper()
	var o Options
	for _, option := range options {
		option(&o)
	}
	if dir := os.Getenv(JournalVariable); dir != "" && o.journalDir == "" {
		o.Journal, o.journalDir = true, dir
	}
	a, err := Open(o)
	if err != nil {
		tb.Fatalf("start the embedded AWS: %v", err)
	}
	tb.Cleanup(func() {
		if o.journalDir != "" {
			a.keepEvidence(tb, o.journalDir)
		}
		if err := a.Close(); err != nil {
			tb.Errorf("close the embedded AWS: %v", err)
		}
	})
	return a
}
