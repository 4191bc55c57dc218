// Command api serves projects, tasks, exports and the inbox under /api/v1.
// It verifies access tokens by itself (internal/token) and decides by the
// caller's membership (internal/cumin); who may call what stands in routes.go.
// With -openapi FILE it writes its OpenAPI document there and ends.
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
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if len(os.Args) == 3 && os.Args[1] == "-openapi" {
		if err := writeDocument(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	cfg, err := configure()
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.LogLevel})).With(slog.String("service", "api"))
	if err == nil {
		err = run(ctx, cfg, log)
	}
	if err != nil {
		log.Error("stopped", slog.Any("err", err))
		os.Exit(1)
	}
}

// configure reads the environment, and the file it may name.
func configure() (Config, error) {
	if err := environ.LoadFile(); err != nil {
		return Config{}, err
	}
	return ConfigFromEnv(os.Getenv)
}
