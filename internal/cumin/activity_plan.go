package cumin

import (
	"fmt"
	"strconv"
	"time"
)

// Activity is what one change of one item means to people: a live event, and
// who is to be notified of it.
type Activity struct {
	Type      EventType // empty: there is no live event, only Notes
	Subject   string    // key of the changed item; with Version and Type it names the cause
	Project   ProjectID // whose viewers see it, unless User is set
	User      UserID    // the only person who sees it: the owner of an export
	Actor     UserID
	At        time.Time
	Version   int64
	RequestID string
	Notes     []Note
	Gone      bool // the item was removed; of a deleted project nobody is told

	// What it is about; the one that fits Type is set, and as what it was before,
	// if it was.
	Task      *Task
	WasTask   *Task
	Talk      *Task // whose Talk is another
	Board     *Project
	WasBoard  *Project
	Member    *Member
	WasMember *Member
	Comment   *Comment
	Counts    *Counts
	Export    *Export
	Reuse     *ReuseNotice
	Invite    *Invite
	Read      *ReadMark
}

// Note says whom to notify and why: the person To, or whoever has registered
// with the address Email, or, with neither, every member of the project but
// the actor.
type Note struct {
	To    UserID
	Email string
	Kind  NotificationKind
}

// EventID is the same for every delivery of the same change.
func (a Activity) EventID() EventID { return a.derive(string(a.Type)) }

// NotificationID is the same for every delivery of the same change; one person
// gets one row per change and kind.
func (a Activity) NotificationID(k NotificationKind) EventID { return a.derive(string(k)) }

func (a Activity) derive(word string) EventID {
	return DeriveEventID(a.At, a.Subject, strconv.FormatInt(a.Version, 10), word)
}

// TaskActivity reads a change of a task; one image may be nil. The answer is
// false when there is nothing to tell: a write without a new version, of the
// task or of its Talk, or the removal of a task that was already deleted.
func TaskActivity(before, after *Task, at time.Time) (Activity, bool) {
	there := before != nil && before.Status != StatusDeleted
	if after == nil {
		if !there {
			return Activity{}, false
		}
		a := taskActivity(EventTaskDeleted, before)
		a.Version, a.At, a.Actor, a.RequestID = before.Version+1, at, "", "" // who wrote the last version did not remove it
		a.Gone = true
		return a, true
	}
	if before != nil && after.Version <= before.Version {
		return talkActivity(before, after, at)
	}
	switch {
	case after.Status == StatusDeleted:
		return taskActivity(EventTaskDeleted, after), there
	case !there:
		a := taskActivity(EventTaskCreated, after)
		if before == nil {
			a.notifyAssignee("", after)
		}
		a.WasTask = before
		return a, true
	case before.Status != after.Status || before.Rank != after.Rank:
		a := taskActivity(EventTaskMoved, after)
		a.WasTask = before
		a.notifyAssignee(before.Assignee, after)
		return a, true
	default:
		a := taskActivity(EventTaskUpdated, after)
		a.WasTask = before
		a.notifyAssignee(before.Assignee, after)
		return a, true
	}
}

// talkActivity tells how many comments a task has now; what was said is told
// of the comment itself.
func talkActivity(before, after *Task, at time.Time) (Activity, bool) {
	if after.Talk.Version <= before.Talk.Version {
		return Activity{}, false
	}
	return Activity{
		Type: EventTaskTalk, Subject: string(after.ID) + "/talk", Project: after.Project, Actor: after.Talk.Last.By,
		At: at, Version: after.Talk.Version, RequestID: after.Talk.Last.RequestID, Talk: after,
	}, true
}

func taskActivity(t EventType, task *Task) Activity {
	return Activity{
		Type: t, Subject: string(task.ID), Project: task.Project, Actor: task.Last.By,
		At: task.UpdatedAt, Version: task.Version, RequestID: task.Last.RequestID, Task: task,
	}
}

// notifyAssignee tells who has the task now, unless they had it before or took
// it themselves.
func (a *Activity) notifyAssignee(before UserID, task *Task) {
	if task.Assignee != "" && task.Assignee != before && task.Assignee != a.Actor {
		a.Notes = append(a.Notes, Note{To: task.Assignee, Kind: NotifyAssigned})
	}
}

// ProjectActivity reads a change of a project. Nobody can be looking at a new
// one, so its creation is not told.
func ProjectActivity(before, after *Project, at time.Time) (Activity, bool) {
	if before == nil || !before.DeletedAt.IsZero() {
		return Activity{}, false
	}
	if after == nil {
		a := projectActivity(EventProjectDeleted, before)
		a.Version, a.At, a.Actor, a.RequestID = before.Version+1, at, "", ""
		return a, true
	}
	if after.Version <= before.Version {
		return Activity{}, false
	}
	if after.DeletedAt.IsZero() {
		a := projectActivity(EventProjectUpdated, after)
		a.WasBoard = before
		return a, true
	}
	a := projectActivity(EventProjectDeleted, after)
	a.Notes = []Note{{Kind: NotifyProjectDeleted}}
	return a, true
}

func projectActivity(t EventType, p *Project) Activity {
	return Activity{
		Type: t, Subject: string(p.ID), Project: p.ID, Actor: p.Last.By,
		At: p.UpdatedAt, Version: p.Version, RequestID: p.Last.RequestID, Board: p,
	}
}

