package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/notify"
	"github.com/anikeshk/cumin/internal/queue"
)

// eventPresenceState is what instances tell each other; clients never see it.
const eventPresenceState cumin.EventType = "presence.state"

// presenceState is everybody whom one instance has in a project's room. It is
// whole, so that a lost, repeated or late one does no lasting harm.
type presenceState struct {
	Instance cumin.InstanceID `json:"instance"`
	Users    []cumin.UserID   `json:"users"`
	Ask      bool             `json:"ask,omitempty"` // answer with yours
}

// peers are the other instances: whom to tell, and how.
type peers struct {
	registry interface {
		Queues(ctx context.Context, i dynamo.Interest, now time.Time) ([]string, error)
	}
	sender interface {
		Send(ctx context.Context, url, body, requestID string) error
	}
}

// presences know who is looking at which project, here and on other instances.
// It is memory only: an instance that dies is forgotten when it has not told
// of itself for a while. People, not tabs: somebody is gone when all of their
// connections have been for presenceLinger.
type presences struct {
	hub   *hub
	peers peers

	mu     sync.Mutex                                     // guards what follows; taken before hub.mu
	shown  map[cumin.ProjectID]map[cumin.UserID]time.Time // zero: there; else since when not
	others map[cumin.ProjectID]map[cumin.InstanceID]peer
	told   map[cumin.ProjectID]told
	busy   bool          // a goroutine tells the others
	news   []cumin.Event // not yet shown to those who are here
	shows  bool          // a goroutine shows them
}

type peer struct {
	users []cumin.UserID
	until time.Time
}

// told is what the others were told last.
type told struct {
	users []cumin.UserID
	at    time.Time
}

// Presence is told anew every presenceEvery and forgotten after presenceLife.
const (
	presenceEvery  = 30 * time.Second
	presenceLife   = 75 * time.Second
	presenceLinger = 3 * time.Second // a reload is no leaving
)

func newPresences(h *hub, p peers) *presences {
	return &presences{
		hub: h, peers: p, shown: map[cumin.ProjectID]map[cumin.UserID]time.Time{},
		others: map[cumin.ProjectID]map[cumin.InstanceID]peer{}, told: map[cumin.ProjectID]told{},
	}
}

// present is who is in a project, by id.
func (p *presences) present(project cumin.ProjectID) []cumin.UserID {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.users(project, p.hub.clock.Now())
}

