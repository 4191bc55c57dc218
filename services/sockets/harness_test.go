package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/notify"
	"github.com/anikeshk/cumin/internal/token"
)

const (
	origin   = "https://localhost:8443"
	stack    = "test"
	patience = 30 * time.Second // bounds each wait; they end long before
)

// asInstance in the environment makes the test binary the service itself, so
// that a test can kill it.
const asInstance = "CUMIN_TEST_AS_INSTANCE"

func TestMain(m *testing.M) {
	if os.Getenv(asInstance) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// hands is a clock that a test moves.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// world is what the instances of one test share: AWS, the issuer of tokens,
// the time.
type world struct {
	t      *testing.T
	aws    *dynamotest.AWS
	sqs    *sqs.Client
	clock  *hands
	issuer *token.Issuer
	jwks   string
	log    *slog.Logger
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, aws: dynamotest.Start(t), clock: &hands{now: time.Now().UTC()}}
	w.sqs = sqs.NewFromConfig(w.aws.Config)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	w.issuer, err = token.NewIssuer(origin, 5*time.Minute, []crypto.Signer{key})
	require.NoError(t, err)
	doc, err := json.Marshal(w.issuer.Keys())
	require.NoError(t, err)
	keys := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(doc) }))
	t.Cleanup(keys.Close)
	w.jwks = keys.URL
	logs := &lockedBuffer{}
	w.log = slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelInfo}))
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the instances' log:\n%s", logs.tail())
		}
	})
	return w
}

// lockedBuffer keeps what instances log until a test fails.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.b.Bytes()
	return string(b[max(0, len(b)-8000):])
}

// running is an instance in this process.
type running struct {
	*service
	url  string // of the transport
	base string
	stop func() // drains, and waits for the end
}

// start brings up an instance that is stopped with the test.
func (w *world) start(change ...func(*Config, *timing)) *running {
	w.t.Helper()
	cfg := Config{Origins: []string{origin}, JWKSURL: w.jwks, Stack: stack, Tables: w.aws.Tables, Instance: "a"}
	timing := defaultTiming
	for _, c := range change {
		c(&cfg, &timing)
	}
	s, err := newService(cfg, w.aws.Config, w.clock, timing, w.log)
	require.NoError(w.t, err)
	ln, err := httpapi.Listen(w.t.Context(), "127.0.0.1:0")
	require.NoError(w.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx, ln) }()
	base := "http://" + ln.Addr().String()
	r := &running{service: s, base: base, url: base + "/sockets/socket.io/", stop: sync.OnceFunc(func() {
		cancel()
		require.NoError(w.t, <-ended)
	})}
	w.t.Cleanup(r.stop)
	w.await("ready", func() bool { return ready(base) })
	return r
}

func ready(base string) bool {
	res, err := http.Get(base + "/readyz")
	if err != nil {
		return false
	}
	return res.Body.Close() == nil && res.StatusCode == http.StatusOK
}

func (w *world) await(what string, met func() bool) {
	w.t.Helper()
	require.Eventually(w.t, met, patience, 5*time.Millisecond, what)
}

// id makes a ULID.
func (w *world) id() string { return newULID(w.clock.Now()) }

// person is a user with a session.
type person struct {
	user    cumin.UserID
	session cumin.SessionID
}

func (w *world) person() person {
	return person{cumin.UserID(w.id()), cumin.SessionID(w.id())}
}

// token is an access token issued now.
func (w *world) token(p person) string {
	w.t.Helper()
	raw, err := w.issuer.Issue(p.user, p.session, w.clock.Now())
	require.NoError(w.t, err)
	return raw
}

// notify does what the activity function does: inbox first, then the queues of
// those who are registered. It sends each message `times` times.
func (w *world) notify(user cumin.UserID, times int) cumin.Notification {
	w.t.Helper()
	return w.notifyAll(user, 1, times)[0]
}

func (w *world) notifyAll(user cumin.UserID, n, times int) []cumin.Notification {
	w.t.Helper()
	now := w.clock.Now().Truncate(time.Millisecond)
	all := make([]cumin.Notification, n)
	for i := range all {
		id := w.id()
		all[i] = cumin.Notification{ID: cumin.EventID(id), Kind: cumin.NotifyAssigned, At: now, Data: json.RawMessage(fmt.Sprintf(`{"title":%q}`, id))}
	}
	all, err := w.aws.DB.Inbox().AppendNotifications(w.t.Context(), user, all, now)
	require.NoError(w.t, err)
	m := notify.Message{User: user}
	for _, n := range all {
		m.Events = append(m.Events, cumin.Event{
			ID: n.ID, V: 1, Seq: n.Seq, Type: cumin.EventNotification, At: n.At, Data: raw(n),
		})
	}
	w.send(dynamo.UserInterest(user), m, times)
	return all
}

// tell pushes a live event to a project's viewers.
func (w *world) tell(project cumin.ProjectID, e cumin.Event) cumin.Event {
	w.t.Helper()
	now := w.clock.Now().Truncate(time.Millisecond)
	e.ID, e.V, e.ProjectID, e.At = cumin.EventID(w.id()), 1, project, now
	written, err := w.aws.DB.Inbox().AppendFeed(w.t.Context(), project, []cumin.Event{e}, now)
	require.NoError(w.t, err)
	w.send(dynamo.ProjectInterest(project), notify.Message{Project: project, Events: written}, 1)
	return written[0]
}

func (w *world) send(to dynamo.Interest, m notify.Message, times int) {
	w.t.Helper()
	urls, err := w.aws.DB.Registry().Queues(w.t.Context(), to, w.clock.Now())
	require.NoError(w.t, err)
	body, err := m.Encode()
	require.NoError(w.t, err)
	for range times {
		for _, url := range urls {
			_, err := w.sqs.SendMessage(w.t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body})
			require.NoError(w.t, err)
		}
	}
}

// project makes a project with an owner.
func (w *world) project(owner person) cumin.ProjectID {
	w.t.Helper()
	now := w.clock.Now().Truncate(time.Millisecond)
	id := cumin.ProjectID(w.id())
	require.NoError(w.t, w.aws.DB.Projects().Create(w.t.Context(),
		cumin.Project{ID: id, Name: "board", Owners: 1, Members: 1, Version: 1, CreatedAt: now, UpdatedAt: now},
		cumin.Member{Project: id, User: owner.user, Role: cumin.RoleOwner, Version: 1, JoinedAt: now}, nil))
	return id
}

// member adds somebody to a project.
func (w *world) member(project cumin.ProjectID, p person) cumin.Member {
	w.t.Helper()
	m := cumin.Member{Project: project, User: p.user, Role: cumin.RoleViewer, Version: 1, JoinedAt: w.clock.Now().Truncate(time.Millisecond)}
	require.NoError(w.t, w.aws.DB.Members().Add(w.t.Context(), m, nil))
	return m
}

// sendToUser pushes an event that only one person sees.
func (w *world) sendToUser(user cumin.UserID, e cumin.Event) {
	w.t.Helper()
	w.send(dynamo.UserInterest(user), notify.Message{User: user, Events: []cumin.Event{e}}, 1)
}
