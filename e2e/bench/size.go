package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/platform"
)

const (
	smallProject = 100 // tasks of the project that the large one is compared with
	turns        = 4   // of each project at each row, by turns
	creators     = 64  // people who create in one project at once
	perCreator   = 5

	countsPatience = 10 * time.Minute
	// settle is longer than a board looks back in the feed.
	settle = 12 * time.Second
)

// sized is a person with one project, and the calls that are compared.
type sized struct {
	*caller
	path string
}

// benchSize measures what a project costs that has a thousand times the tasks
// of another. Each has an owner of its own, so that each one's projects page
// shows one card.
func benchSize(ctx context.Context, b *bench, p *platform.Platform, tasks int) error {
	small, err := newSized(ctx, b, p, 0, smallProject)
	if err != nil {
		return err
	}
	large, err := newSized(ctx, b, p, 2, tasks)
	if err != nil {
		return err
	}
	if err := large.settled(ctx); err != nil {
		return err
	}
	fmt.Fprintf(b.out, "\n%-44s %9s %9s %12s   %s\n", fmt.Sprintf("%d tasks, then %d", smallProject, tasks), "p50", "p99", "server CPU", "of the small one (p50, p99, CPU)")
	rows := []struct {
		name string
		op   func(s *sized) func(context.Context, int) error
	}{
		{"projects page", func(s *sized) func(context.Context, int) error { return s.get("/api/v1/projects") }},
		{"board, first page (3 columns of 25)", func(s *sized) func(context.Context, int) error { return s.get(s.path + "/board?limit=25") }},
		{"POST task", func(s *sized) func(context.Context, int) error {
			return func(ctx context.Context, _ int) error {
				return s.call(ctx, http.MethodPost, s.path+"/tasks", map[string]string{"title": "A task of usual length"}, nil)
			}
		}},
	}
	for _, row := range rows {
		if err := b.compare(ctx, p, row.name, row.op(small), row.op(large)); err != nil {
			return fmt.Errorf("%s: %w", row.name, err)
		}
	}
	return b.crowd(ctx, large)
}

