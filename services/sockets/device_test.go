package main

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

// device is a client that returns, as browsers do: it keeps its cursor, shows
// each notification once and acknowledges it.
type device struct {
	w         *world
	person    person
	transport sioclient.Transport
	urls      []string // tried in turn

	mu       sync.Mutex // guards what follows
	token    string
	cursor   *int64
	conn     *sioclient.Conn
	shown    []int64 // sequences, each once
	received int
	syncs    []syncMark
	events   []cumin.Event
	expiring []int64
	ended    []cumin.Code
	refused  []string
	connects int
	silent   bool
}

// connect brings a device online that stays so until the test ends.
func (w *world) connect(p person, transport sioclient.Transport, urls ...string) *device {
	w.t.Helper()
	return w.returning(p, transport, nil, urls...)
}

// returning is connect for a device that remembers a cursor.
func (w *world) returning(p person, transport sioclient.Transport, cursor *int64, urls ...string) *device {
	w.t.Helper()
	d := &device{w: w, person: p, transport: transport, urls: urls, cursor: cursor, token: w.token(p)}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.run(ctx)
	}()
	w.t.Cleanup(func() { cancel(); <-done })
	w.await("in sync or refused", func() bool {
		return d.read(func() bool { return d.conn != nil && len(d.syncs) > 0 || len(d.refused) > 0 })
	})
	return d
}

func (d *device) run(ctx context.Context) {
	for i := 0; ctx.Err() == nil; i++ {
		conn, err := d.dial(ctx, d.urls[i%len(d.urls)])
		if refused, ok := errors.AsType[*sioclient.ConnectError](err); ok {
			d.update(func() { d.refused = append(d.refused, refused.Data.Code) })
			return
		}
		if err != nil {
			pause(ctx, 20*time.Millisecond)
			continue
		}
		select {
		case <-conn.Done():
		case <-ctx.Done():
			conn.Close()
		}
	}
}

func (d *device) dial(ctx context.Context, url string) (*sioclient.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var hello hello
	d.update(func() { hello.Token, hello.Cursor = d.token, d.cursor })
	conn, err := sioclient.Dial(ctx, sioclient.Options{URL: url, Transport: d.transport, Auth: hello, OnEvent: d.on})
	if err == nil {
		d.update(func() { d.conn, d.connects = conn, d.connects+1 })
	}
	return conn, err
}

func (d *device) on(e sioclient.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch e.Name {
	case "notification":
		if d.silent {
			return
		}
		var n cumin.Notification
		must(json.Unmarshal(e.Args[0], &n))
		d.received++
		if !slices.Contains(d.shown, n.Seq) {
			d.shown = append(d.shown, n.Seq)
		}
		if d.cursor == nil || *d.cursor < n.Seq {
			d.cursor = &n.Seq
		}
		go func() { _ = e.Ack() }() // a connection that is gone replays it
	case "sync":
		var s syncMark
		must(json.Unmarshal(e.Args[0], &s))
		d.syncs, d.cursor = append(d.syncs, s), &s.Cursor
	case "event":
		var event cumin.Event
		must(json.Unmarshal(e.Args[0], &event))
		d.events = append(d.events, event)
	case "session:expiring":
		var in struct{ In int64 }
		must(json.Unmarshal(e.Args[0], &in))
		d.expiring = append(d.expiring, in.In)
	case "session:ended":
		var in struct{ Code cumin.Code }
		must(json.Unmarshal(e.Args[0], &in))
		d.ended = append(d.ended, in.Code)
	}
}

// must fails the whole run: it is called where no test can be failed.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func (d *device) update(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

func (d *device) read(ask func() bool) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return ask()
}

// sees waits until the sequences shown are these, in this order.
func (d *device) sees(from, to int64) {
	d.w.t.Helper()
	var want []int64
	for seq := from; seq <= to; seq++ {
		want = append(want, seq)
	}
	if !waitFor(func() bool { return d.read(func() bool { return len(d.shown) >= len(want) }) }) {
		d.w.t.Logf("shown %d of %d, received %d, connects %d", len(d.shown), len(want), d.received, d.connects)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	require.Equal(d.w.t, want, d.shown)
}

func waitFor(met func() bool) bool {
	for late := time.Now().Add(patience); time.Now().Before(late); time.Sleep(5 * time.Millisecond) {
		if met() {
			return true
		}
	}
	return false
}

func (d *device) waits(what string, met func() bool) {
	d.w.t.Helper()
	d.w.await(what, func() bool { return d.read(met) })
}

// call sends an event and decodes its acknowledgement.
func (d *device) call(name string, arg any) (answer struct {
	OK      bool
	Seq     int64
	Code    cumin.Code
	Present []cumin.UserID
}) {
	d.w.t.Helper()
	ctx, cancel := context.WithTimeout(d.w.t.Context(), patience)
	defer cancel()
	d.mu.Lock()
	conn := d.conn
	d.mu.Unlock()
	args, err := conn.Call(ctx, name, arg)
	require.NoError(d.w.t, err)
	require.Len(d.w.t, args, 1)
	require.NoError(d.w.t, json.Unmarshal(args[0], &answer))
	return answer
}

// drop cuts the connection without a word.
func (d *device) drop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.conn.Kill()
}

func at(seq int64) *int64 { return &seq }
