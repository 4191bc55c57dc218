// Command sockets keeps browsers up to date: it holds their Socket.IO
// connections, replays what a person missed, and hands on what the activity
// function sends. It writes nothing that matters: the inbox and the feeds are
// the truth, and whatever is lost here is read again from them.
//
// Many instances run side by side. Each registers whose messages it wants and
// gets them on a queue of its own (instance.go, interest.go). The promise that
// follows: each committed notification reaches each device that returns within
// 90 days at least once, in order of its sequence, and is shown once.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/anikeshk/cumin/internal/environ"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	cfg, err := configure()
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.LogLevel})).With("service", "sockets")
	if err == nil {
		err = run(ctx, cfg, log)
	}
	if err != nil {
		log.Error("sockets stopped", slog.Any("err", err))
		os.Exit(1)
	}
}

// configure reads the environment, and the file it may name.
func configure() (Config, error) {
	if err := environ.LoadFile(); err != nil {
		return Config{}, err
	}
	return ConfigFromEnv()
}