// newSized writes a project of n tasks for one of the demo's people and waits
// until it is counted.
func newSized(ctx context.Context, b *bench, p *platform.Platform, person, n int) (*sized, error) {
	at := time.Now()
	made, err := demo.Large(ctx, p.DemoStack(), person, n, func(int) {})
	if err != nil {
		return nil, err
	}
	wrote := time.Since(at)
	owner := demo.People()[person]
	s := &sized{&caller{base: p.URL(), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: creators}}}, "/api/v1/projects/" + string(made.ID)}
	if err := s.signIn(ctx, map[string]any{"email": owner.Email, "password": owner.Password}); err != nil {
		return nil, err
	}
	for {
		counted, err := s.counted(ctx)
		if err != nil {
			return nil, err
		}
		if counted == n {
			fmt.Fprintf(b.out, "%d tasks written in %s, counted %s after\n", n, wrote.Round(time.Millisecond), (time.Since(at) - wrote).Round(time.Millisecond))
			return s, nil
		}
		if time.Since(at) > countsPatience {
			return nil, fmt.Errorf("%d of %d tasks are counted after %s", counted, n, countsPatience)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (s *sized) counted(ctx context.Context) (int, error) {
	var got struct{ Counts map[string]int }
	err := s.call(ctx, http.MethodGet, s.path, nil, &got)
	return got.Counts["todo"] + got.Counts["inProgress"] + got.Counts["done"], err
}

// settled waits until the project's feed has stood still for a while: the burst
// that wrote the project is not what is measured.
func (s *sized) settled(ctx context.Context) error {
	for last, since := -1, time.Now(); time.Since(since) < settle; time.Sleep(time.Second) {
		var board struct{ Seq int }
		if err := s.call(ctx, http.MethodGet, s.path+"/board?limit=1", nil, &board); err != nil {
			return err
		}
		if board.Seq != last {
			last, since = board.Seq, time.Now()
		}
	}
	return nil
}

func (s *sized) get(path string) func(context.Context, int) error {
	return func(ctx context.Context, _ int) error { return s.call(ctx, http.MethodGet, path, nil, nil) }
}

// compare measures two operations by turns, one call at a time: with more the
// queue in front of two cores would be measured.
func (b *bench) compare(ctx context.Context, p *platform.Platform, name string, small, large func(context.Context, int) error) error {
	one := &bench{span: b.span / turns, clients: 1, out: b.out}
	type side struct {
		op    func(context.Context, int) error
		times []time.Duration
		cpu   time.Duration
	}
	sides := [2]side{{op: small}, {op: large}}
	for range turns {
		for i := range sides {
			before, err := serverCPU(p)
			if err != nil {
				return err
			}
			times, err := one.times(ctx, sides[i].op)
			if err != nil {
				return err
			}
			after, err := serverCPU(p)
			if err != nil {
				return err
			}
			sides[i].times = append(sides[i].times, times...)
			sides[i].cpu += after - before
		}
	}
	results := [2]result{}
	cpus := [2]time.Duration{}
	for i, s := range sides {
		results[i], cpus[i] = summarize(s.times), s.cpu/time.Duration(max(1, len(s.times)))
	}
	fmt.Fprintf(b.out, "%-44s %9s %9s %12s\n", name, round(results[0].p50), round(results[0].p99), round(cpus[0]))
	fmt.Fprintf(b.out, "%-44s %9s %9s %12s   %.2f, %.2f, %.2f\n", "", round(results[1].p50), round(results[1].p99), round(cpus[1]),
		over(results[1].p50, results[0].p50), over(results[1].p99, results[0].p99), over(cpus[1], cpus[0]))
	return nil
}

func over(a, b time.Duration) float64 { return float64(a) / float64(max(b, 1)) }

// crowd lets many people create tasks in one project at once and checks that
// each got a number of its own.
func (b *bench) crowd(ctx context.Context, s *sized) error {
	var (
		mu      sync.Mutex
		numbers []int
		fail    error
		wg      sync.WaitGroup
	)
	at := time.Now()
	for range creators {
		wg.Go(func() {
			for range perCreator {
				var made struct{ Number int }
				err := s.call(ctx, http.MethodPost, s.path+"/tasks", map[string]string{"title": "Made in a crowd"}, &made)
				mu.Lock()
				fail = errors.Join(fail, err)
				numbers = append(numbers, made.Number)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	took := time.Since(at)
	slices.Sort(numbers)
	distinct := len(slices.Compact(slices.Clone(numbers)))
	if fail != nil || distinct != len(numbers) {
		return fmt.Errorf("%d creators: %d of %d numbers differ: %w", creators, distinct, len(numbers), fail)
	}
	fmt.Fprintf(b.out, "%d creators at once in the large project: %d tasks, no error, no number twice, %s\n\n", creators, len(numbers), took.Round(time.Millisecond))
	return nil
}

// clockTick is the unit of times in /proc/PID/stat.
const clockTick = 10 * time.Millisecond

// serverCPU is the processor time that the API and the AWS have used.
func serverCPU(p *platform.Platform) (time.Duration, error) {
	total := time.Duration(0)
	for _, name := range []string{"api", "aws"} {
		pid := p.State().Processes[name]
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return 0, fmt.Errorf("processor time of %s, which Linux tells only: %w", name, err)
		}
		// The name, in parentheses, may hold anything; fields are counted after it.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		for _, i := range []int{11, 12} { // utime, stime
			ticks, err := strconv.Atoi(fields[i])
			if err != nil {
				return 0, fmt.Errorf("processor time of %s: %w", name, err)
			}
			total += time.Duration(ticks) * clockTick
		}
	}
	return total, nil
}
