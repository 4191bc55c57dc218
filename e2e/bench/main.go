// Command bench measures a running stack and prints one table. Every row has a
// peer measured in the same run, so that the ratio survives a change of machine;
// the peers are what nothing of ours could beat: nginx answering by itself, and
// a server that answers the SDK with a constant.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/anikeshk/cumin/internal/platform"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	span := flag.Duration("span", 4*time.Second, "how long each row runs")
	clients := flag.Int("clients", 16, "clients side by side")
	tasks := flag.Int("tasks", 100_000, "tasks in the large project")
	flag.Parse()
	if err := run(ctx, *span, *clients, *tasks); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, span time.Duration, clients, tasks int) error {
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "cumin-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	ports, err := platform.FreePorts(false)
	if err != nil {
		return err
	}
	p, err := platform.Start(ctx, platform.Options{
		Root: root, Dir: dir, Stack: "bench", Ports: ports, NoWeb: true,
		Settings: map[string]string{"CUMIN_RATE_API": "1000000", "CUMIN_COOKIE_SUFFIX": "bench"},
	})
	if err != nil {
		return err
	}
	defer p.Close()

	fmt.Printf("%d clients, %s a row; the embedded AWS keeps its data with fsync\n\n", clients, span)
	fmt.Printf("%-44s %10s %9s %9s   %s\n", "", "a second", "p50", "p99", "of the peer")
	b := &bench{span: span, clients: clients, out: os.Stdout}
	c, err := newCaller(ctx, p, clients)
	if err != nil {
		return err
	}
	// The API's load comes last: the functions go on with it for a while.
	return errors.Join(benchAWS(ctx, b, p), benchCounts(ctx, b, c), benchLive(ctx, b, p, c), benchSize(ctx, b, p, tasks), benchAPI(ctx, b, c))
}

// bench runs rows.
type bench struct {
	span    time.Duration
	clients int
	out     *os.File
}

// result is one measured row.
type result struct {
	perSecond float64
	p50, p99  time.Duration
}

// load calls op from all clients for the span and returns what it took. The
// first error ends the row.
func (b *bench) load(ctx context.Context, op func(ctx context.Context, client int) error) (result, error) {
	started := time.Now()
	times, err := b.times(ctx, op)
	r := summarize(times)
	r.perSecond = float64(len(times)) / time.Since(started).Seconds()
	return r, err
}

// times is what each call of a load took.
func (b *bench) times(ctx context.Context, op func(ctx context.Context, client int) error) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, b.span)
	defer cancel()
	var (
		mu    sync.Mutex
		times []time.Duration
		fail  error
		wg    sync.WaitGroup
	)
	for c := range b.clients {
		wg.Go(func() {
			var mine []time.Duration
			for ctx.Err() == nil {
				at := time.Now()
				if err := op(context.WithoutCancel(ctx), c); err != nil {
					mu.Lock()
					fail = errors.Join(fail, err)
					mu.Unlock()
					cancel()
					break
				}
				mine = append(mine, time.Since(at))
			}
			mu.Lock()
			defer mu.Unlock()
			times = append(times, mine...)
		})
	}
	wg.Wait()
	return times, fail
}

func summarize(times []time.Duration) result {
	if len(times) == 0 {
		return result{}
	}
	slices.Sort(times)
	return result{p50: times[len(times)/2], p99: times[len(times)*99/100]}
}

// row prints a result; peer may be the zero result for the peer itself.
func (b *bench) row(name string, r, peer result) {
	ratio := "peer"
	if peer.perSecond > 0 {
		ratio = fmt.Sprintf("%.2f", r.perSecond/peer.perSecond)
	}
	fmt.Fprintf(b.out, "%-44s %10.0f %9s %9s   %s\n", name, r.perSecond, round(r.p50), round(r.p99), ratio)
}

func round(d time.Duration) string {
	if d < time.Millisecond {
		return d.Round(time.Microsecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}
