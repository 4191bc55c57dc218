package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/clock"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/queue"
	"github.com/anikeshk/cumin/internal/token"
	"github.com/anikeshk/cumin/services/sockets/socketio"
	"github.com/anikeshk/cumin/services/sockets/socketio/engineio"
)

// run reads the environment's AWS and clock, listens and serves until ctx ends.
func run(ctx context.Context, cfg Config, log *slog.Logger) error {
	awsConfig, err := awsenv.Load(ctx)
	if err != nil {
		return err
	}
	now, err := clock.FromEnv(ctx)
	if err != nil {
		return err
	}
	ln, err := httpapi.Listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	defer ln.Close()
	log.InfoContext(ctx, "listening", slog.String("address", ln.Addr().String()))
	s, err := newService(cfg, awsConfig, now, defaultTiming, log)
	if err != nil {
		return err
	}
	return s.run(ctx, ln)
}

// service is everything one process runs.
type service struct {
	cfg         Config
	log         *slog.Logger
	http        *httpapi.Server
	sockets     *socketio.Server
	hub         *hub
	instances   *instances
	revocations *token.Revocations
}

func newService(cfg Config, awsConfig aws.Config, now cumin.Clock, t timing, log *slog.Logger) (*service, error) {
	db := dynamo.Open(awsConfig, cfg.Tables)
	keys := token.NewRemoteKeys(cfg.JWKSURL)
	s := &service{cfg: cfg, log: log}
	s.revocations = token.NewRevocations(db.Auth(), now, log, func(r cumin.Revocation) { s.hub.revoke(r) })
	s.hub = newHub(hubConfig{
		tokens:   token.NewVerifier(cfg.Origins[0], keys, s.revocations, now),
		revoked:  s.revocations,
		access:   db.Projects(),
		members:  db.Members(),
		inbox:    db.Replay(),
		clock:    now,
		timing:   t,
		log:      log,
		instance: func() *instance { return s.instances.current() },
		peers:    peers{registry: db.Registry(), sender: queue.NewSender(awsConfig)},
	})
	s.instances = &instances{
		registry: db.Registry(),
		queues:   queues{client: sqs.NewFromConfig(awsConfig), stack: cfg.Stack, log: log},
		clock:    now,
		newID:    newULID,
		timing:   t,
		log:      log,
		deliver:  s.hub.deliver,
		abandon:  s.hub.abandon,
	}
	s.sockets = socketio.New(socketio.Config{
		Engine: engineio.Config{
			MaxPayload: maxPayload,
			NewID:      func() string { return cfg.Instance + "." + rand.Text() },
			Admit:      sameOrigin(cfg.Origins),
			Log:        log,
		},
		Namespaces:     map[string]socketio.Namespace{namespace: s.hub},
		ConnectTimeout: t.connect,
		MaxWaiting:     maxWaiting,
		Rate:           socketio.Rate{PerSecond: eventsPerSecond, Burst: eventsBurst},
	})
	var err error
	s.http, err = httpapi.New(httpapi.Config{
		Log: log, Origins: cfg.Origins, BodyLimit: 2 * maxPayload, Grace: cfg.DrainSpan + 5*time.Second,
		Gauges: []httpapi.Gauge{
			{Name: "cumin_sockets_sessions", Help: "Devices connected.", Value: func() float64 { return float64(len(s.hub.everybody())) }},
			{Name: "cumin_sockets_rooms", Help: "Projects that somebody is looking at.", Value: func() float64 { return float64(len(s.hub.projects())) }},
		},
		Ready: []httpapi.Check{
			{Name: "instance", Probe: s.instances.Ready},
			{Name: "revocations", Probe: s.revocations.Ready},
			{Name: "keys", Probe: keys.Ready},
		},
	})
	if err != nil {
		return nil, err
	}
	routes(s.http.App(), s.sockets.Handler())
	return s, nil
}

// run serves until ctx ends. Then it drains: newcomers are refused, the
// connections closed over a span while messages still arrive for those that
// remain, and only afterwards the queue, the lease and the rows are removed.
func (s *service) run(ctx context.Context, ln net.Listener) error {
	g, gctx := errgroup.WithContext(context.WithoutCancel(ctx))
	background, stop := context.WithCancel(gctx)
	defer stop()
	g.Go(func() error { return s.instances.Run(background) })
	g.Go(func() error { return s.revocations.Run(background) })
	g.Go(func() error { return s.hub.Run(background) })

	serving, cancel := context.WithCancel(ctx)
	defer cancel()
	context.AfterFunc(gctx, cancel) // what runs in the background does not end by itself
	err := s.http.Run(serving, ln, s.drain)
	stop()
	return errors.Join(err, g.Wait())
}

// drain closes the connections in random order over the configured span, so
// that the clients do not return all at once.
func (s *service) drain(ctx context.Context) error {
	s.sockets.Refuse()
	s.hub.refuse()
	err := s.instances.drain(ctx)
	conns := s.sockets.Conns()
	mathrand.Shuffle(len(conns), func(i, j int) { conns[i], conns[j] = conns[j], conns[i] })
	for _, c := range conns {
		c.Close()
		pause(ctx, s.cfg.DrainSpan/time.Duration(len(conns)))
	}
	if e := s.sockets.Close(ctx); e != nil {
		err = errors.Join(err, fmt.Errorf("close connections: %w", e))
	}
	return err
}

func newULID(at time.Time) string {
	return ulid.MustNew(ulid.Timestamp(at), rand.Reader).String()
}
