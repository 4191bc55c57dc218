package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator"
)

// header says where and when, and names what is missing.
func header(out io.Writer, root string, absent []server) error {
	load, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return err
	}
	average, _, _ := strings.Cut(string(load), " ")
	var value float64
	if _, err := fmt.Sscan(average, &value); err != nil {
		return err
	}
	note := ""
	if value > 2 {
		note = " **The machine was loaded by other work; read the ratios, not the figures.**"
	}
	fmt.Fprintf(out, "%s, %s, %s, %d cores, %s; load average before the run %s.%s\n\n", time.Now().UTC().Format("2006-01-02 15:04 MST"), processor(), runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU(), runtime.Version(), average, note)
	for _, s := range absent {
		fmt.Fprintf(out, "Not measured: %s is not installed. `go run ./awsbench -install` runs:\n\n", s.name)
		for _, step := range s.install {
			fmt.Fprintf(out, "    %s\n", strings.ReplaceAll(strings.Join(step, " "), root+string(filepath.Separator), ""))
		}
		fmt.Fprintln(out)
	}
	return nil
}

// processor names the CPU as Linux does.
func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "model name\t: "); ok {
			return name
		}
	}
	return "unknown processor"
}

// inProcess is how many emulators a test run may well hold at once.
const inProcess = 50

// reportInProcess times emulator.Open, which is what emulator.Start calls.
func reportInProcess(out io.Writer) error {
	open := func() (time.Duration, *emulator.AWS, error) {
		at := time.Now()
		a, err := emulator.Open(emulator.Options{})
		return time.Since(at), a, err
	}
	first, a, err := open()
	if err != nil {
		return err
	}
	if err := a.Close(); err != nil {
		return err
	}
	var (
		times [inProcess]time.Duration
		all   [inProcess]*emulator.AWS
		errs  [inProcess]error
		wg    sync.WaitGroup
	)
	at := time.Now()
	for i := range inProcess {
		wg.Go(func() { times[i], all[i], errs[i] = open() })
	}
	wg.Wait()
	together := time.Since(at)
	for i, a := range all {
		if a != nil {
			errs[i] = errors.Join(errs[i], a.Close())
		}
	}
	if err := errors.Join(errs[:]...); err != nil {
		return err
	}
	slices.Sort(times[:])
	fmt.Fprintf(out, "In a Go process: the first `emulator.Start` %s; %d in parallel %s together, each p50 %s, slowest %s.\n\n",
		round(first), inProcess, round(together), round(times[inProcess/2]), round(times[inProcess-1]))
	return nil
}

// settle is how long a server is left alone before its memory is read.
const settle = time.Second

// reportStarts measures cold starts and the memory of a server that has made
// one table and idles.
func reportStarts(ctx context.Context, out io.Writer, servers []server, starts int) error {
	fmt.Fprintf(out, "| server | process to first CreateTable answered, median of %d | idle memory (resident) |\n|---|---:|---:|\n", starts)
	for _, s := range servers {
		if s.command == nil {
			continue // the constant has no start of its own
		}
		var times []time.Duration
		var resident int64
		for i := range starts {
			p, err := start(ctx, s)
			if err != nil {
				return err
			}
			times = append(times, p.firstAnswer)
			if i == 0 {
				time.Sleep(settle)
				resident, err = p.memory()
			}
			if err := errors.Join(err, p.stop()); err != nil {
				return err
			}
		}
		slices.Sort(times)
		fmt.Fprintf(out, "| %s | %s | %.1f MB |\n", s.name, round(times[len(times)/2]), float64(resident)/1e6)
	}
	fmt.Fprintln(out)
	return nil
}

// reportOperations runs every row, the servers taking turns.
func reportOperations(ctx context.Context, out io.Writer, servers []server, o options) (err error) {
	const most = 16
	var subjects []*subject
	defer func() {
		for _, s := range slices.Backward(subjects) {
			err = errors.Join(err, s.stop())
		}
	}()
	for _, s := range servers {
		if s.name == nameConstant {
			if s, err = constantOf(subjects[0].endpoint); err != nil {
				return err
			}
		}
		p, err := start(ctx, s)
		if err != nil {
			return err
		}
		sub := newSubject(p, most)
		subjects = append(subjects, sub)
		if s.name == nameConstant { // it repeats what the first subject answers
			sub.sent, sub.waiting, sub.polled = subjects[0].sent, subjects[0].waiting, subjects[0].polled
			continue
		}
		if err := sub.fill(ctx); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%d items of 500 B in the table; %d turns of %s, interleaved. \"of constant\" is the time an operation takes in units of the constant server's.\n", items, o.turns, o.span)
	for _, clients := range []int{1, most} {
		fmt.Fprintf(out, "\n%d clients\n\n| operation | server | a second | p50 | p99 | server CPU per operation | of constant |\n|---|---|---:|---:|---:|---:|---:|\n", clients)
		for _, r := range rows() {
			if !strings.Contains(r.name, o.rows) || r.alone && clients > 1 {
				continue
			}
			if err := measure(ctx, out, r, subjects, clients, o); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	return nil
}

// measure lets the servers that have a row take turns at it, and prints them.
func measure(ctx context.Context, out io.Writer, r row, subjects []*subject, clients int, o options) error {
	tallies := make([]tally, len(subjects))
	for turn := range o.turns + 1 {
		for i, s := range subjects {
			if !r.needs(s.server) {
				continue
			}
			if turn == 0 && s.name == nameConstant {
				if err := forget(ctx, s.endpoint); err != nil {
					return err
				}
			}
			op := func(ctx context.Context, client int) (time.Duration, error) { return r.do(ctx, s, client) }
			if err := tallies[i].turn(ctx, s.process, clients, o.span, op); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			if err := ctx.Err(); err != nil {
				return err // else an interrupted row would look like one not offered
			}
			if turn == 0 {
				tallies[i] = tally{}
			}
		}
	}
	peer := 0.0
	for i, s := range subjects {
		if s.name == nameConstant && r.needs(s.server) {
			peer = tallies[i].perSecond()
		}
	}
	for i, s := range subjects {
		t := &tallies[i]
		if !r.needs(s.server) {
			fmt.Fprintf(out, "| %s | %s | not offered | | | | |\n", r.name, s.name)
			continue
		}
		ratio := ""
		if peer > 0 {
			ratio = fmt.Sprintf("%.2f×", peer/t.perSecond())
		}
		fmt.Fprintf(out, "| %s | %s | %.0f | %s | %s | %d µs | %s |\n", r.name, s.name, t.perSecond(), round(t.percentile(50)), round(t.percentile(99)), t.cpuEach().Microseconds(), ratio)
	}
	return nil
}

func round(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
