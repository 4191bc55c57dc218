package live

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

const (
	randomSteps   = 1000
	randomPeople  = 6
	fewestRooms   = 3
	maxEviction   = 10 * time.Second // the product's second, for a machine that does much else
	maxSessionEnd = 10 * time.Second // its three
)

var transports = []sioclient.Transport{client.WebSocket, client.Polling, client.Upgrade}

// privateWorld is people who come and go in a few projects, and a model of who
// may see what. One step follows the other, so that the model knows of each
// change whether it was made before or after somebody was removed.
type privateWorld struct {
	t        *testing.T
	dice     *rand.Rand
	run      string        // begins the request ids
	ahead    time.Duration // the stack's clock, of this machine's
	step     int
	people   []*person
	projects []*modelProject // those deleted too
	next     *modelProject   // where the next change is made, if it is set
	done     map[string]int  // steps by name
}

// TestNoEventReachesWhoIsNoMember: whatever happens, who is no member gets no
// event of a change that was made while they were none, whether their removal
// has reached the sockets yet or not.
//
// It waits for every removal: where a stream takes seconds, a thousand steps
// take a quarter of an hour.
func TestNoEventReachesWhoIsNoMember(t *testing.T) {
	t.Parallel()
	stack.Needs(t, stack.Instant, stack.Clock)
	s := stack.Use(t)
	w := &privateWorld{t: t, dice: rand.New(rand.NewPCG(s.Seed, 2)), run: fmt.Sprintf("r%x.", s.Seed), ahead: s.Ahead(t), done: map[string]int{}}
	for i := range randomPeople {
		p := &person{user: newUser(t, fmt.Sprint("person", i))}
		p.devices = []*seatedDevice{w.connect(p.user)}
		w.people = append(w.people, p)
	}
	at := time.Now()
	for w.step = 1; w.step <= randomSteps; w.step++ {
		name, err := w.random()
		require.NoError(t, err, "step %d: %s", w.step, name)
		w.done[name]++
	}
	took := time.Since(at)
	w.settle()

	seen, evictions := w.judge()
	ends := w.sessionEnds()
	t.Logf("figure: %d steps in %.1f s %v; %d events, each to a member; evicted after p50 %d ms, max %d ms (%d); sessions' sockets ended after p50 %d ms, max %d ms (%d)",
		randomSteps, took.Seconds(), w.done, seen,
		middle(evictions).Milliseconds(), slices.Max(evictions).Milliseconds(), len(evictions),
		middle(ends).Milliseconds(), slices.Max(ends).Milliseconds(), len(ends))
	require.Greater(t, seen, randomSteps, "hardly anybody saw anything: the test showed nothing")
	require.Less(t, slices.Max(evictions), maxEviction)
	require.Less(t, slices.Max(ends), maxSessionEnd)
}

func middle(of []time.Duration) time.Duration {
	slices.Sort(of)
	return of[len(of)/2]
}

// kinds of steps and how often each is drawn.
var kinds = []struct {
	name   string
	weight int
	make   func(*privateWorld) error
}{
	{"change", 40, (*privateWorld).change},
	{"comment", 5, (*privateWorld).comment},
	{"rename", 5, (*privateWorld).rename},
	{"join", 11, (*privateWorld).join},
	{"leave", 4, (*privateWorld).leave},
	{"remove", 6, (*privateWorld).remove},
	{"role", 6, (*privateWorld).role},
	{"look", 10, (*privateWorld).look},
	{"watch", 9, (*privateWorld).watch},
	{"session", 3, (*privateWorld).session},
	{"delete", 1, (*privateWorld).deleteProject},
}

// random makes one step.
func (w *privateWorld) random() (string, error) {
	if len(w.live()) < fewestRooms {
		return "create", w.create()
	}
	if w.next != nil && w.dice.IntN(10) < 7 { // what follows a removal at once is what could leak
		err := w.change()
		return "change", err
	}
	total := 0
	for _, k := range kinds {
		total += k.weight
	}
	die := w.dice.IntN(total)
	for _, k := range kinds {
		if die -= k.weight; die < 0 {
			return k.name, k.make(w)
		}
	}
	panic("the die shows more than its faces")
}

