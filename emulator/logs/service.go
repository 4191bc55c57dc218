package logs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Config is what a Service needs; all fields are required.
type Config struct {
	Clock *clock.Clock
	Store store.Store
	Log   *slog.Logger
}

// maxEvents bounds the events held per group; the oldest go first.
const maxEvents = 10_000

const bucketGroups = "logs/groups" // account NUL region NUL name → Group

// Group is a log group as the store keeps it.
type Group struct {
	Name      string
	Account   string
	Region    string
	Created   time.Time
	Retention int // days; 0: for ever
	Tags      map[string]string
}

func (g *Group) arn() string {
	return "arn:aws:logs:" + g.Region + ":" + g.Account + ":log-group:" + g.Name
}

// Event is one line of a stream.
type Event struct {
	Stream  string
	At      time.Time
	Message string
	id      uint64
}

// Service is CloudWatch Logs. Build it with New.
type Service struct {
	cfg  Config
	json *wire.JSON

	mu     sync.Mutex // guards what follows
	groups map[string]*group
	nextID uint64
}

type group struct {
	Group
	events  []Event              // in order of arrival
	streams map[string]time.Time // name → creation
}

// New loads the groups the store keeps.
func New(cfg Config) (*Service, error) {
	s := &Service{cfg: cfg, groups: map[string]*group{}}
	s.json = &wire.JSON{Prefix: "Logs_20140328", Version: "1.1", Namespace: "com.amazonaws.logs", MaxBody: 2 << 20, Ops: s.ops(), Log: cfg.Log}
	err := cfg.Store.Load(bucketGroups, func(key, value []byte) error {
		g := &group{streams: map[string]time.Time{}}
		if err := json.Unmarshal(value, &g.Group); err != nil {
			return fmt.Errorf("load log group %q: %w", key, err)
		}
		s.groups[string(key)] = g
		return nil
	})
	return s, err
}

// ServeHTTP answers the JSON 1.1 protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.json.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.json.Ops.Names() }

func key(account, region, name string) string { return account + "\x00" + region + "\x00" + name }

func (s *Service) find(ctx context.Context, name string) (*group, error) {
	id := wire.IdentityFrom(ctx)
	g, ok := s.groups[key(id.Account, id.Region, name)]
	if !ok {
		return nil, errNoGroup()
	}
	return g, nil
}

// Put adds one line to a function's stream; group and stream are made when
// missing, as Lambda does.
func (s *Service) Put(account, region, name, stream string, at time.Time, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := key(account, region, name)
	g, ok := s.groups[k]
	if !ok {
		g = &group{Group: Group{Name: name, Account: account, Region: region, Created: at}, streams: map[string]time.Time{}}
		s.groups[k] = g
		s.save(g) // not awaited: a group made by the way comes back with the next line
	}
	s.add(g, Event{Stream: stream, At: at, Message: line})
}

func (s *Service) add(g *group, e Event) {
	if _, ok := g.streams[e.Stream]; !ok {
		g.streams[e.Stream] = s.cfg.Clock.Now()
	}
	s.nextID++
	e.id = s.nextID
	g.events = append(g.events, e)
	if len(g.events) >= 2*maxEvents { // trimmed now and then, not with each line
		g.events = slices.Clone(g.events[len(g.events)-maxEvents:])
	}
}

// save hands the group to the store. Called with mu held.
func (s *Service) save(g *group) func() error {
	if !s.cfg.Store.Durable() {
		return func() error { return nil }
	}
	value, err := json.Marshal(g.Group)
	if err != nil {
		panic(err) // strings, numbers and a map of strings always encode
	}
	var b store.Batch
	b.Put(bucketGroups, []byte(key(g.Account, g.Region, g.Name)), value)
	return s.cfg.Store.Apply(&b)
}

// Settings are a group's properties that a template sets.
type Settings struct {
	Retention int // days; 0: for ever
	Tags      map[string]string
}

// CreateGroup adds a log group and returns its ARN, which ends in ":*" as
// AWS's does in templates.
func (s *Service) CreateGroup(ctx context.Context, name string, settings Settings) (arn string, err error) {
	if name == "" || len(name) > 512 {
		return "", errInvalid("1 validation error detected: Value '%s' at 'logGroupName' failed to satisfy constraint: Member must have length between 1 and 512", name)
	}
	if err := checkRetention(settings.Retention); err != nil {
		return "", err
	}
	id := wire.IdentityFrom(ctx)
	s.mu.Lock()
	k := key(id.Account, id.Region, name)
	if _, ok := s.groups[k]; ok {
		s.mu.Unlock()
		return "", errGroupExists()
	}
	g := &group{Group: Group{Name: name, Account: id.Account, Region: id.Region, Created: s.cfg.Clock.Now(), Retention: settings.Retention, Tags: settings.Tags}, streams: map[string]time.Time{}}
	s.groups[k] = g
	wait := s.save(g)
	s.mu.Unlock()
	return g.arn() + ":*", wait()
}

// UpdateGroup replaces a group's settings and returns its ARN.
func (s *Service) UpdateGroup(ctx context.Context, name string, settings Settings) (arn string, err error) {
	if err := checkRetention(settings.Retention); err != nil {
		return "", err
	}
	err = s.edit(ctx, name, func(g *group) {
		g.Retention, g.Tags = settings.Retention, settings.Tags
		arn = g.arn() + ":*"
	})
	return arn, err
}

// DeleteGroup removes a group and its events.
func (s *Service) DeleteGroup(ctx context.Context, name string) error {
	s.mu.Lock()
	g, err := s.find(ctx, name)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	k := key(g.Account, g.Region, g.Name)
	delete(s.groups, k)
	var b store.Batch
	b.Delete(bucketGroups, []byte(k))
	wait := s.cfg.Store.Apply(&b)
	s.mu.Unlock()
	return wait()
}

func (s *Service) edit(ctx context.Context, name string, change func(*group)) error {
	s.mu.Lock()
	g, err := s.find(ctx, name)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	change(g)
	wait := s.save(g)
	s.mu.Unlock()
	return wait()
}

// retentions are the days PutRetentionPolicy accepts; 0 stands for none.
var retentions = []int{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

func checkRetention(days int) error {
	if !slices.Contains(retentions, days) {
		return errInvalid("1 validation error detected: Value '%d' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set", days)
	}
	return nil
}

// Lines returns a group's messages in order of arrival, for tests and consoles.
func (s *Service) Lines(account, region, name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.groups[key(account, region, name)]
	if !ok {
		return nil
	}
	out := make([]string, len(g.events))
	for i, e := range g.events {
		out[i] = e.Message
	}
	return out
}

// sorted lists the caller's groups by name.
func (s *Service) sorted(ctx context.Context, prefix string) []*group {
	id := wire.IdentityFrom(ctx)
	var out []*group
	for _, k := range slices.Sorted(maps.Keys(s.groups)) {
		if g := s.groups[k]; g.Account == id.Account && g.Region == id.Region && strings.HasPrefix(g.Name, prefix) {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(a, b *group) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
