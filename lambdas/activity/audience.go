package main

import (
	"context"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// audience is everything that a batch says to one person, or to the viewers of
// one project, in the order of the batch.
type audience struct {
	user          cumin.UserID    // this person …
	project       cumin.ProjectID // … or these viewers
	events        []cumin.Event
	entries       []cumin.Entry // of the project's history
	notifications []cumin.Notification
	records       []int // indexes of the records behind it, ascending
}

// audiences groups the activities by whom they are told, with every name they
// tell looked up.
func (h *Handler) audiences(ctx context.Context, all []indexed) ([]*audience, error) {
	if len(all) == 0 {
		return nil, nil
	}
	names, err := h.Directory.Look(ctx, wanted(plain(all)))
	if err != nil {
		return nil, err
	}
	g := grouping{users: map[cumin.UserID]*audience{}, projects: map[cumin.ProjectID]*audience{}}
	now := h.Clock.Now()
	for _, a := range all {
		if a.Gone && !names.Projects[a.Project].DeletedAt.IsZero() {
			continue // being erased with its project; its viewers were told of that
		}
		if a.Type != "" {
			e, err := event(a.Activity, names, now)
			if err != nil {
				return nil, err
			}
			to := g.of(a)
			to.events = append(to.events, e)
			if line, told := entry(a.Activity, names); told {
				to.entries = append(to.entries, line)
			}
		}
		if err := h.notify(ctx, &g, a, names); err != nil {
			return nil, err
		}
	}
	return g.all, h.mute(ctx, g.all)
}

// mute takes away what people want no notifications of. What they say later is
// for later changes: a redelivery in between may still put a row.
func (h *Handler) mute(ctx context.Context, all []*audience) error {
	var people []cumin.UserID
	for _, a := range all {
		if len(a.notifications) > 0 {
			people = append(people, a.user)
		}
	}
	muted, err := h.Preferences.Muted(ctx, people)
	if err != nil {
		return err
	}
	for _, a := range all {
		a.notifications = slices.DeleteFunc(a.notifications, func(n cumin.Notification) bool {
			return n.Kind.Mutable() && slices.Contains(muted[a.user], n.Kind)
		})
	}
	return nil
}

// notify adds an activity's notifications to the people they are for.
func (h *Handler) notify(ctx context.Context, g *grouping, a indexed, names dynamo.Names) error {
	for _, n := range a.Notes {
		people, err := h.recipients(ctx, a, n, names)
		if err != nil {
			return err
		}
		row, err := notification(a.Activity, n.Kind, names)
		if err != nil {
			return err
		}
		for _, u := range people {
			to := g.user(u, a.index)
			to.notifications = append(to.notifications, row)
		}
	}
	return nil
}

// recipients are the people a note is for.
func (h *Handler) recipients(ctx context.Context, a indexed, n cumin.Note, names dynamo.Names) ([]cumin.UserID, error) {
	switch {
	case n.To != "":
		return []cumin.UserID{n.To}, nil
	case n.Email != "":
		if u := names.Addresses[strings.ToLower(n.Email)]; u != "" && u != a.Actor {
			return []cumin.UserID{u}, nil
		}
		return nil, nil
	}
	members, err := h.Members.List(ctx, a.Project)
	if err != nil {
		return nil, err
	}
	return others(members, a.Actor), nil
}

func others(members []cumin.Member, actor cumin.UserID) []cumin.UserID {
	var ids []cumin.UserID
	for _, m := range members {
		if m.User != actor {
			ids = append(ids, m.User)
		}
	}
	return ids
}

// grouping finds or makes audiences and keeps them in the order of the batch.
type grouping struct {
	all      []*audience
	users    map[cumin.UserID]*audience
	projects map[cumin.ProjectID]*audience
}

// of is the audience of an activity's live event.
func (g *grouping) of(a indexed) *audience {
	if a.User != "" {
		return g.user(a.User, a.index)
	}
	to := g.projects[a.Project]
	if to == nil {
		to = &audience{project: a.Project}
		g.projects[a.Project], g.all = to, append(g.all, to)
	}
	to.records = append(to.records, a.index)
	return to
}

func (g *grouping) user(id cumin.UserID, index int) *audience {
	to := g.users[id]
	if to == nil {
		to = &audience{user: id}
		g.users[id], g.all = to, append(g.all, to)
	}
	to.records = append(to.records, index)
	return to
}