// do makes one call of this step; want is the refusal's code, empty for success.
func (w *privateWorld) do(who *person, want, method, path string, body, answer any, headers ...string) error {
	err := who.user.Do(w.t.Context(), method, path, body, answer, append(headers, "X-Request-Id", w.stepID(w.step))...)
	if client.CodeOf(err) != want || want == "" && err != nil {
		return fmt.Errorf("%s: %s %s: want %q, got %w", who.user.Name, method, path, want, err)
	}
	return nil
}

// may is the answer that somebody gets who wants to do what a role may.
func may(m *membership, roles ...cumin.Role) (refusal string) {
	switch {
	case m == nil:
		return "not_found"
	case !slices.Contains(roles, m.role):
		return "forbidden"
	}
	return ""
}

func pick[T any](w *privateWorld, from []T) T { return from[w.dice.IntN(len(from))] }

func (w *privateWorld) live() []*modelProject {
	return slices.DeleteFunc(slices.Clone(w.projects), func(p *modelProject) bool { return p.deleted })
}

// anywhere is where the next change is made, and who makes it: mostly a member.
func (w *privateWorld) anywhere() (*modelProject, *person) {
	p := w.next
	if w.next = nil; p == nil {
		p = pick(w, w.live())
	}
	if w.dice.IntN(10) == 0 {
		return p, pick(w, w.people)
	}
	return p, pick(w, p.now()).person
}

func (w *privateWorld) create() error {
	owner := pick(w, w.people)
	p := &modelProject{}
	m := &membership{person: owner, role: cumin.RoleOwner, to: open, asked: time.Now()}
	var made struct{ ID string }
	if err := w.do(owner, "", http.MethodPost, "/api/v1/projects", map[string]string{"name": fmt.Sprint("Private ", w.step)}, &made); err != nil {
		return err
	}
	p.id, m.let = made.ID, time.Now()
	p.members, w.projects = []*membership{m}, append(w.projects, p)
	return w.sit(owner, p)
}

// change creates a task, or changes, moves or deletes one.
func (w *privateWorld) change() error {
	p, who := w.anywhere()
	want := may(p.of(who), cumin.RoleOwner, cumin.RoleEditor)
	if len(p.tasks) == 0 || w.dice.IntN(3) == 0 {
		var made task
		err := w.do(who, want, http.MethodPost, p.path()+"/tasks", map[string]any{"title": fmt.Sprint("of step ", w.step), "assignee": pick(w, p.now()).person.user.ID}, &made)
		if made.ID != "" {
			p.tasks = append(p.tasks, made)
		}
		return err
	}
	i := w.dice.IntN(len(p.tasks))
	t := p.tasks[i]
	path := p.path() + "/tasks/" + t.ID
	var err error
	switch w.dice.IntN(5) {
	case 0:
		if err = w.do(who, want, http.MethodDelete, path, nil, nil, "If-Match", t.etag()); want == "" {
			p.tasks = slices.Delete(p.tasks, i, i+1)
		}
		return err
	case 1, 2:
		err = w.do(who, want, http.MethodPatch, path, map[string]any{"title": fmt.Sprint("since step ", w.step), "assignee": pick(w, p.now()).person.user.ID}, &t, "If-Match", t.etag())
	default:
		err = w.do(who, want, http.MethodPost, path+"/move", map[string]string{"status": pick(w, []string{"todo", "in_progress", "done"})}, &t, "If-Match", t.etag())
	}
	p.tasks[i] = t
	return err
}

func (w *privateWorld) comment() error {
	p, who := w.anywhere()
	if len(p.tasks) == 0 {
		return nil
	}
	about := pick(w, p.now()).person.user
	return w.do(who, may(p.of(who), cumin.RoleOwner, cumin.RoleEditor), http.MethodPost, p.path()+"/tasks/"+pick(w, p.tasks).ID+"/comments",
		map[string]string{"body": "What do you say, @[" + about.Name + "](" + about.ID + ")?"}, nil)
}

