package client

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

// The transports a device may use.
const (
	Polling   = sioclient.Polling
	WebSocket = sioclient.WebSocket
	Upgrade   = sioclient.Upgrade // begins on polling, as browsers do
)

const (
	remembered = 500 // ids of notifications kept to show each once
	returning  = 50 * time.Millisecond
	patience   = time.Minute // of the Wait functions; a busy LocalStack takes half of it
)

// Socket is one device of a person, as the web client behaves: it connects with
// the access token and its cursor, acknowledges notifications and shows each
// once, joins its projects again after it was cut off, renews its token when
// told that it expires, and returns until it is closed.
type Socket struct {
	user      *User
	transport sioclient.Transport
	tls       *tls.Config
	stop      context.CancelFunc
	stopped   chan struct{}

	mu       sync.Mutex // guards what follows
	changed  chan struct{}
	conn     *sioclient.Conn // nil while away
	sid      string          // of the last connection
	projects []string
	cursor   *int64
	ids      []cumin.EventID

	shown    []cumin.Notification
	received int // notifications, those seen before included
	events   []Arrival
	syncs    []Sync
	ended    []End
	connects int
	refusals []string
	silent   bool
	failure  error // of the last attempt to connect
}

// Arrival is a live event and when it came.
type Arrival struct {
	cumin.Event
	Came time.Time
}

// End is the server's word that the session has ended, and when it came.
type End struct {
	Code string
	Came time.Time
}

// Sync is the server's word that the replay is over.
type Sync struct {
	Cursor   int64 `json:"cursor"`
	Complete bool  `json:"complete"`
}

// Connect brings a device online and waits until it is in sync. It is closed
// with the test.
func (u *User) Connect(t testing.TB, transport sioclient.Transport) *Socket {
	t.Helper()
	s := u.Device(t, transport, nil)
	s.wait(t, "in sync", func() bool { return len(s.syncs) > 0 })
	return s
}

// Device is Connect without the wait, for a device that remembers a cursor.
func (u *User) Device(t testing.TB, transport sioclient.Transport, cursor *int64) *Socket {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &Socket{user: u, transport: transport, cursor: cursor, stop: cancel, stopped: make(chan struct{}), changed: make(chan struct{})}
	if own, ok := u.http.Transport.(*http.Transport); ok {
		s.tls = own.TLSClientConfig.Clone()
		s.tls.NextProtos = nil // the user's own offers HTTP/2, on which there is no upgrade
	}
	go s.run(ctx)
	t.Cleanup(s.Close)
	return s
}

// Close goes offline for good.
func (s *Socket) Close() {
	s.stop()
	<-s.stopped
}

// Drop cuts the connection without a word; the device returns by itself.
func (s *Socket) Drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.Kill()
	}
}

// Instance is the sockets instance that the device is, or was last, connected
// to: the first part of its session's id.
func (s *Socket) Instance() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	name, _, _ := strings.Cut(s.sid, ".")
	return name
}

// Silence stops (or resumes) the acknowledging of notifications.
func (s *Socket) Silence(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.silent = on
}

// Join opens a project's board and returns the sequence of its feed.
func (s *Socket) Join(t testing.TB, project string) int64 {
	t.Helper()
	seq, err := s.TryJoin(t.Context(), project)
	if err != nil {
		t.Fatalf("%s joins %s: %v", s.user.Name, project, err)
	}
	return seq
}

// TryJoin is Join for a project that may not be the person's; a refusal is a
// *Problem with the code.
func (s *Socket) TryJoin(ctx context.Context, project string) (int64, error) {
	s.mu.Lock()
	conn := s.conn
	s.mu.Unlock()
	if conn == nil {
		return 0, errors.New("offline")
	}
	seq, err := join(ctx, conn, project)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.projects, project) {
		s.projects = append(s.projects, project)
	}
	return seq, nil
}

