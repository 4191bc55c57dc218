package main

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

func TestEveryNotificationReachesEveryDeviceOnEitherInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b := w.start(), w.start()
	const people, each = 10, 100
	var devices []*device
	var users []cumin.UserID
	for i := range people {
		p := w.person()
		users = append(users, p.user)
		transport := []sioclient.Transport{sioclient.WebSocket, sioclient.Polling, sioclient.Upgrade}[i%3]
		devices = append(devices, w.connect(p, transport, a.url), w.connect(p, transport, b.url))
	}
	var g sync.WaitGroup
	for i, user := range users {
		g.Go(func() {
			for range each {
				w.notify(user, 1+i%2) // every other person's messages arrive twice
			}
		})
	}
	g.Wait()
	for _, d := range devices {
		d.sees(1, each)
		require.Equal(t, each, d.received, "each comes once over a connection, however often its message does")
		require.Equal(t, 1, d.connects)
	}
}

func TestADeviceThatReturnsIsShownWhatItMissed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	for _, transport := range []sioclient.Transport{sioclient.WebSocket, sioclient.Polling, sioclient.Upgrade} {
		t.Run(string(transport), func(t *testing.T) {
			p := w.person()
			w.notifyAll(p.user, 50, 1)
			d := w.returning(p, transport, at(20), a.url)
			d.sees(21, 50)
			require.Equal(t, []syncMark{{Cursor: 50, Complete: true}}, d.syncs)
			d.drop()
			d.waits("back", func() bool { return d.connects == 2 })
			w.notify(p.user, 1)
			d.sees(21, 51)
		})
	}
}

func TestADeviceWithoutACursorBeginsNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()
	w.notifyAll(p.user, 5, 1)
	d := w.connect(p, sioclient.WebSocket, a.url)
	require.Equal(t, []syncMark{{Cursor: 5, Complete: true}}, d.syncs)
	w.notify(p.user, 1)
	d.sees(6, 6)
}

func TestADeviceThatMissedTooMuchListsItsInbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()
	w.notifyAll(p.user, maxReplay+50, 1)
	d := w.returning(p, sioclient.WebSocket, at(0), a.url)
	d.sees(1, maxReplay)
	require.Equal(t, []syncMark{{Cursor: maxReplay + 50, Complete: false}}, d.syncs)
	next := w.notify(p.user, 1)
	d.waits("pushed again", func() bool { return d.shown[len(d.shown)-1] == next.Seq })
}

func TestACursorFromAnotherLifeOfTheInboxIsCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()
	w.notifyAll(p.user, 3, 1)
	d := w.returning(p, sioclient.WebSocket, at(1000), a.url)
	require.Equal(t, []syncMark{{Cursor: 3, Complete: true}}, d.syncs)
	w.notify(p.user, 1)
	d.sees(4, 4)
}

func TestPushesOutOfOrderAndRepeatedAreShownInOrderOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()
	d := w.connect(p, sioclient.WebSocket, a.url)
	all := w.notifyAll(p.user, 30, 0) // in the inbox, not pushed
	for _, i := range []int{7, 3, 3, 29, 0, 12, 29, 1} {
		a.hub.sessions(p.user)[0].delivery.push(all[i].Seq, raw(all[i]))
	}
	d.sees(1, 30)
	require.Equal(t, 30, d.received)
}

func TestADeviceThatDoesNotAcknowledgeIsClosedAndHealedByReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(func(_ *Config, timing *timing) { timing.ack = 100 * time.Millisecond })
	p := w.person()
	d := w.connect(p, sioclient.WebSocket, a.url)
	d.update(func() { d.silent = true })
	for range 2 * maxUnacked {
		w.notify(p.user, 1)
	}
	d.waits("closed for want of acks", func() bool { return d.connects > 1 })
	d.update(func() { d.silent = false })
	d.sees(1, 2*maxUnacked)
}

func TestASlowDeviceIsClosedAndHealedByReplay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()
	project := w.project(p)

	// It reads nothing while live events pile up.
	stuck, reading := make(chan struct{}), make(chan struct{})
	var once sync.Once
	slow, err := sioclient.Dial(t.Context(), sioclient.Options{
		URL: a.url, Transport: sioclient.WebSocket, Auth: hello{Token: w.token(p), Cursor: at(0)},
		OnEvent: func(e sioclient.Event) {
			if e.Name == "event" {
				once.Do(func() { close(reading) })
				<-stuck
			}
		},
	})
	require.NoError(t, err)
	defer slow.Kill()
	_, err = slow.Call(t.Context(), "project:join", room{project})
	require.NoError(t, err)

	w.tell(project, cumin.Event{Type: cumin.EventTaskUpdated})
	<-reading
	w.notifyAll(p.user, 10, 1)
	filler := cumin.Event{Type: cumin.EventTaskUpdated, Data: raw(string(make([]byte, 16<<10)))}
	for i := 0; i < 5000 && len(a.hub.sessions(p.user)) > 0; i++ {
		a.hub.toRoom(project, filler)
	}
	w.await("closed", func() bool { return len(a.hub.sessions(p.user)) == 0 })
	close(stuck)

	w.returning(p, sioclient.WebSocket, at(0), a.url).sees(1, 10)
}