func (w *privateWorld) rename() error {
	p, who := w.anywhere()
	return w.do(who, may(p.of(who), cumin.RoleOwner), http.MethodPatch, p.path(), map[string]string{"name": fmt.Sprint("Private, named in step ", w.step)}, nil)
}

// join makes somebody a member, who then mostly watches.
func (w *privateWorld) join() error {
	p := pick(w, w.live())
	var strangers []*person
	for _, who := range w.people {
		if p.of(who) == nil {
			strangers = append(strangers, who)
		}
	}
	if len(strangers) == 0 {
		return nil
	}
	who := pick(w, strangers)
	role := pick(w, []cumin.Role{cumin.RoleOwner, cumin.RoleEditor, cumin.RoleViewer})
	var invite struct{ Token string }
	if err := w.do(pick(w, p.now(cumin.RoleOwner)).person, "", http.MethodPost, p.path()+"/invites", map[string]any{"role": role}, &invite); err != nil {
		return err
	}
	m := &membership{person: who, role: role, to: open, asked: time.Now()}
	if err := w.do(who, "", http.MethodPost, "/api/v1/invites/accept", map[string]string{"token": invite.Token}, nil); err != nil {
		return err
	}
	m.let = time.Now()
	p.members = append(p.members, m)
	if w.dice.IntN(5) == 0 {
		return nil
	}
	return w.sit(who, p)
}

func (w *privateWorld) leave() error {
	p := pick(w, w.live())
	m := pick(w, p.now())
	return w.end(p, m, m.person)
}

func (w *privateWorld) remove() error {
	p := pick(w, w.live())
	m := pick(w, p.now())
	return w.end(p, m, pick(w, p.now(cumin.RoleOwner)).person)
}

func (w *privateWorld) end(p *modelProject, m *membership, by *person) error {
	path := p.path() + "/members/" + m.person.user.ID
	if p.lastOwner(m) {
		return w.do(by, "last_owner", http.MethodDelete, path, nil, nil)
	}
	if err := w.do(by, "", http.MethodDelete, path, nil, nil); err != nil {
		return err
	}
	m.to, m.left = w.step, time.Now()
	delete(m.person.device().seats, p)
	w.next = p
	return nil
}

func (w *privateWorld) role() error {
	p := pick(w, w.live())
	m, role := pick(w, p.now()), pick(w, []cumin.Role{cumin.RoleOwner, cumin.RoleEditor, cumin.RoleViewer})
	want := ""
	if p.lastOwner(m) && role != cumin.RoleOwner {
		want = "last_owner"
	}
	if err := w.do(pick(w, p.now(cumin.RoleOwner)).person, want, http.MethodPut, p.path()+"/members/"+m.person.user.ID, map[string]any{"role": role}, nil); err != nil || want != "" {
		return err
	}
	m.role = role
	return nil
}

// look reads something of a project.
func (w *privateWorld) look() error {
	p, who := pick(w, w.projects), pick(w, w.people)
	want := may(p.of(who), cumin.RoleOwner, cumin.RoleEditor, cumin.RoleViewer)
	return w.do(who, want, http.MethodGet, p.path()+pick(w, []string{"", "/board", "/tasks", "/members", "/activity", "/changes?since=0"}), nil, nil)
}

// watch opens a project's board on somebody's device, a stranger's too.
func (w *privateWorld) watch() error {
	return w.sit(pick(w, w.people), pick(w, w.projects))
}