func join(ctx context.Context, conn *sioclient.Conn, project string) (int64, error) {
	var answer struct {
		OK   bool   `json:"ok"`
		Seq  int64  `json:"seq"`
		Code string `json:"code"`
	}
	if err := call(ctx, conn, &answer, "project:join", map[string]string{"projectId": project}); err != nil {
		return 0, err
	}
	if !answer.OK {
		return 0, &Problem{Code: answer.Code, Raw: "project:join"}
	}
	return answer.Seq, nil
}

func call(ctx context.Context, conn *sioclient.Conn, answer any, name string, arg any) error {
	args, err := conn.Call(ctx, name, arg)
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return fmt.Errorf("%s was acknowledged with %d values", name, len(args))
	}
	return json.Unmarshal(args[0], answer)
}

// Notifications are those shown, each once, in the order they came.
func (s *Socket) Notifications() []cumin.Notification {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.shown)
}

// Received counts notifications as they came, duplicates included.
func (s *Socket) Received() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received
}

// Events are the live events so far.
func (s *Socket) Events() []cumin.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	events := make([]cumin.Event, len(s.events))
	for i, a := range s.events {
		events[i] = a.Event
	}
	return events
}

// Arrivals are the live events so far and when each came.
func (s *Socket) Arrivals() []Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events)
}

// Ends are the ends of sessions that the device was told of.
func (s *Socket) Ends() []End {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ended)
}

// WaitNotification waits for a notification, shown already or to come.
func (s *Socket) WaitNotification(t testing.TB, what string, match func(cumin.Notification) bool) cumin.Notification {
	t.Helper()
	var found cumin.Notification
	s.wait(t, "notified of "+what, func() bool {
		i := slices.IndexFunc(s.shown, match)
		if i >= 0 {
			found = s.shown[i]
		}
		return i >= 0
	})
	return found
}

// WaitEvent waits for a live event, here already or to come.
func (s *Socket) WaitEvent(t testing.TB, what string, match func(cumin.Event) bool) cumin.Event {
	t.Helper()
	var found cumin.Event
	s.wait(t, "told of "+what, func() bool {
		i := slices.IndexFunc(s.events, func(a Arrival) bool { return match(a.Event) })
		if i >= 0 {
			found = s.events[i].Event
		}
		return i >= 0
	})
	return found
}

// WaitConnects waits until the device has been let in n times.
func (s *Socket) WaitConnects(t testing.TB, n int) {
	t.Helper()
	s.wait(t, fmt.Sprintf("let in %d times", n), func() bool { return s.connects >= n && s.conn != nil })
}

// WaitEnded waits until the server has ended the session with a code.
func (s *Socket) WaitEnded(t testing.TB, code string) {
	t.Helper()
	s.wait(t, "ended with "+code, func() bool {
		return slices.ContainsFunc(s.ended, func(e End) bool { return e.Code == code })
	})
}

// WaitRefused waits until the server has refused a connection with a code.
func (s *Socket) WaitRefused(t testing.TB, code string) {
	t.Helper()
	s.wait(t, "refused with "+code, func() bool { return slices.Contains(s.refusals, code) })
}

// Syncs are the ends of the replays so far.
func (s *Socket) Syncs() []Sync {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.syncs)
}

func (s *Socket) wait(t testing.TB, what string, met func() bool) {
	t.Helper()
	late := time.After(patience)
	for {
		s.mu.Lock()
		ok, changed := met(), s.changed
		s.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-late:
			s.mu.Lock()
			defer s.mu.Unlock()
			t.Fatalf("%s was not %s within %s: %d connects (the last: %v), refused %v, ended %v, %d shown of %d received, %d events",
				s.user.Name, what, patience, s.connects, s.failure, s.refusals, s.ended, len(s.shown), s.received, len(s.events))
		}
	}
}

// update changes the record and wakes who waits.
func (s *Socket) update(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
	close(s.changed)
	s.changed = make(chan struct{})
}

