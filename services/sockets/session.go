package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/token"
	"github.com/anikeshk/cumin/services/sockets/socketio"
)

// session is one device of one person, connected.
type session struct {
	hub      *hub
	socket   *socketio.Socket
	user     cumin.UserID
	instance *instance // whose registry rows stand for it
	delivery *delivery
	rooms    map[cumin.ProjectID]bool // guarded by hub.mu

	mu     sync.Mutex // guards what follows
	claims token.Claims
	warned bool // of these claims' expiry
	over   bool
}

// hello is the CONNECT payload.
type hello struct {
	Token  string `json:"token"`
	Cursor *int64 `json:"cursor"` // sequence of the newest notification seen; nil: the device lists its inbox itself
}

// Connect implements socketio.Namespace: the token, the limit, the registry, in
// this order. Only a bad token is refused for good.
func (h *hub) Connect(ctx context.Context, s *socketio.Socket, auth json.RawMessage) (socketio.Session, error) {
	var in hello
	if err := json.Unmarshal(auth, &in); err != nil || in.Cursor != nil && *in.Cursor < 0 {
		return nil, refused(cumin.Refuse(cumin.CodeTokenInvalid, "The connection's payload is not understood."))
	}
	claims, err := h.tokens.Verify(ctx, in.Token)
	if err != nil {
		return nil, refused(err)
	}
	life := h.instance()
	if life == nil {
		return nil, errNoInstance
	}
	se := &session{hub: h, socket: s, user: claims.User, instance: life, claims: claims, rooms: map[cumin.ProjectID]bool{}}
	se.delivery = newDelivery(se, in.Cursor)
	if err := h.add(se); err != nil {
		return nil, err
	}
	if err := life.interests.hold(ctx, dynamo.UserInterest(se.user)); err != nil {
		h.remove(se)
		return nil, err
	}
	// A revocation or the end of the lease that came before add was told to others only.
	if h.revoked.Revoked(claims) {
		err = refused(cumin.Refuse(cumin.CodeSessionRevoked, "This session was ended. Please sign in again."))
	} else if h.instance() != life {
		err = errNoInstance
	}
	if err != nil {
		se.Disconnected("not let in")
		return nil, err
	}
	return se, nil
}

// refused turns a bad token into packet 44, which keeps the client away until
// it has another. Anything else passes: the client tries again.
func refused(err error) error {
	e, ok := errors.AsType[*cumin.Error](err)
	if !ok {
		return err
	}
	switch e.Code {
	case cumin.CodeTokenMissing, cumin.CodeTokenExpired, cumin.CodeTokenInvalid, cumin.CodeSessionRevoked:
		return &socketio.ConnectError{Message: e.Message, Data: map[string]cumin.Code{"code": e.Code}}
	}
	return err
}

// Connected implements socketio.Session.
func (se *session) Connected() { se.delivery.start() }

// Disconnected implements socketio.Session.
func (se *session) Disconnected(reason string) {
	se.mu.Lock()
	se.over = true
	se.mu.Unlock()
	se.delivery.stop()
	se.hub.remove(se)
	se.instance.interests.release(dynamo.UserInterest(se.user))
	se.hub.log.Debug("disconnected", slog.String("user", string(se.user)), slog.String("reason", reason),
		slog.String("request_id", se.socket.Handshake().RequestID))
}

// Event implements socketio.Session.
func (se *session) Event(e socketio.Event) {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	var answer any
	switch e.Name {
	case "project:join":
		answer = se.join(ctx, e.Args)
	case "project:leave":
		answer = se.leave(e.Args)
	case "auth:renew":
		answer = se.renew(ctx, e.Args)
	default:
		answer = denial{Code: cumin.CodeMalformed}
	}
	// An error is a connection that has ended meanwhile.
	_ = e.Ack(argsOf(answer))
}

// denial and joined are the acknowledgements.
type denial struct {
	OK   bool       `json:"ok"` // false
	Code cumin.Code `json:"code"`
}

type joined struct {
	OK      bool           `json:"ok"`
	Seq     int64          `json:"seq"`
	Present []cumin.UserID `json:"present"` // who is looking at it, oneself included
}

type done struct {
	OK bool `json:"ok"`
}

// deny names an error's code; what is none of ours is logged and unavailable.
func (se *session) deny(what string, err error) denial {
	if e, ok := errors.AsType[*cumin.Error](err); ok {
		return denial{Code: e.Code}
	}
	se.hub.log.Error(what, slog.String("user", string(se.user)), slog.Any("err", err))
	return denial{Code: cumin.CodeUnavailable}
}

type room struct {
	Project cumin.ProjectID `json:"projectId"`
}

func (se *session) join(ctx context.Context, args socketio.Args) any {
	var in room
	if args.Decode(0, &in) != nil {
		return denial{Code: cumin.CodeMalformed}
	}
	seq, err := se.hub.join(ctx, se, in.Project)
	if err != nil {
		return se.deny("join a project", err)
	}
	return joined{OK: true, Seq: seq, Present: se.hub.presences.present(in.Project)}
}

func (se *session) leave(args socketio.Args) any {
	var in room
	if args.Decode(0, &in) != nil {
		return denial{Code: cumin.CodeMalformed}
	}
	se.hub.leave(se, in.Project)
	return done{OK: true}
}

// renew takes a new access token of the same session.
func (se *session) renew(ctx context.Context, args socketio.Args) any {
	var in hello
	if args.Decode(0, &in) != nil {
		return denial{Code: cumin.CodeMalformed}
	}
	claims, err := se.hub.tokens.Verify(ctx, in.Token)
	if err != nil {
		return se.deny("renew", err)
	}
	se.mu.Lock()
	defer se.mu.Unlock()
	if claims.User != se.claims.User || claims.Session != se.claims.Session {
		return denial{Code: cumin.CodeTokenInvalid}
	}
	if claims.Expires.After(se.claims.Expires) {
		se.claims, se.warned = claims, false
	}
	return done{OK: true}
}

// current is what the session's token says.
func (se *session) current() token.Claims {
	se.mu.Lock()
	defer se.mu.Unlock()
	return se.claims
}

// checkExpiry warns of the token's end, once, and ends the session at it.
func (se *session) checkExpiry(now time.Time) {
	se.mu.Lock()
	left := se.claims.Expires.Sub(now)
	ahead := min(se.hub.timing.warn, se.claims.Expires.Sub(se.claims.Issued)/5)
	warn := left > 0 && left <= ahead && !se.warned
	se.warned = se.warned || warn
	se.mu.Unlock()
	switch {
	case left <= 0:
		se.end(cumin.CodeTokenExpired)
	case warn:
		se.emit("session:expiring", map[string]int64{"in": seconds(left)})
	}
}

// end tells the client why and closes its engine. It returns with a better
// token or is refused.
func (se *session) end(code cumin.Code) {
	se.mu.Lock()
	again := se.over
	se.over = true
	se.mu.Unlock()
	if again {
		return
	}
	se.emit("session:ended", map[string]cumin.Code{"code": code})
	se.socket.Close()
}

// emit and send queue an event. An error is a connection that has ended, or
// ends now because its queue is full; either way the client returns.

func (se *session) emit(name string, v any) { _ = se.socket.Emit(name, argsOf(v)) }

func (se *session) send(f socketio.Frame) { _ = se.socket.Send(f) }
