package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"github.com/anikeshk/cumin/emulator"
)

// runAWS serves the embedded AWS by itself until it is told to stop; "snapshot"
// and "open" are about the state of one.
func runAWS(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "snapshot":
			return takeSnapshot(ctx, args[1:])
		case "open":
			return openJournal(ctx, args[1:])
		}
	}
	f := flags("aws")
	listen := f.String("listen", "127.0.0.1:4566", "address to listen on")
	data := f.String("data", "", "folder that keeps everything across restarts; empty: nothing is kept")
	from := f.String("from", "", "snapshot to start from; --data, if given, must be empty")
	copyable := f.Bool("snapshots", false, "without --data or --from: allow `cumin aws snapshot`, which costs memory")
	journal := f.Bool("journal", false, "write down all that happens, for GET /_cumin/journal")
	latency := f.String("latency", string(emulator.Instant), "when stream records reach functions: instant, or aws (0.2 to 1 s)")
	seed := f.Uint64("seed", 0, "seed of the fault rules' dice")
	level := slog.LevelInfo
	f.TextVar(&level, "log", slog.LevelInfo, "log level: debug, info, warn, error")
	if err := parseAlone(f, args); err != nil {
		return err
	}
	o := emulator.Options{
		Addr: *listen, Dir: *data, Snapshots: *copyable, Journal: *journal, Seed: *seed, Latency: emulator.Latency(*latency),
		Log: slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level})),
	}
	if *from != "" {
		var err error
		if o.Snapshot, err = readSnapshot(*from); err != nil {
			return err
		}
	}
	return emulator.Serve(ctx, o, func(endpoint string) {
		o.Log.Info("ready", slog.String("endpoint", endpoint))
	})
}

func readSnapshot(path string) (_ *emulator.Snapshot, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	s, err := emulator.ReadSnapshot(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}
