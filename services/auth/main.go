// Command auth registers people, signs them in and keeps their sessions. It
// issues short access tokens and rotating refresh tokens (SECURITY §3) and
// publishes the keys by which api and sockets verify the former. It alone
// writes the auth table and sees passwords and cookies. With -openapi FILE it
// writes its OpenAPI document there and ends.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/anikeshk/cumin/internal/environ"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	if len(os.Args) == 3 && os.Args[1] == "-openapi" {
		if err := writeDocument(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	cfg, err := configure()
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.LogLevel})).With("service", "auth")
	if err == nil {
		err = run(ctx, cfg, log)
	}
	if err != nil {
		log.Error("auth stopped", slog.Any("err", err))
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
