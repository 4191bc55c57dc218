package main

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/notify"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

func has(d *device, id cumin.EventID) bool {
	return slices.ContainsFunc(d.events, func(e cumin.Event) bool { return e.ID == id })
}

func TestMembersSeeAProjectsEventsOnEitherInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.start(), w.start()
	owner, viewer, stranger := w.person(), w.person(), w.person()
	project := w.project(owner)
	w.member(project, viewer)
	before := w.tell(project, cumin.Event{Type: cumin.EventTaskCreated})

	one, two := w.connect(owner, sioclient.WebSocket, a.url), w.connect(viewer, sioclient.Polling, b.url)
	three := w.connect(stranger, sioclient.WebSocket, a.url)
	for _, d := range []*device{one, two} {
		answer := d.call("project:join", room{project})
		require.True(t, answer.OK)
		require.Equal(t, before.Seq, answer.Seq, "what is above comes by itself")
	}
	require.Equal(t, cumin.CodeNotFound, three.call("project:join", room{project}).Code)
	require.Equal(t, cumin.CodeNotFound, three.call("project:join", room{cumin.ProjectID(w.id())}).Code, "unknown and not yours look alike")

	told := w.tell(project, cumin.Event{Type: cumin.EventTaskUpdated, Version: 2, Data: raw(map[string]string{"id": "x"})})
	for _, d := range []*device{one, two} {
		d.waits("told", func() bool { return has(d, told.ID) })
	}
	require.True(t, one.call("project:leave", room{project}).OK)
	again := w.tell(project, cumin.Event{Type: cumin.EventTaskUpdated, Version: 3})
	two.waits("told", func() bool { return has(two, again.ID) })
	require.False(t, one.read(func() bool { return has(one, again.ID) || has(one, before.ID) }))
	require.Empty(t, three.events)
}

func TestWhoIsRemovedSeesThatAndNothingMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	owner, leaver := w.person(), w.person()
	project := w.project(owner)
	m := w.member(project, leaver)
	stays, goes := w.connect(owner, sioclient.WebSocket, a.url), w.connect(leaver, sioclient.WebSocket, a.url)
	require.True(t, stays.call("project:join", room{project}).OK)
	require.True(t, goes.call("project:join", room{project}).OK)

	require.NoError(t, w.aws.DB.Members().Remove(t.Context(), m, w.clock.Now(), cumin.Change{By: owner.user}))
	removed := w.tell(project, cumin.Event{Type: cumin.EventMemberRemoved, Data: raw(map[string]cumin.UserID{"userId": leaver.user})})
	after := w.tell(project, cumin.Event{Type: cumin.EventTaskUpdated})
	stays.waits("told", func() bool { return has(stays, after.ID) })
	goes.waits("told of its removal", func() bool { return has(goes, removed.ID) })
	require.False(t, goes.read(func() bool { return has(goes, after.ID) }))
	require.Equal(t, cumin.CodeNotFound, goes.call("project:join", room{project}).Code)

	w.tell(project, cumin.Event{Type: cumin.EventProjectDeleted})
	last := w.tell(project, cumin.Event{Type: cumin.EventTaskUpdated})
	w.await("the room is empty", func() bool { seated, _ := a.hub.seats(project); return len(seated) == 0 })
	require.False(t, stays.read(func() bool { return has(stays, last.ID) }))
}

func removal(of cumin.UserID) cumin.Event {
	return cumin.Event{Type: cumin.EventMemberRemoved, Data: raw(map[string]cumin.UserID{"userId": of})}
}

// TestAChangeThatOvertakesARemovalIsNotSeen: the change comes by another stream
// than the removal, and may be first.
func TestAChangeThatOvertakesARemovalIsNotSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	owner, leaver := w.person(), w.person()
	project := w.project(owner)
	m := w.member(project, leaver)
	stays, goes := w.connect(owner, sioclient.WebSocket, a.url), w.connect(leaver, sioclient.Polling, a.url)
	require.True(t, stays.call("project:join", room{project}).OK)
	require.True(t, goes.call("project:join", room{project}).OK)

	require.NoError(t, w.aws.DB.Members().Remove(t.Context(), m, w.clock.Now(), cumin.Change{By: owner.user}))
	overtaking := w.tell(project, cumin.Event{Type: cumin.EventTaskUpdated})
	stays.waits("told", func() bool { return has(stays, overtaking.ID) })
	removed := w.tell(project, removal(leaver.user))
	goes.waits("told of its removal", func() bool { return has(goes, removed.ID) })
	require.False(t, goes.read(func() bool { return has(goes, overtaking.ID) }))
	seated, _ := a.hub.seats(project)
	require.Len(t, seated, 1)
}

func TestWhoIsAMemberAgainStaysWhenTheOldRemovalComesAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	owner, back := w.person(), w.person()
	project := w.project(owner)
	w.member(project, back)
	d := w.connect(back, sioclient.WebSocket, a.url)
	require.True(t, d.call("project:join", room{project}).OK)
	w.tell(project, removal(back.user))
	after := w.tell(project, cumin.Event{Type: cumin.EventTaskUpdated})
	d.waits("told", func() bool { return has(d, after.ID) })
}

// unread is memberships that cannot be read for a while.
type unread struct {
	memberships
	now atomic.Bool
}

func (u *unread) Among(ctx context.Context, p cumin.ProjectID, people []cumin.UserID) ([]cumin.UserID, error) {
	if u.now.Load() {
		return nil, errors.New("no answer")
	}
	return u.memberships.Among(ctx, p, people)
}

func TestWhoCannotBeShownToBeAMemberSeesNothingAndJoinsAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	away := &unread{memberships: a.hub.members}
	a.hub.members = away
	p := w.person()
	project := w.project(p)
	d := w.connect(p, sioclient.WebSocket, a.url)
	require.True(t, d.call("project:join", room{project}).OK)
	away.now.Store(true)
	a.hub.deliver(notify.Message{Project: project, Events: []cumin.Event{{ID: "E1", Type: cumin.EventTaskUpdated}}})
	seated, _ := a.hub.seats(project)
	require.Empty(t, seated)
	require.False(t, d.read(func() bool { return has(d, "E1") }))
}

// accessAfter lets a removal pass while a membership is being read.
type accessAfter struct {
	cumin.AccessStore
	meanwhile func()
}

func (a accessAfter) Access(ctx context.Context, u cumin.UserID, p cumin.ProjectID) (cumin.Access, error) {
	found, err := a.AccessStore.Access(ctx, u, p)
	a.meanwhile()
	return found, err
}

func TestARemovalDuringTheJoinWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()
	project := w.project(w.person())
	m := w.member(project, p)
	d := w.connect(p, sioclient.WebSocket, a.url)
	a.hub.access = accessAfter{a.hub.access, func() {
		require.NoError(t, w.aws.DB.Members().Remove(t.Context(), m, w.clock.Now(), cumin.Change{}))
		a.hub.deliver(notify.Message{Project: project, Events: []cumin.Event{removal(p.user)}})
	}}
	require.Equal(t, cumin.CodeNotFound, d.call("project:join", room{project}).Code)
	seated, _ := a.hub.seats(project)
	require.Empty(t, seated)
}

func TestAnExportsProgressIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	owner, other := w.person(), w.person()
	mine, theirs := w.connect(owner, sioclient.WebSocket, a.url), w.connect(other, sioclient.WebSocket, a.url)
	w.sendToUser(owner.user, cumin.Event{ID: "E1", V: 1, Type: cumin.EventExportProgress})
	mine.waits("told", func() bool { return has(mine, "E1") })
	require.Empty(t, theirs.events)
}