// users is present; called with mu held.
func (p *presences) users(project cumin.ProjectID, now time.Time) []cumin.UserID {
	all := p.hub.seated(project)
	for id, o := range p.others[project] {
		if now.After(o.until) {
			delete(p.others[project], id)
			continue
		}
		all = append(all, o.users...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// look compares who is there with whom the viewers were told of, and tells
// them and the other instances the difference. It is called again and again.
func (p *presences) look(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.hub.clock.Now()
	projects := p.hub.projects()
	for project := range p.shown {
		if !slices.Contains(projects, project) { // nobody here to tell
			delete(p.shown, project)
			delete(p.others, project)
		}
	}
	for _, project := range projects {
		p.compare(project, now)
	}
	p.tellOthers(ctx, projects, now)
	if len(p.news) > 0 && !p.shows {
		p.shows = true
		go p.show()
	}
}

// show shows the news, in their order, to who is a member still; that is read
// from AWS, for which look does not wait.
func (p *presences) show() {
	for {
		p.mu.Lock()
		news := p.news
		p.news, p.shows = nil, len(news) > 0
		p.mu.Unlock()
		if len(news) == 0 {
			return
		}
		for _, e := range news {
			p.hub.usher(e.ProjectID)
			p.hub.toRoom(e.ProjectID, e)
		}
	}
}

func (p *presences) compare(project cumin.ProjectID, now time.Time) {
	shown := p.shown[project]
	if shown == nil {
		shown = map[cumin.UserID]time.Time{}
		p.shown[project] = shown
	}
	there := p.users(project, now)
	for _, u := range there {
		if _, known := shown[u]; !known {
			p.news = append(p.news, p.event(cumin.EventPresenceJoined, project, u, now))
		}
		shown[u] = time.Time{}
	}
	for u, since := range shown {
		switch {
		case slices.Contains(there, u):
		case since.IsZero():
			shown[u] = now
		case now.Sub(since) >= presenceLinger:
			delete(shown, u)
			p.news = append(p.news, p.event(cumin.EventPresenceLeft, project, u, now))
		}
	}
}

func (p *presences) event(t cumin.EventType, project cumin.ProjectID, u cumin.UserID, now time.Time) cumin.Event {
	return cumin.Event{
		ID: cumin.DeriveEventID(now, string(t), string(project), string(u)), V: 1, Type: t, ProjectID: project, Actor: u, At: now,
		Data: raw(map[string]cumin.UserID{"userId": u}),
	}
}

// hear takes what another instance tells.
func (p *presences) hear(project cumin.ProjectID, data json.RawMessage) {
	var s presenceState
	if err := json.Unmarshal(data, &s); err != nil || s.Instance == "" {
		p.hub.log.Warn("presence not understood", slog.Any("err", err))
		return
	}
	if life := p.hub.instance(); life == nil || life.id == s.Instance {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.others[project] == nil {
		p.others[project] = map[cumin.InstanceID]peer{}
	}
	p.others[project][s.Instance] = peer{users: s.Users, until: p.hub.clock.Now().Add(presenceLife)}
	if mine, known := p.told[project]; s.Ask && known {
		mine.at = time.Time{} // due again
		p.told[project] = mine
	}
}

// tellOthers tells the other instances what is news to them, or old. Called
// with mu held; the telling itself waits for nobody.
func (p *presences) tellOthers(ctx context.Context, projects []cumin.ProjectID, now time.Time) {
	life := p.hub.instance()
	if p.busy || life == nil {
		return
	}
	news := map[cumin.ProjectID]presenceState{}
	for _, project := range projects {
		users := slices.Compact(slices.Sorted(slices.Values(p.hub.seated(project))))
		before, known := p.told[project]
		if !known || now.Sub(before.at) >= presenceEvery || !slices.Equal(before.users, users) {
			news[project] = presenceState{Instance: life.id, Users: users, Ask: !known}
			p.told[project] = told{users: users, at: now}
		}
	}
	for project := range p.told {
		if !slices.Contains(projects, project) { // the last one left
			news[project] = presenceState{Instance: life.id, Users: []cumin.UserID{}}
			delete(p.told, project)
		}
	}
	if len(news) == 0 {
		return
	}
	p.busy = true
	go p.tell(ctx, life, news, now)
}

// tell sends states to the instances that are interested. What does not arrive
// is told again within presenceEvery.
func (p *presences) tell(ctx context.Context, life *instance, news map[cumin.ProjectID]presenceState, now time.Time) {
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.busy = false
	}()
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	for project, state := range news {
		if err := p.tellOf(ctx, life, project, state, now); err != nil && ctx.Err() == nil {
			p.hub.log.Warn("presence not told", slog.String("project", string(project)), slog.Any("err", err))
		}
	}
}

func (p *presences) tellOf(ctx context.Context, life *instance, project cumin.ProjectID, state presenceState, now time.Time) error {
	urls, err := p.peers.registry.Queues(ctx, dynamo.ProjectInterest(project), now)
	if err != nil {
		return err
	}
	body, err := notify.Message{Project: project, Events: []cumin.Event{{V: 1, Type: eventPresenceState, ProjectID: project, At: now, Data: raw(state)}}}.Encode()
	if err != nil {
		return err
	}
	var errs []error
	for _, url := range urls {
		if url == life.queue {
			continue
		}
		if err := p.peers.sender.Send(ctx, url, body, ""); !errors.Is(err, queue.ErrNoQueue) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
