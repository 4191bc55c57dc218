package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/anikeshk/cumin/emulator"
)

// runAWS serves the embedded AWS by itself until it is told to stop.
func runAWS(ctx context.Context, args []string) error {
	f := flags("aws")
	listen := f.String("listen", "127.0.0.1:4566", "address to listen on")
	data := f.String("data", "", "folder that keeps everything across restarts; empty: nothing is kept")
	latency := f.String("latency", string(emulator.Instant), "when stream records reach functions: instant, or aws (0.2 to 1 s)")
	seed := f.Uint64("seed", 0, "seed of the fault rules' dice")
	level := slog.LevelInfo
	f.TextVar(&level, "log", slog.LevelInfo, "log level: debug, info, warn, error")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("aws takes no argument %q", f.Arg(0))
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	return emulator.Serve(ctx, emulator.Options{Addr: *listen, Dir: *data, Seed: *seed, Latency: emulator.Latency(*latency), Log: log}, func(endpoint string) {
		log.Info("ready", slog.String("endpoint", endpoint))
	})
}
