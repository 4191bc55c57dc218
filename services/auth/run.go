package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/clock"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/token"
)

// run wires the service together and serves until ctx is done.
func run(ctx context.Context, cfg Config, log *slog.Logger) error {
	now, err := clock.FromEnv(ctx)
	if err != nil {
		return err
	}
	aws, err := awsenv.Load(ctx)
	if err != nil {
		return err
	}
	db := dynamo.Open(aws, cfg.Tables)
	shell, err := newServer(cfg, db, now, productionCost, log)
	if err != nil {
		return fmt.Errorf("build server: %w", err)
	}
	ln, err := httpapi.Listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "serving", slog.String("listen", ln.Addr().String()))
	return shell.Run(ctx, ln)
}

// newServer builds the service over its store.
func newServer(cfg Config, db *dynamo.DB, now cumin.Clock, c cost, log *slog.Logger) (*httpapi.Server, error) {
	keys, err := token.LoadKeys(cfg.SigningKeyFile)
	if err != nil {
		return nil, err
	}
	issuer, err := token.NewIssuer(cfg.Origins[0], cfg.AccessTTL, keys)
	if err != nil {
		return nil, err
	}
	shell, err := httpapi.New(httpapi.Config{Log: log, Origins: cfg.Origins, TrustedProxies: cfg.Proxies, BodyLimit: maxBodyBytes, Ready: []httpapi.Check{
		{Name: "dynamodb", Probe: func(ctx context.Context) error { return db.Ping(ctx, cfg.Tables.Auth) }},
	}})
	if err != nil {
		return nil, err
	}
	store := db.Auth()
	s := &service{
		accounts: &accounts{store: store, clock: now, newID: newID, hasher: newHasher(c), throttle: throttle{store, now},
			free: cfg.Free, passwordMin: cfg.PasswordMin, log: log},
		sessions: &sessions{store: store, clock: now, newID: newID, issuer: issuer, grace: cfg.RefreshGrace, log: log},
		cookies:  newCookies(cfg.CookieSuffix),
		issuer:   issuer,
	}
	// whoami reads the session itself, so there is no list of revocations here.
	verifier := token.NewVerifier(cfg.Origins[0], issuer.Keys(), nil, now)
	if err := s.mount(shell, verifier.Authenticate); err != nil {
		return nil, err
	}
	return shell, nil
}

// maxBodyBytes is above what nginx lets through to us.
const maxBodyBytes = 32 << 10

// newID makes a random ULID: ids of one millisecond do not tell their order.
func newID(at time.Time) string {
	return ulid.MustNew(ulid.Timestamp(at), ulid.DefaultEntropy()).String()
}
