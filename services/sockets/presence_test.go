package main

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

// told counts the presence events of a kind about somebody that a device got.
func (d *device) told(kind cumin.EventType, about person) (n int) {
	for _, e := range d.events {
		var who struct {
			User cumin.UserID `json:"userId"`
		}
		if e.Type == kind && json.Unmarshal(e.Data, &who) == nil && who.User == about.user {
			n++
		}
	}
	return n
}

func TestMembersSeeWhoIsHereOnEitherInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.start(), w.start()
	owner, viewer := w.person(), w.person()
	project := w.project(owner)
	w.member(project, viewer)

	one := w.connect(owner, sioclient.WebSocket, a.url)
	require.Equal(t, []cumin.UserID{owner.user}, one.call("project:join", room{project}).Present)
	two := w.connect(viewer, sioclient.WebSocket, b.url)
	require.Contains(t, two.call("project:join", room{project}).Present, viewer.user)
	one.waits("the viewer joined", func() bool { return one.told(cumin.EventPresenceJoined, viewer) == 1 })
	two.waits("the owner is there", func() bool { return two.told(cumin.EventPresenceJoined, owner) == 1 })

	tab := w.connect(viewer, sioclient.WebSocket, a.url)
	present := tab.call("project:join", room{project}).Present
	require.ElementsMatch(t, []cumin.UserID{owner.user, viewer.user}, present, "a second tab is nobody new")
	require.True(t, two.call("project:leave", room{project}).OK)
	require.True(t, tab.call("project:leave", room{project}).OK)
	w.await("the viewer is missed", func() bool {
		p := a.hub.presences
		p.mu.Lock()
		defer p.mu.Unlock()
		return !p.shown[project][viewer.user].IsZero()
	})
	require.False(t, one.read(func() bool { return one.told(cumin.EventPresenceLeft, viewer) > 0 }), "not yet")
	w.clock.advance(presenceLinger)
	one.waits("the viewer left", func() bool { return one.told(cumin.EventPresenceLeft, viewer) == 1 })
	require.True(t, one.read(func() bool { return one.told(cumin.EventPresenceJoined, viewer) == 1 }))
	require.False(t, one.read(func() bool {
		return slices.ContainsFunc(one.events, func(e cumin.Event) bool { return e.Seq != 0 })
	}), "presence is not in the feed")
}

func TestAReloadIsNoLeaving(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	owner, viewer := w.person(), w.person()
	project := w.project(owner)
	w.member(project, viewer)
	one, two := w.connect(owner, sioclient.WebSocket, a.url), w.connect(viewer, sioclient.WebSocket, a.url)
	require.True(t, one.call("project:join", room{project}).OK)
	require.True(t, two.call("project:join", room{project}).OK)
	one.waits("joined", func() bool { return one.told(cumin.EventPresenceJoined, viewer) == 1 })
	require.True(t, two.call("project:leave", room{project}).OK)
	require.True(t, two.call("project:join", room{project}).OK)
	w.clock.advance(2 * presenceLinger)
	last := w.tell(project, cumin.Event{Type: cumin.EventTaskUpdated, Version: 2})
	one.waits("told of the task", func() bool { return has(one, last.ID) })
	require.True(t, one.read(func() bool {
		return one.told(cumin.EventPresenceLeft, viewer) == 0 && one.told(cumin.EventPresenceJoined, viewer) == 1
	}))
}
