package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/platform"
)

func up(ctx context.Context, args []string) error {
	started := time.Now()
	f := flags("up")
	fresh := f.Bool("fresh", false, "remove the old stack's data first")
	once := f.Bool("once", false, "print the banner and stop again; measures a start")
	if err := f.Parse(args); err != nil {
		return err
	}
	root, dir, err := home()
	if err != nil {
		return err
	}
	if running, err := platform.ReadState(dir); err != nil {
		return err
	} else if running != nil {
		return fmt.Errorf("the stack runs already (process %d) at %s", running.PID, running.URL)
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
	p, err := platform.Start(ctx, platform.Options{Root: root, Dir: dir, Exe: exe, Screen: os.Stdout})
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
	if err := p.Watch(ctx); err != nil {
		return err
	}
	fmt.Println("\nstopping")
	return nil
}

func banner(ctx context.Context, p *platform.Platform, started time.Time) error {
	url, hint, err := p.BestURL(ctx)
	if err != nil {
		return err
	}
	line := strings.Repeat("─", 72)
	fmt.Printf("%s\n  Cumin is ready at %s   (%.1f s)\n\n", line, url, time.Since(started).Seconds())
	for _, u := range platform.DemoUsers() {
		fmt.Printf("  sign in as %-18s %s\n", u.Email, u.Password)
	}
	fmt.Printf("\n  https %s\n  http  %s\n  AWS   %s\n", p.SecureURL(), p.URL(), p.Endpoint())
	if hint != "" {
		fmt.Printf("\n  %s\n", hint)
	}
	fmt.Println(line)
	return nil
}

// stopPatience is how long a stack may take to drain.
const stopPatience = 30 * time.Second

func down(_ context.Context, args []string) error {
	if len(args) > 0 {
		return errors.New("down takes no arguments")
	}
	_, dir, err := home()
	if err != nil {
		return err
	}
	was, err := platform.Stop(dir, stopPatience)
	if err == nil && !was {
		fmt.Println("nothing runs")
	}
	return err
}

func reset(_ context.Context, args []string) error {
	if len(args) > 0 {
		return errors.New("reset takes no arguments")
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
	if len(args) > 0 {
		return errors.New("status takes no arguments")
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
	fmt.Printf("%s since %s\n", s.URL, s.Started.Local().Format(time.DateTime))
	for name, pid := range s.Processes {
		fmt.Printf("  %-8s process %d\n", name, pid)
	}
	return nil
}
