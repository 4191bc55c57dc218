package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/notify"
	"github.com/anikeshk/cumin/internal/token"
	"github.com/anikeshk/cumin/services/sockets/socketio"
)

// namespace is the only one there is.
const namespace = "/"

// verifier checks access tokens; *token.Verifier.
type verifier interface {
	Verify(ctx context.Context, raw string) (token.Claims, error)
}

// inbox reads what devices missed; dynamo.Replay. Its reads are consistent.
type inbox interface {
	// After is a person's notifications above a sequence, oldest first, at most
	// limit, and the inbox's head as it stood before.
	After(ctx context.Context, user cumin.UserID, seq int64, limit int) ([]cumin.Notification, cumin.InboxHead, error)
	Head(ctx context.Context, user cumin.UserID) (cumin.InboxHead, error)
	// FeedSeq is where a project's feed stands.
	FeedSeq(ctx context.Context, project cumin.ProjectID) (int64, error)
}

// hubConfig is what the hub needs of others.
type hubConfig struct {
	tokens   verifier
	revoked  token.Revoked
	access   cumin.AccessStore
	members  memberships
	inbox    inbox
	clock    cumin.Clock
	timing   timing
	log      *slog.Logger
	instance func() *instance // of the moment; nil: nobody can be let in
	peers    peers
}

// hub knows who is connected to this instance, and hands on what arrives.
//
// Locks: hub.mu before a session's or a delivery's; none is held while the
// network or AWS is waited for. Sending to a socket only queues.
type hub struct {
	hubConfig
	presences *presences
	pacer     *pacer

	mu       sync.Mutex // guards what follows
	users    map[cumin.UserID]map[*session]bool
	rooms    map[cumin.ProjectID]map[*session]*seat
	empty    chan struct{} // closed when the last session leaves; nil while nobody waits
	draining bool
}

func newHub(cfg hubConfig) *hub {
	h := &hub{
		hubConfig: cfg,
		pacer:     newPacer(),
		users:     map[cumin.UserID]map[*session]bool{},
		rooms:     map[cumin.ProjectID]map[*session]*seat{},
	}
	h.presences = newPresences(h, cfg.peers)
	return h
}

// Ends of a connection that are not the token's fault: the client returns.
var (
	errDraining   = errors.New("this instance is draining")
	errNoInstance = errors.New("this instance has no lease at the moment")
	errTooMany    = errors.New("the person has too many connections")
)

// add lets a session in before it is told anything.
func (h *hub) add(se *session) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.draining {
		return errDraining
	}
	if len(h.users[se.user]) >= maxSocketsPerUser {
		return errTooMany
	}
	if h.users[se.user] == nil {
		h.users[se.user] = map[*session]bool{}
	}
	h.users[se.user][se] = true
	return nil
}

// remove forgets a session that is over.
func (h *hub) remove(se *session) {
	for _, p := range h.roomsOf(se) {
		h.leave(se, p)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.users[se.user], se)
	if len(h.users[se.user]) == 0 {
		delete(h.users, se.user)
	}
	if len(h.users) == 0 && h.empty != nil {
		close(h.empty)
		h.empty = nil
	}
}

// sessions are those of one person.
func (h *hub) sessions(user cumin.UserID) []*session {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.users[user]))
}

func (h *hub) everybody() []*session {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all []*session
	for _, of := range h.users {
		all = slices.AppendSeq(all, maps.Keys(of))
	}
	return all
}

// deliver hands a message to every connection it concerns. A message delivered
// twice does no harm: notifications are told apart by sequence, events by
// their items' versions, by the client.
func (h *hub) deliver(m notify.Message) {
	if m.Project != "" && !isPresence(m) {
		h.usher(m.Project)
	}
	for _, e := range m.Events {
		switch {
		case e.Type == eventPresenceState:
			h.presences.hear(m.Project, e.Data)
		case e.Type == cumin.EventProjectCounts:
			h.pacer.send("counts/"+string(m.Project), countsEvery, e, func(e cumin.Event) { h.toRoom(m.Project, e) })
		case m.Project != "":
			h.toRoom(m.Project, e)
		case e.Type == cumin.EventNotification:
			for _, se := range h.sessions(m.User) {
				se.delivery.push(e.Seq, e.Data)
			}
		case e.Type == cumin.EventExportProgress:
			h.pacer.send(progressOf(m.User, e), progressEvery, e, func(e cumin.Event) { h.send(h.sessions(m.User), e) })
		default:
			if e.Type == cumin.EventExportFinished {
				h.pacer.drop(progressOf(m.User, e))
			}
			h.send(h.sessions(m.User), e)
		}
	}
}

// isPresence reports whether a message is between instances only.
func isPresence(m notify.Message) bool {
	return len(m.Events) > 0 && m.Events[0].Type == eventPresenceState
}

// progressOf names the series of an export's progress: a person has one live
// export in a project.
func progressOf(user cumin.UserID, e cumin.Event) string {
	return "export/" + string(user) + "/" + string(e.ProjectID)
}

// send queues a live event for sessions; a queue that is full closes its
// connection, and the client catches up when it returns.
func (h *hub) send(to []*session, e cumin.Event) {
	if len(to) == 0 {
		return
	}
	args, err := socketio.NewArgs(e)
	if err != nil {
		h.log.Error("event not encoded", slog.String("event", string(e.ID)), slog.Any("err", err))
		return
	}
	frame := socketio.NewFrame(namespace, "event", args)
	for _, se := range to {
		se.send(frame)
	}
}

// revoke ends the connections of what was revoked.
func (h *hub) revoke(r cumin.Revocation) {
	candidates := h.sessions(r.User)
	if r.Session != "" {
		candidates = h.everybody()
	}
	for _, se := range candidates {
		c := se.current()
		if h.revoked.Revoked(c) {
			se.end(cumin.CodeSessionRevoked)
		}
	}
}

// Run warns of tokens that expire, ends the connections of those that have, and
// tells who is there, until ctx ends. It looks at the clock again and again, rather than setting
// timers, because a local stack's clock may be moved.
func (h *hub) Run(ctx context.Context) error {
	for pause(ctx, h.timing.tick) {
		now := h.clock.Now()
		for _, se := range h.everybody() {
			se.checkExpiry(now)
		}
		h.presences.look(ctx)
	}
	return nil
}

// abandon closes every connection at once and waits until they are gone: this
// instance may have missed messages, its clients return and replay.
func (h *hub) abandon(ctx context.Context) {
	for _, se := range h.everybody() {
		se.socket.Abort()
	}
	select {
	case <-h.gone():
	case <-ctx.Done():
	}
}

// gone is closed once nobody is connected.
func (h *hub) gone() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.users) == 0 {
		none := make(chan struct{})
		close(none)
		return none
	}
	if h.empty == nil {
		h.empty = make(chan struct{})
	}
	return h.empty
}

// refuse keeps newcomers out from now on.
func (h *hub) refuse() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.draining = true
}

// raw is a value as JSON that cannot fail to encode.
func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, numbers and booleans
	}
	return b
}

func argsOf(v any) socketio.Args { return socketio.Args{Values: []json.RawMessage{raw(v)}} }

// seconds rounds up, so that a warning never tells of zero.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
