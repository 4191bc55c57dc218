package main

import (
	"context"
	"log/slog"
	"maps"
	"slices"

	"github.com/anikeshk/cumin/internal/cumin"
)

// memberships reads which of some people are members of a project;
// dynamo.Members. Its reads are consistent.
type memberships interface {
	Among(ctx context.Context, project cumin.ProjectID, people []cumin.UserID) ([]cumin.UserID, error)
}

// usher puts out of a project's room who is no member any more. It is called
// before each event: a removal and the changes that follow it come by different
// streams and queues, and the change may be here first. What is sent after it
// was made before the removal of whom it reaches.
//
// Who cannot be shown to be a member gets nothing: when the memberships cannot be
// read, the connections are closed. Their clients return, join and read what
// they missed.
func (h *hub) usher(project cumin.ProjectID) {
	seats := h.room(project)
	if len(seats) == 0 {
		return
	}
	people := map[cumin.UserID]bool{}
	for se := range seats {
		people[se.user] = true
	}
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	members, err := h.members.Among(ctx, project, slices.Sorted(maps.Keys(people)))
	if err != nil {
		h.log.Error("members not read", slog.String("project", string(project)), slog.Any("err", err))
		for se := range seats {
			h.leave(se, project)
		}
		closeAll(slices.Collect(maps.Keys(seats)))
		return
	}
	for se, s := range seats {
		if !slices.Contains(members, se.user) {
			h.putOut(se, project, s)
		}
	}
}

// room is a copy of who sits where in a project's room.
func (h *hub) room(project cumin.ProjectID) map[*session]*seat {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.rooms[project])
}

// putOut takes a seat away, unless another was taken meanwhile. Who was admitted
// keeps a place at the door, for the news of their removal; a join under way
// fails.
func (h *hub) putOut(se *session, project cumin.ProjectID, was *seat) {
	h.mu.Lock()
	var gone *seat
	switch {
	case h.rooms[project][se] != was || was.out:
	case was.admitted:
		h.rooms[project][se] = &seat{held: was.held, out: true}
	default:
		gone = h.vacate(se, project)
	}
	h.mu.Unlock()
	se.released(project, gone)
}
