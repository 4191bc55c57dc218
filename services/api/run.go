package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

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
	cursorKey, err := loadCursorKey(cfg.CursorKeyFile)
	if err != nil {
		return err
	}
	db := dynamo.Open(aws, cfg.Tables)
	revocations := token.NewRevocations(db.Auth(), now, log, nil)
	keys := token.NewRemoteKeys(cfg.JWKS)

	shell, err := httpapi.New(httpapi.Config{Log: log, Origins: cfg.Origins, TrustedProxies: cfg.Proxies, Ready: []httpapi.Check{
		{Name: "dynamodb", Probe: func(ctx context.Context) error { return db.Ping(ctx, cfg.Tables.Core) }},
		{Name: "auth keys", Probe: keys.Ready},
		{Name: "revocations", Probe: revocations.Ready},
	}})
	if err != nil {
		return fmt.Errorf("build server: %w", err)
	}
	verifier := token.NewVerifier(cfg.Origins[0], keys, revocations, now)
	s := newService(db, newFiles(aws, cfg.Bucket, cfg.S3PublicEndpoint, now), now, cursors{key: cursorKey})
	if _, err := s.mount(shell, verifier.Authenticate, newLimiter(cfg.Rate, time.Now)); err != nil {
		return err
	}

	ln, err := httpapi.Listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "serving", slog.String("listen", ln.Addr().String()))
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return revocations.Run(ctx) })
	g.Go(func() error { return shell.Run(ctx, ln) })
	return g.Wait()
}

// service holds the domain services that the handlers call.
type service struct {
	projects      cumin.Projects
	members       cumin.Members
	invites       cumin.Invites
	comments      cumin.Comments
	history       cumin.History
	tasks         cumin.Tasks
	boards        cumin.Boards
	exports       cumin.Exports
	notifications cumin.Notifications
	answers       cumin.AnswerStore
	clock         cumin.Clock
	cursors       cursors
}

func newService(db *dynamo.DB, files cumin.FileSigner, now cumin.Clock, c cursors) *service {
	s := &service{
		projects: cumin.Projects{Store: db.Projects(), Clock: now, NewID: newID},
		members:  cumin.Members{Access: db.Projects(), Store: db.Members(), Profiles: db.Profiles(), Clock: now},
		invites: cumin.Invites{
			Projects: db.Projects(), Members: db.Members(), Profiles: db.Profiles(), Store: db.Invites(), Clock: now, NewID: newID,
		},
		comments: cumin.Comments{
			Access: db.Projects(), Tasks: db.Tasks(), Members: db.Members(), Store: db.Comments(), Clock: now, NewID: newID,
		},
		history:       cumin.History{Access: db.Projects(), Tasks: db.Tasks(), Store: db.History()},
		exports:       cumin.Exports{Projects: db.Projects(), Store: db.Exports(), Files: files, Clock: now, NewID: newID},
		notifications: cumin.Notifications{Store: db.ReadState(), Prefs: db.Preferences()},
		answers:       db.Answers(now),
		clock:         now,
		cursors:       c,
	}
	s.tasks = cumin.Tasks{
		Access: db.Projects(), Members: db.Members(), Store: db.Tasks(), Clock: now, NewID: newID, Pick: rand.Int64N,
	}
	s.boards = cumin.Boards{Projects: s.projects, Members: s.members, Tasks: db.Tasks(), Feed: db.Feed(now), Clock: now}
	return s
}

// newID is a ULID; those that one process makes within a millisecond rise.
func newID(at time.Time) string {
	return ulid.MustNew(ulid.Timestamp(at), ulid.DefaultEntropy()).String()
}
