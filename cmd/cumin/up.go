package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/platform"
)

func up(ctx context.Context, args []string) error {
	started := time.Now()
	f := flags("up")
	fresh := f.Bool("fresh", false, "remove the old stack's data first")
	once := f.Bool("once", false, "print the banner and stop again; measures a start")
	target := f.String("target", os.Getenv(targetSetting), "embedded (default), or in containers: localstack, emulator-container")
	if err := parseAlone(f, args); err != nil {
		return err
	}
	if *target != "" && *target != "embedded" {
		profile, ok := profiles[*target]
		if !ok {
			return fmt.Errorf("up knows no target %q", *target)
		}
		return upComposed(ctx, profile, *fresh, *once)
	}
	root, dir, err := home()
	if err != nil {
		return err
	}
	if *fresh {
		if err := platform.Reset(dir); err != nil {
			return err
		}
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	all, err := ports()
	if err != nil {
		return err
	}
	options := platform.Options{Root: root, Dir: dir, Exe: exe, Ports: all, Screen: os.Stdout}
	if all != platform.DefaultPorts() { // cookies ignore ports
		options.Settings = map[string]string{"CUMIN_COOKIE_SUFFIX": strconv.Itoa(all.HTTPS)}
	}
	p, err := platform.Start(ctx, options)
	if errors.Is(err, platform.ErrPortInUse) {
		return fmt.Errorf("%w\nstop what uses it, or choose others: %s=%s (https, http, AWS, auth, api, sockets)", err, portsSetting, all)
	}
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.Seed(ctx); err != nil {
		return err
	}
	if err := banner(ctx, p, started); err != nil {
		return err
	}
	if *once {
		return nil
	}
	defer func() { fmt.Println("\nstopping; Ctrl-C again kills at once") }()
	return p.Watch(ctx)
}

func banner(ctx context.Context, p *platform.Platform, started time.Time) error {
	url, hint, err := p.BestURL(ctx)
	if err != nil {
		return err
	}
	line := strings.Repeat("─", 72)
	fmt.Printf("%s\n  Cumin is ready at %s   (%.1f s)\n\n", line, url, time.Since(started).Seconds())
	for _, u := range demo.People()[:2] {
		fmt.Printf("  sign in as %-18s %s\n", u.Email, u.Password)
	}
	fmt.Printf("\n  https %s\n  http  %s\n  AWS   %s\n", p.SecureURL(), p.URL(), p.Endpoint())
	if hint != "" {
		fmt.Printf("\n  %s\n", hint)
	}
	fmt.Printf("\n  Ctrl-C stops everything; `go run ./cmd/cumin help` lists what else there is.\n%s\n", line)
	return nil
}

// stopPatience is how long a stack may take to drain.
const stopPatience = 30 * time.Second

func down(_ context.Context, args []string) error {
	if err := parseAlone(flags("down"), args); err != nil {
		return err
	}
	_, dir, err := home()
	if err != nil {
		return err
	}
	was, err := platform.Stop(dir, stopPatience)
	switch {
	case err != nil:
		return err
	case was:
		fmt.Println("stopped")
	default:
		fmt.Println("nothing runs")
	}
	return nil
}

func reset(_ context.Context, args []string) error {
	if err := parseAlone(flags("reset"), args); err != nil {
		return err
	}
	_, dir, err := home()
	if err != nil {
		return err
	}
	if _, err := platform.Stop(dir, stopPatience); err != nil {
		return err
	}
	return platform.Reset(dir)
}

func status(_ context.Context, args []string) error {
	if err := parseAlone(flags("status"), args); err != nil {
		return err
	}
	_, dir, err := home()
	if err != nil {
		return err
	}
	s, err := platform.ReadState(dir)
	if err != nil {
		return err
	}
	if s == nil {
		fmt.Println("nothing runs")
		return nil
	}
	since := s.Started.Local().Format(time.DateTime)
	if !s.Ready {
		fmt.Printf("being built and started since %s by process %d\n", since, s.PID)
	} else {
		fmt.Printf("%s since %s, process %d\n", s.URL, since, s.PID)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Processes)) {
		fmt.Printf("  %-8s process %d\n", name, s.Processes[name])
	}
	return nil
}
