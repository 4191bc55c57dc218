package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// seat is a session's place in a project's room. It is taken before the
// membership is read and gets events only once admitted. Before each event the
// memberships of all who are seated are read again (usher): a removal that
// passes in between takes the seat away, and the admission fails. So nobody
// stays whose membership ended before, during or after the join.
//
// Every join takes a new seat, and so does who is put out: whoever looked at the
// old one has no say in what becomes of it.
type seat struct {
	held     bool // the project is registered for it, and released with it
	admitted bool
	out      bool // was admitted, is no member any more, and has yet to be told
}

// errRooms refuses a room too many.
var errRooms = cumin.Refuse(cumin.CodeRateLimited, "Too many boards are open on this connection.")

// join lets a session see a project's events. It returns the sequence of the
// project's feed: what is above it will be pushed, the rest can be read. Errors
// are those of cumin.AccessStore, errRooms, or a store's.
func (h *hub) join(ctx context.Context, se *session, project cumin.ProjectID) (int64, error) {
	if !cumin.ValidID(string(project)) {
		return 0, cumin.ErrNotFound
	}
	mine, held, err := h.take(se, project)
	if err != nil {
		return 0, err
	}
	if !held {
		if err := se.instance.interests.hold(ctx, dynamo.ProjectInterest(project)); err != nil {
			h.leave(se, project)
			return 0, err
		}
		if !h.mark(se, project, mine, func(s *seat) { s.held = true }) {
			se.instance.interests.release(dynamo.ProjectInterest(project))
			return 0, cumin.ErrNotFound
		}
	}
	if _, err := h.access.Access(ctx, se.user, project); err != nil {
		h.leave(se, project)
		return 0, err
	}
	if !h.mark(se, project, mine, func(s *seat) { s.admitted = true }) {
		return 0, cumin.ErrNotFound
	}
	return h.inbox.FeedSeq(ctx, project)
}

// take gives a session a new seat, in place of the one it has, if it has one;
// held is then as it was.
func (h *hub) take(se *session, project cumin.ProjectID) (_ *seat, held bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	mine := &seat{}
	if old := h.rooms[project][se]; old != nil {
		mine.held = old.held
	} else if len(se.rooms) >= maxRoomsPerSocket {
		return nil, false, errRooms
	}
	if h.rooms[project] == nil {
		h.rooms[project] = map[*session]*seat{}
	}
	h.rooms[project][se] = mine
	se.rooms[project] = true
	return mine, mine.held, nil
}

// mark changes a seat; false when it was taken away.
func (h *hub) mark(se *session, project cumin.ProjectID, mine *seat, change func(*seat)) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rooms[project][se] != mine {
		return false
	}
	change(mine)
	return true
}

// leave takes a session's seat away, if it has one.
func (h *hub) leave(se *session, project cumin.ProjectID) {
	h.mu.Lock()
	s := h.vacate(se, project)
	h.mu.Unlock()
	se.released(project, s)
}

// vacate takes a session's seat away and returns it. Called with mu held; then
// released.
func (h *hub) vacate(se *session, project cumin.ProjectID) *seat {
	s := h.rooms[project][se]
	delete(h.rooms[project], se)
	if len(h.rooms[project]) == 0 {
		delete(h.rooms, project)
	}
	delete(se.rooms, project)
	return s
}

// released gives up what a seat that was taken away had held.
func (se *session) released(project cumin.ProjectID, s *seat) {
	if s != nil && s.held {
		se.instance.interests.release(dynamo.ProjectInterest(project))
	}
}

func (h *hub) roomsOf(se *session) []cumin.ProjectID {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(se.rooms))
}

// toRoom hands a project's event to who sees the project. Whom a removal is
// about is told too, and leaves if usher found them out. They stay when they are
// a member again: the removal is an old one, or comes late.
func (h *hub) toRoom(project cumin.ProjectID, e cumin.Event) {
	seated, admitted := h.seats(project)
	switch e.Type {
	case cumin.EventProjectDeleted:
		h.send(admitted, e)
		for _, se := range seated {
			h.leave(se, project)
		}
	case cumin.EventMemberRemoved:
		var member struct {
			User cumin.UserID `json:"userId"`
		}
		if err := json.Unmarshal(e.Data, &member); err != nil || member.User == "" {
			// Whom it was about cannot be told, so everybody shows their membership again.
			h.log.Error("member.removed not understood", slog.String("event", string(e.ID)), slog.Any("err", err))
			closeAll(seated)
			return
		}
		out := h.out(project, member.User)
		h.send(slices.Concat(admitted, out), e)
		for _, se := range out {
			h.leave(se, project)
		}
	default:
		h.send(admitted, e)
	}
}

// out are a person's sessions that were put out of a room and do not know it.
func (h *hub) out(project cumin.ProjectID, user cumin.UserID) []*session {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []*session
	for se, s := range h.rooms[project] {
		if s.out && se.user == user {
			out = append(out, se)
		}
	}
	return out
}

// closeAll ends connections that return by themselves and join anew.
func closeAll(sessions []*session) {
	for _, se := range sessions {
		se.socket.Close()
	}
}

// seated are the people of this instance in a project's room, some perhaps more
// than once.
func (h *hub) seated(project cumin.ProjectID) []cumin.UserID {
	h.mu.Lock()
	defer h.mu.Unlock()
	var users []cumin.UserID
	for se, s := range h.rooms[project] {
		if s.admitted {
			users = append(users, se.user)
		}
	}
	return users
}

// projects are those with a room on this instance.
func (h *hub) projects() []cumin.ProjectID {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.rooms))
}

// seats are all sessions in a room, and those of them that are admitted.
func (h *hub) seats(project cumin.ProjectID) (seated, admitted []*session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for se, s := range h.rooms[project] {
		seated = append(seated, se)
		if s.admitted {
			admitted = append(admitted, se)
		}
	}
	return seated, admitted
}
