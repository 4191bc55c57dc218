package live

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/internal/cumin"
)

// open is the end of a membership that has none.
const open = math.MaxInt

// membership is one person's time in a project.
type membership struct {
	person     *person
	role       cumin.Role
	to         int       // the step that ended it; its own events may be seen
	asked, let time.Time // when the step that began it began and ended
	left       time.Time // when the step that ended it ended
}

// modelProject is a project as the model knows it.
type modelProject struct {
	id      string
	deleted bool          // nothing new can happen in it; its members are not parted from what they saw
	members []*membership // those that ended too
	tasks   []task
}

func (p *modelProject) path() string { return "/api/v1/projects/" + p.id }

// of is somebody's membership of now, nil when there is none, as of a project
// that was deleted.
func (p *modelProject) of(who *person) *membership {
	if p.deleted {
		return nil
	}
	for _, m := range p.members {
		if m.person == who && m.to == open {
			return m
		}
	}
	return nil
}

// now are the memberships of now, with one of the roles if any are given.
func (p *modelProject) now(roles ...cumin.Role) []*membership {
	var found []*membership
	for _, m := range p.members {
		if m.to == open && (len(roles) == 0 || slices.Contains(roles, m.role)) {
			found = append(found, m)
		}
	}
	return found
}

func (p *modelProject) lastOwner(m *membership) bool {
	return m.role == cumin.RoleOwner && len(p.now(cumin.RoleOwner)) == 1
}

// maySee reports whether somebody may have got an event that a step caused: who
// had become a member when it came, and was not yet removed when it was caused.
// What is older than a membership is in the feed that a new member reads.
func (p *modelProject) maySee(who *person, step int, came time.Time) bool {
	return slices.ContainsFunc(p.members, func(m *membership) bool { return m.person == who && step <= m.to && came.After(m.asked) })
}

// maySeeOf is maySee for an event of a time, which no step caused by itself.
func (p *modelProject) maySeeOf(who *person, at, came time.Time) bool {
	return slices.ContainsFunc(p.members, func(m *membership) bool {
		return m.person == who && (m.to == open || !at.After(m.left)) && came.After(m.asked)
	})
}

// person is one of the model, on one device at a time.
type person struct {
	user    *client.User
	devices []*seatedDevice
}

func (p *person) device() *seatedDevice { return p.devices[len(p.devices)-1] }

// seatedDevice is a device and the projects whose events it should get now.
type seatedDevice struct {
	*client.Socket
	over  time.Time // when its session's end had been ordered
	seats map[*modelProject]bool
}

// stepID is the request id of everything that a step sends.
func (w *privateWorld) stepID(step int) string { return fmt.Sprintf("%s%d", w.run, step) }

// stepOf is the step of a request id of this run.
func (w *privateWorld) stepOf(requestID string) (int, bool) {
	number, ours := strings.CutPrefix(requestID, w.run)
	step, err := strconv.Atoi(number)
	return step, ours && err == nil
}

// leaked says why somebody should not have got an event; empty when they may.
func (w *privateWorld) leaked(who *person, e client.Arrival) string {
	if e.ProjectID == "" {
		return ""
	}
	i := slices.IndexFunc(w.projects, func(p *modelProject) bool { return p.id == string(e.ProjectID) })
	if i < 0 {
		return "of a project that is not theirs"
	}
	p := w.projects[i]
	if step, ok := w.stepOf(e.RequestID); ok {
		if !p.maySee(who, step, e.Came) {
			return fmt.Sprintf("of step %d, when they were no member", step)
		}
		return ""
	}
	switch e.Type {
	case cumin.EventMemberRemoved: // the record of a removal does not say by which request
		if step, ok := w.removal(p, e.Event); !ok || !p.maySee(who, step, e.Came) {
			return fmt.Sprintf("of the removal in step %d, when they were no member", step)
		}
		return ""
	case cumin.EventProjectCounts:
		var data struct{ CountsAsOf time.Time }
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return err.Error()
		}
		if !p.maySeeOf(who, w.here(data.CountsAsOf), e.Came) {
			return fmt.Sprintf("as of %s, when they were no member", data.CountsAsOf)
		}
		return ""
	case cumin.EventPresenceJoined, cumin.EventPresenceLeft:
		if !p.maySeeOf(who, w.here(e.At), e.Came) {
			return fmt.Sprintf("at %s, when they were no member", e.At)
		}
		return ""
	}
	return "that no step caused"
}

// here is a time of the stack's clock on this machine's.
func (w *privateWorld) here(at time.Time) time.Time { return at.Add(-w.ahead) }

// removal is the step that a removal is about.
func (w *privateWorld) removal(p *modelProject, e cumin.Event) (int, bool) {
	var data struct {
		UserID   string
		JoinedAt time.Time
	}
	if json.Unmarshal(e.Data, &data) != nil {
		return 0, false
	}
	joined := w.here(data.JoinedAt)
	for _, m := range p.members {
		if m.person.user.ID == data.UserID && !joined.Before(m.asked.Truncate(time.Millisecond)) && !joined.After(m.let) {
			return m.to, true
		}
	}
	return 0, false
}
