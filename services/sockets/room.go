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
// membership is read and gets events only once admitted. A removal that passes
// in between takes the seat away, and the admission fails: nobody stays whose
// membership ended before, during or after the join.
type seat struct {
	held     bool // the project is registered for it, and released with it
	admitted bool
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
	taken, err := h.take(se, project)
	if err != nil {
		return 0, err
	}
	if taken {
		if err := se.instance.interests.hold(ctx, dynamo.ProjectInterest(project)); err != nil {
			h.leave(se, project)
			return 0, err
		}
		if !h.mark(se, project, func(s *seat) { s.held = true }) {
			se.instance.interests.release(dynamo.ProjectInterest(project))
			return 0, cumin.ErrNotFound
		}
	}
	if _, err := h.access.Access(ctx, se.user, project); err != nil {
		h.leave(se, project)
		return 0, err
	}
	if !h.mark(se, project, func(s *seat) { s.admitted = true }) {
		return 0, cumin.ErrNotFound
	}
	return h.inbox.FeedSeq(ctx, project)
}

// take gives a session a seat; false when it has one.
func (h *hub) take(se *session, project cumin.ProjectID) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rooms[project][se] != nil {
		return false, nil
	}
	if len(se.rooms) >= maxRoomsPerSocket {
		return false, errRooms
	}
	if h.rooms[project] == nil {
		h.rooms[project] = map[*session]*seat{}
	}
	h.rooms[project][se] = &seat{}
	se.rooms[project] = true
	return true, nil
}

// mark changes a seat; false when it was taken away.
func (h *hub) mark(se *session, project cumin.ProjectID, change func(*seat)) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.rooms[project][se]
	if s == nil {
		return false
	}
	change(s)
	return true
}

// leave takes a session's seat away, if it has one.
func (h *hub) leave(se *session, project cumin.ProjectID) {
	h.mu.Lock()
	s := h.rooms[project][se]
	delete(h.rooms[project], se)
	if len(h.rooms[project]) == 0 {
		delete(h.rooms, project)
	}
	delete(se.rooms, project)
	h.mu.Unlock()
	if s != nil && s.held {
		se.instance.interests.release(dynamo.ProjectInterest(project))
	}
}

func (h *hub) roomsOf(se *session) []cumin.ProjectID {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(se.rooms))
}

// toRoom hands a project's event to who sees the project, and sends out those
// who will not see it any more.
func (h *hub) toRoom(project cumin.ProjectID, e cumin.Event) {
	seated, admitted := h.seats(project)
	h.send(admitted, e)
	switch e.Type {
	case cumin.EventProjectDeleted:
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
			for _, se := range seated {
				se.socket.Close()
			}
			return
		}
		for _, se := range seated {
			if se.user == member.User {
				h.leave(se, project)
			}
		}
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

// tellRoom sends an event to who sees the project.
func (h *hub) tellRoom(project cumin.ProjectID, e cumin.Event) {
	_, admitted := h.seats(project)
	h.send(admitted, e)
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