// run keeps the device online.
func (s *Socket) run(ctx context.Context) {
	defer close(s.stopped)
	for ctx.Err() == nil {
		token := s.user.Token()
		conn, err := s.dial(ctx, token)
		if refused, ok := errors.AsType[*sioclient.ConnectError](err); ok {
			s.update(func() { s.refusals = append(s.refusals, refused.Data.Code) })
			if refused.Data.Code != "token_expired" || s.user.Refresh(ctx, token) != nil {
				return // as the web client: sign in again
			}
			continue
		}
		s.update(func() { s.failure = err })
		if err == nil {
			s.online(ctx, conn)
		}
		select {
		case <-ctx.Done():
		case <-time.After(returning):
		}
	}
}

func (s *Socket) dial(ctx context.Context, token string) (*sioclient.Conn, error) {
	s.mu.Lock()
	auth := map[string]any{"token": token}
	if s.cursor != nil {
		auth["cursor"] = *s.cursor
	}
	s.mu.Unlock()
	var conn *sioclient.Conn
	ready := make(chan struct{}) // events wait until conn is known
	conn, err := sioclient.Dial(ctx, sioclient.Options{
		URL: s.user.base + "/sockets/socket.io/", Transport: s.transport, Auth: auth, TLS: s.tls,
		Header: http.Header{"Origin": {s.user.base}},
		OnEvent: func(e sioclient.Event) {
			if <-ready; conn != nil { // else the connection ended while it was being made
				s.on(ctx, conn, e)
			}
		},
	})
	if err != nil {
		close(ready)
		return nil, err
	}
	s.update(func() { s.conn, s.sid, s.connects = conn, conn.SID, s.connects+1 })
	close(ready)
	return conn, nil
}

// online joins the projects again and stays until the connection ends.
func (s *Socket) online(ctx context.Context, conn *sioclient.Conn) {
	s.mu.Lock()
	projects := slices.Clone(s.projects)
	s.mu.Unlock()
	for _, p := range projects {
		if _, err := join(ctx, conn, p); err != nil {
			break // the connection is gone, or the membership is
		}
	}
	select {
	case <-conn.Done():
	case <-ctx.Done():
		conn.Close()
	}
	s.update(func() { s.conn = nil })
}

func (s *Socket) on(ctx context.Context, conn *sioclient.Conn, e sioclient.Event) {
	switch e.Name {
	case "notification":
		s.notified(e)
	case "event":
		var event cumin.Event
		if decode(e, &event) {
			s.update(func() { s.events = append(s.events, Arrival{event, time.Now()}) })
		}
	case "sync":
		var sync Sync
		if decode(e, &sync) {
			s.update(func() { s.syncs, s.cursor = append(s.syncs, sync), &sync.Cursor })
		}
	case "session:ended":
		var ended struct{ Code string }
		if decode(e, &ended) {
			s.update(func() { s.ended = append(s.ended, End{ended.Code, time.Now()}) })
		}
	case "session:expiring":
		go s.renew(ctx, conn) // it waits for answers, which come this way
	}
}

func (s *Socket) notified(e sioclient.Event) {
	var n cumin.Notification
	if !decode(e, &n) {
		return
	}
	silent := false
	s.update(func() {
		s.received++
		silent = s.silent
		if silent {
			return
		}
		if s.cursor == nil || *s.cursor < n.Seq {
			s.cursor = &n.Seq
		}
		if slices.Contains(s.ids, n.ID) {
			return
		}
		s.shown = append(s.shown, n)
		s.ids = append(s.ids, n.ID)
		if len(s.ids) > remembered {
			s.ids = s.ids[1:]
		}
	})
	if !silent {
		_ = e.Ack() // a connection that is gone replays it
	}
}

func (s *Socket) renew(ctx context.Context, conn *sioclient.Conn) {
	if s.user.Refresh(ctx, s.user.Token()) != nil {
		return // the session ends; run finds out
	}
	var answer struct{ OK bool }
	_ = call(ctx, conn, &answer, "auth:renew", map[string]string{"token": s.user.Token()}) // as above
}

func decode(e sioclient.Event, v any) bool {
	return len(e.Args) == 1 && json.Unmarshal(e.Args[0], v) == nil
}