func (w *privateWorld) sit(who *person, p *modelProject) error {
	_, err := who.device().TryJoin(w.t.Context(), p.id)
	if p.of(who) == nil {
		if client.CodeOf(err) != "not_found" {
			return fmt.Errorf("%s, no member, joined the room: %w", who.user.Name, err)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s, a member, joins the room: %w", who.user.Name, err)
	}
	who.device().seats[p] = true
	return nil
}

func (w *privateWorld) connect(u *client.User) *seatedDevice {
	return &seatedDevice{Socket: u.Connect(w.t, pick(w, transports)), seats: map[*modelProject]bool{}}
}

// session signs somebody out and in again, on another device.
func (w *privateWorld) session() error {
	who := pick(w, w.people)
	if err := w.do(who, "", http.MethodPost, "/auth/logout", nil, nil); err != nil {
		return err
	}
	old := who.device()
	old.over = time.Now()
	who.user = who.user.Elsewhere(w.t)
	next := w.connect(who.user)
	who.devices = append(who.devices, next)
	for p := range old.seats {
		if err := w.sit(who, p); err != nil {
			return err
		}
	}
	return nil
}

func (w *privateWorld) deleteProject() error {
	p, who := w.anywhere()
	want := may(p.of(who), cumin.RoleOwner)
	if err := w.do(who, want, http.MethodDelete, p.path(), nil, nil); err != nil || want != "" {
		return err
	}
	p.deleted = true
	for _, m := range p.now() {
		delete(m.person.device().seats, p)
	}
	return nil
}

// settle makes one last change in every project and waits until everybody who
// watches it was told: what came before has come, or never will.
func (w *privateWorld) settle() {
	for _, p := range w.live() {
		who := pick(w, p.now(cumin.RoleOwner)).person
		require.NoError(w.t, w.do(who, "", http.MethodPost, p.path()+"/tasks", map[string]string{"title": "the last"}, nil))
	}
	id := w.stepID(w.step)
	for _, who := range w.people {
		for p := range who.device().seats {
			who.device().WaitEvent(w.t, "the last change of "+p.id, func(e cumin.Event) bool { return e.RequestID == id && string(e.ProjectID) == p.id })
		}
	}
}

// judge looks at every event that came to anybody. It returns how many there
// were, and how long after each removal its person was told and let out.
func (w *privateWorld) judge() (seen int, evictions []time.Duration) {
	var leaks []error
	for _, who := range w.people {
		for _, d := range who.devices {
			for _, a := range d.Arrivals() {
				seen++
				if why := w.leaked(who, a); why != "" {
					leaks = append(leaks, fmt.Errorf("%s got %s of %s %s", who.user.Name, a.Type, a.ProjectID, why))
				}
				evictions = append(evictions, w.evicted(who, a)...)
			}
			for _, n := range d.Notifications() {
				if step, ok := w.stepOf(n.RequestID); ok && aboutTasks(n.Kind) && !w.wasMember(who, string(n.ProjectID), step) {
					leaks = append(leaks, fmt.Errorf("%s was notified of %s in step %d, when they were no member", who.user.Name, n.Kind, step))
				}
			}
		}
	}
	require.NoError(w.t, errors.Join(leaks...), "%d events reached who was no member", len(leaks))
	return seen, evictions
}

func aboutTasks(k cumin.NotificationKind) bool {
	return k == cumin.NotifyAssigned || k == cumin.NotifyMentioned
}

// wasMember reports whether somebody had a membership that a step did not find
// ended.
func (w *privateWorld) wasMember(who *person, project string, step int) bool {
	i := slices.IndexFunc(w.projects, func(p *modelProject) bool { return p.id == project })
	return i >= 0 && w.projects[i].maySee(who, step, time.Now())
}

// evicted is how long after somebody's removal its event came to them, if it is
// that event, for the first time.
func (w *privateWorld) evicted(who *person, a client.Arrival) []time.Duration {
	if a.Type != cumin.EventMemberRemoved {
		return nil
	}
	for _, p := range w.projects {
		if p.id != string(a.ProjectID) {
			continue
		}
		step, ok := w.removal(p, a.Event)
		for _, m := range p.members {
			if ok && m.person == who && m.to == step {
				return []time.Duration{max(0, a.Came.Sub(m.left))}
			}
		}
	}
	return nil
}

// sessionEnds is how long after each logout the device was told that its
// session had ended, and by that cut off.
func (w *privateWorld) sessionEnds() []time.Duration {
	var took []time.Duration
	for _, who := range w.people {
		for _, d := range who.devices[:len(who.devices)-1] {
			d.WaitEnded(w.t, string(cumin.CodeSessionRevoked))
			took = append(took, max(0, d.Ends()[0].Came.Sub(d.over)))
		}
	}
	return took
}
