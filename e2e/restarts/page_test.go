package restarts

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/view"
)

// board is what a board shows.
type board struct {
	Name    string
	Counts  view.Counts
	Tasks   map[cumin.TaskID]view.Task
	Members map[cumin.UserID]cumin.Role
}

// page is an open board, kept as the web client keeps it: loaded once, then
// changed by the events that come and by those of the feed, whose versions tell
// which are old.
type page struct {
	board

	t        *testing.T
	user     *client.User
	path     string
	seq      int64          // the feed is known up to here
	ahead    map[int64]bool // sequences above it that came already
	versions map[string]int64
	read     int // events of the feed that were asked for
}

// load opens a board.
func load(t *testing.T, u *client.User, project string) *page {
	t.Helper()
	p := &page{
		t: t, user: u, path: "/api/v1/projects/" + project, ahead: map[int64]bool{}, versions: map[string]int64{},
		board: board{Tasks: map[cumin.TaskID]view.Task{}, Members: map[cumin.UserID]cumin.Role{}},
	}
	var got struct {
		Project view.Project
		Seq     int64
		Columns []struct {
			Items      []view.Task
			NextCursor string
		}
		Members []view.Member
	}
	u.Must(t, http.MethodGet, p.path+"/board?limit=100", nil, &got)
	p.seq, p.Name, p.Counts = got.Seq, got.Project.Name, got.Project.Counts
	p.newer("project", got.Project.Version)
	for _, c := range got.Columns {
		require.Empty(t, c.NextCursor, "the test makes boards of one page")
		for _, task := range c.Items {
			p.Tasks[task.ID] = task
			p.newer(string(task.ID), task.Version)
		}
	}
	for _, m := range got.Members {
		p.Members[m.UserID] = m.Role
		p.newer(string(m.UserID), m.Version)
	}
	return p
}

// newer reports whether a version of something is news, and remembers it.
func (p *page) newer(of string, version int64) bool {
	if version <= p.versions[of] {
		return false
	}
	p.versions[of] = version
	return true
}

// apply takes an event, in whatever order and however often it comes.
func (p *page) apply(e cumin.Event) {
	p.t.Helper()
	for _, seq := range append(slices.Clone(e.Skipped), e.Seq) {
		p.ahead[seq] = true
	}
	for p.ahead[p.seq+1] {
		delete(p.ahead, p.seq+1)
		p.seq++
	}
	switch e.Type {
	case cumin.EventTaskCreated, cumin.EventTaskMoved, cumin.EventTaskUpdated:
		task := decode[view.Task](p, e)
		if p.newer(string(task.ID), e.Version) {
			p.Tasks[task.ID] = talked(task, p.Tasks[task.ID])
		}
	case cumin.EventTaskTalk:
		talk := decode[view.Talk](p, e)
		if task, shown := p.Tasks[talk.ID]; shown {
			p.Tasks[talk.ID] = talked(task, view.Task{Comments: talk.Comments, TalkVersion: talk.TalkVersion})
		}
	case cumin.EventTaskDeleted:
		gone := decode[view.Deleted](p, e)
		if p.newer(gone.ID, e.Version) {
			delete(p.Tasks, cumin.TaskID(gone.ID))
		}
	case cumin.EventProjectUpdated:
		if p.newer("project", e.Version) {
			p.Name = decode[view.Project](p, e).Name
		}
	case cumin.EventProjectCounts:
		if p.newer("counts", e.Version) {
			p.Counts = decode[view.CountsChange](p, e).Counts
		}
	case cumin.EventMemberAdded, cumin.EventMemberUpdated:
		m := decode[view.Member](p, e)
		if p.newer(string(m.UserID), e.Version) {
			p.Members[m.UserID] = m.Role
		}
	case cumin.EventMemberRemoved:
		m := decode[view.Member](p, e)
		if p.newer(string(m.UserID), e.Version) {
			delete(p.Members, m.UserID)
		}
	}
}

// talked is task with the comments of whichever telling is newer.
func talked(task, other view.Task) view.Task {
	if other.TalkVersion > task.TalkVersion {
		task.Comments, task.TalkVersion = other.Comments, other.TalkVersion
	}
	return task
}

func decode[T any](p *page, e cumin.Event) (v T) {
	p.t.Helper()
	require.NoError(p.t, json.Unmarshal(e.Data, &v), "%s", e.Data)
	return v
}

// catchUp reads what the feed has above what the page knows. That there is too
// much for a delta fails the test.
func (p *page) catchUp() {
	p.t.Helper()
	for more := true; more; {
		var got struct {
			Events []cumin.Event
			Seq    int64
			More   bool
		}
		p.user.Must(p.t, http.MethodGet, fmt.Sprintf("%s/changes?since=%d", p.path, p.seq), nil, &got)
		for _, e := range got.Events {
			p.apply(e)
		}
		p.seq, more, p.read = max(p.seq, got.Seq), got.More, p.read+len(got.Events)
	}
}