// MemberActivity reads a change of a membership. The item says when somebody
// joined, but not when it changed last, so then at is the record's time, which
// a redelivery repeats. Who leaves and joins again is another subject: versions
// begin anew.
func MemberActivity(before, after *Member, at time.Time) (Activity, bool) {
	if after == nil {
		a := memberActivity(EventMemberRemoved, before, at)
		a.Version, a.Actor, a.RequestID = before.Version+1, "", ""
		a.Gone = true
		return a, true
	}
	if before == nil {
		a := memberActivity(EventMemberAdded, after, after.JoinedAt)
		a.notifyMember(NotifyMemberAdded)
		if after.Inviter != "" && after.Inviter != a.Actor {
			a.Notes = append(a.Notes, Note{To: after.Inviter, Kind: NotifyAccepted})
		}
		return a, true
	}
	if after.Version <= before.Version {
		return Activity{}, false
	}
	a := memberActivity(EventMemberUpdated, after, at)
	a.WasMember = before
	if before.Role != after.Role {
		a.notifyMember(NotifyRoleChanged)
	}
	return a, true
}

func memberActivity(t EventType, m *Member, at time.Time) Activity {
	return Activity{
		Type: t, Subject: fmt.Sprintf("%s/%s/%d", m.Project, m.User, m.JoinedAt.UnixMilli()), Project: m.Project, Actor: m.Last.By,
		At: at, Version: m.Version, RequestID: m.Last.RequestID, Member: m,
	}
}

func (a *Activity) notifyMember(k NotificationKind) {
	if a.Member.User != a.Actor {
		a.Notes = append(a.Notes, Note{To: a.Member.User, Kind: k})
	}
}

// CountsActivity reads a change of a project's count item; version is the
// item's own. A change that leaves the three numbers alone is not told.
func CountsActivity(p ProjectID, before, after *Counts, version int64, at time.Time) (Activity, bool) {
	if after == nil || before != nil && sameNumbers(*before, *after) {
		return Activity{}, false
	}
	return Activity{Type: EventProjectCounts, Subject: string(p) + "/counts", Project: p, At: at, Version: version, Counts: after}, true
}

func sameNumbers(a, b Counts) bool {
	return a.Todo == b.Todo && a.InProgress == b.InProgress && a.Done == b.Done
}

// ExportActivity reads a change of an export job. Its owner sees it move and
// is notified of how it ended, except when they canceled it themselves. A job
// removed by its TTL is not told.
func ExportActivity(before, after *Export) (Activity, bool) {
	if after == nil || before != nil && after.Version <= before.Version {
		return Activity{}, false
	}
	a := Activity{
		Type: EventExportProgress, Subject: string(after.ID), Project: after.Project, User: after.User, Actor: after.Last.By,
		At: after.UpdatedAt, Version: after.Version, RequestID: after.Last.RequestID, Export: after,
	}
	if after.State.Live() {
		return a, true
	}
	a.Type = EventExportFinished
	ended := before == nil || before.State.Live()
	switch {
	case ended && after.State == ExportSucceeded:
		a.Notes = []Note{{To: after.User, Kind: NotifyExportSucceeded}}
	case ended && after.State == ExportFailed:
		a.Notes = []Note{{To: after.User, Kind: NotifyExportFailed}}
	}
	return a, true
}

// InviteActivity reads a change of an invite: whoever it is meant for is told
// when it appears, if the address is registered.
func InviteActivity(before, after *Invite) (Activity, bool) {
	if before != nil || after == nil || after.Email == "" {
		return Activity{}, false
	}
	return Activity{
		Subject: string(after.ID), Project: after.Project, Actor: after.Last.By, At: after.CreatedAt, RequestID: after.Last.RequestID,
		Invite: after, Notes: []Note{{Email: after.Email, Kind: NotifyInvited}},
	}, true
}

// ReuseActivity reads a change of a reuse notice: its owner is told when it
// appears.
func ReuseActivity(before, after *ReuseNotice) (Activity, bool) {
	if before != nil || after == nil {
		return Activity{}, false
	}
	return Activity{
		Subject: string(after.Session) + "/reuse", User: after.User, At: after.At, RequestID: after.Last.RequestID, Reuse: after,
		Notes: []Note{{To: after.User, Kind: NotifySessionReuse}},
	}, true
}

// Superseded tells which activities a later one makes superfluous: all but the
// last of a project's counts, of a task's talk and of an export's progress.
func Superseded(all []Activity) []bool {
	old, last := make([]bool, len(all)), map[string]int{}
	for i, a := range all {
		k := a.replaces()
		if k == "" {
			continue
		}
		if before, ok := last[k]; ok {
			old[before] = true
		}
		last[k] = i
		if a.Type == EventExportFinished {
			delete(last, k) // an end is always told
		}
	}
	return old
}

// replaces is equal for activities of which the later makes the earlier
// superfluous; empty for those that must all be told.
func (a Activity) replaces() string {
	switch a.Type {
	case EventProjectCounts, EventTaskTalk, EventExportProgress, EventExportFinished:
		return a.Subject
	}
	return ""
}
