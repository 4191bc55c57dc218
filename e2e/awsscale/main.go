// Command awsscale measures how the embedded AWS bears size: it starts
// `cumin aws` in memory, notes what it takes idle, loads items of 500 bytes into
// one table with an index, and at 10,000, 100,000 and 1,000,000 items notes
// memory, the speed of the load and of a whole scan, and the time of single
// operations by one client. It prints a Markdown table for docs/bench-aws.md.
//
// Requests are plain HTTP without an SDK, so that the client weighs little;
// client and server share the machine. It reads /proc, so it runs on Linux.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// mostIdle is what the embedded AWS may take before anything is in it, in bytes.
const mostIdle = 30 << 20

// sizes are the numbers of items at which is measured.
var sizes = []int{10_000, 100_000, 1_000_000}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	most := flag.Int("items", sizes[len(sizes)-1], "stop at this many items")
	calls := flag.Int("calls", 2000, "calls of each operation at each size")
	flag.Parse()
	if err := run(ctx, *most, *calls, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "awsscale:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, most, calls int, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "awsscale-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	bin := filepath.Join(dir, "cumin")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", bin, "github.com/anikeshk/cumin/cmd/cumin")
	if text, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build cumin: %w\n%s", err, text)
	}
	began := time.Now()
	s, err := start(ctx, bin)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := createTable(ctx, s); err != nil {
		return err
	}
	ready := time.Since(began)
	idle, err := s.memory()
	if err != nil {
		return err
	}
	if idle > mostIdle {
		return fmt.Errorf("idle it takes %s MB, more than %s", megabytes(idle), megabytes(mostIdle))
	}
	average, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return err
	}
	load, _, _ := strings.Cut(string(average), " ")
	fmt.Fprintf(out, "%s, %s/%s, %d cores, %s; load average before the run %s. First table %d ms after the start; idle memory then %s MB.\n\n",
		time.Now().UTC().Format("2006-01-02 15:04 MST"), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), load, ready.Milliseconds(), megabytes(idle))
	fmt.Fprintln(out, "| items | memory MB | bytes per item | load items/s | scan items/s | GetItem p50 / p99 µs | UpdateItem | Query(20) | Query(20) on the index |")
	fmt.Fprintln(out, "|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	have := 0
	for _, n := range sizes {
		if n > most {
			break
		}
		row, err := measure(ctx, s, have, n, calls)
		if err != nil {
			return fmt.Errorf("at %d items: %w", n, err)
		}
		fmt.Fprintf(out, "| %d | %s | %d | %.0f | %.0f | %s | %s | %s | %s |\n", n, megabytes(row.memory), (row.memory-idle)/int64(n),
			row.load, row.scan, row.get, row.update, row.query, row.index)
		have = n
	}
	return nil
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f", float64(n)/(1<<20)) }
