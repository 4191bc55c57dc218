package dynamo

import (
	"fmt"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Tables are the names of the seven tables, read from the environment of each
// binary (CUMIN_TABLE_…). A binary that does not use a table leaves it empty.
type Tables struct {
	Auth      string // users, e-mail locks, sessions, resets, throttles, revocations
	Core      string // profiles, projects, counts, members; stream
	Tasks     string // tasks only; stream
	Jobs      string // export jobs and their slots; stream
	Counted   string // one marker per task
	Inbox     string // notifications per user, feed per project
	Ephemeral string // idempotency keys, socket registry and leases; may be lost
}

// Every table has the string keys pk and sk; the indexes are listed with the
// question each answers. deploy/data.yaml declares the same names.
//
//	table      pk                 sk                      question
//	auth       USER#uid           PROFILE                 who is this (e-mail, name, hash, epoch)
//	auth       USER#uid           SESS#sid                a session; all sessions of a user
//	auth       USER#uid           RESET                   may this link set a new passphrase
//	auth       EMAIL#address      EMAIL                   whose address is this
//	auth       THR#kind#hash      THR                     how often was this tried
//	auth       REV#yyyymmddHHMM   ts#sid                  what was revoked in this minute
//	core       USER#uid           PROFILE                 a person's public name
//	core       EMAIL#address      PROFILE                 which user may be added under this address
//	core       USER#uid           MEMBER#pid              may this user see this project; all projects of a user
//	core       USER#uid           INBOX                   what was marked as read last
//	core       USER#uid           PREFS                   what they want no notifications of
//	core       PROJECT#pid        PROJECT                 the project
//	core       PROJECT#pid        COUNTS                  its three counts
//	core       PROJECT#pid        NUMBER                  the last task number given out
//	core       PROJECT#pid        COMMENT#tid#cid         a comment; all comments of a task
//	core       PROJECT#pid        INVITE#iid              an invite; all invites of a project
//	tasks      PROJECT#pid        TASK#tid                a task; all tasks of a project
//	jobs       JOB#jid            JOB                     an export job
//	jobs       PROJECT#pid        DELETION                the job that erases a deleted project
//	jobs       PROJECT#pid        RANKS#status            how often ranks of a column were rewritten, or relied on
//	jobs       USER#uid           SLOT#n                  n of 3 live exports of a user
//	jobs       USER#uid           PSLOT#pid               the live export of a user in a project
//	counted    PROJECT#pid        TASK#tid                version and status last counted
//	inbox      USER#uid           HEAD                    sequence, unread, read pointer
//	inbox      USER#uid           N#seq                   a notification
//	inbox      USER#uid           EVENT#id                was this event put already
//	inbox      PROJECT#pid        HEAD                    sequence of the feed
//	inbox      PROJECT#pid        F#seq                   a live event
//	inbox      PROJECT#pid        EVENT#id                was this event put already
//	inbox      ACT#pid            A#eventid               an entry of a project's history
//	inbox      ACT#pid#tid        A#eventid               an entry of a task's history
//	ephemeral  IDEM#uid#route#key IDEM                    answer given under an idempotency key
//	ephemeral  REG#USER#uid       INSTANCE#iid            which instances hold sockets of this user
//	ephemeral  REG#PROJECT#pid    INSTANCE#iid            which instances hold viewers of this project
//	ephemeral  LEASES             INSTANCE#iid            which instances are alive, and their queues
const (
	PK  = "pk"
	SK  = "sk"
	TTL = "ttl" // epoch seconds; DynamoDB deletes late, so readers also compare the time
)

// Index names and their key attributes. An item without the partition
// attribute is not in the index (sparse).
const (
	// IndexMembers on core: members of a project. gpk = PROJECT#pid, gsk = MEMBER#uid;
	// an invite by its id alone. gpk = INVITE#iid, gsk = INVITE.
	IndexMembers = "members"
	// IndexBoard on tasks: a column by rank. bpk = pid#status, rank.
	IndexBoard = "board"
	// IndexRecent on tasks: a project's tasks by last change. rpk = PROJECT#pid, updatedAt.
	IndexRecent = "recent"
	// IndexAssignee on tasks: a person's tasks by last change. apk = USER#uid, updatedAt.
	IndexAssignee = "assignee"
	// IndexDue on tasks: a project's tasks that have a due date, by it.
	// rpk = PROJECT#pid, due. Like the next it holds keys only: a task costs it a
	// write when it gets, changes or loses its date, and none otherwise.
	IndexDue = "due"
	// IndexPriority on tasks: a project's tasks of one priority; those without are
	// not in it. rpk = PROJECT#pid, priority.
	IndexPriority = "priority"
	// IndexJobsByUser on jobs: a person's exports, newest last. upk = USER#uid, usk = jid.
	IndexJobsByUser = "byUser"
)

// Sort keys of items that exist once in their collection.
const (
	SKProfile     = "PROFILE"
	SKEmail       = "EMAIL"
	SKReset       = "RESET"
	SKProject     = "PROJECT"
	SKCounts      = "COUNTS"
	SKNumber      = "NUMBER"
	SKJob         = "JOB"
	SKHead        = "HEAD"
	SKReadMark    = "INBOX"
	SKPreferences = "PREFS"
	SKDeletion    = "DELETION"
	SKIdem        = "IDEM"
)

// Prefixes of sort keys, for begins_with.
const (
	PrefixSession      = "SESS#"
	PrefixMember       = "MEMBER#"
	PrefixTask         = "TASK#"
	PrefixComment      = "COMMENT#"
	PrefixInvite       = "INVITE#"
	PrefixSlot         = "SLOT#"
	PrefixProjectSlot  = "PSLOT#"
	PrefixRanks        = "RANKS#"
	PrefixNotification = "N#"
	PrefixFeed         = "F#"
	PrefixEvent        = "EVENT#"
	PrefixInstance     = "INSTANCE#"
)

// PKLeases is the one partition of the sockets instances' lease rows.
const PKLeases = "LEASES"

// UserPK is the partition of everything kept per user, in any table.
func UserPK(id cumin.UserID) string { return "USER#" + string(id) }

// ProjectPK is the partition of everything kept per project, in any table.
func ProjectPK(id cumin.ProjectID) string { return "PROJECT#" + string(id) }

// EmailPK is the partition of an address; addresses are compared in lower case.
func EmailPK(address string) string { return "EMAIL#" + strings.ToLower(address) }

// JobPK is the partition of one export job.
func JobPK(id cumin.ExportID) string { return "JOB#" + string(id) }

// SessionSK is the sort key of a session under its user.
func SessionSK(id cumin.SessionID) string { return PrefixSession + string(id) }

// MemberSK is the sort key of a membership under its user.
func MemberSK(id cumin.ProjectID) string { return PrefixMember + string(id) }

// MemberIndexSK is the sort key of a membership in IndexMembers.
func MemberIndexSK(id cumin.UserID) string { return PrefixMember + string(id) }

// TaskSK is the sort key of a task, and of its marker in counted.
func TaskSK(id cumin.TaskID) string { return PrefixTask + string(id) }

// BoardPK is the partition of a column in IndexBoard.
func BoardPK(p cumin.ProjectID, s cumin.Status) string { return string(p) + "#" + string(s) }

// RanksSK is the sort key of what is known of a column's ranks.
func RanksSK(s cumin.Status) string { return PrefixRanks + string(s) }

// SlotSK is the n-th live-export slot of a user, n from 1.
func SlotSK(n int) string { return fmt.Sprintf("%s%d", PrefixSlot, n) }

// ProjectSlotSK is a user's live-export slot in a project.
func ProjectSlotSK(id cumin.ProjectID) string { return PrefixProjectSlot + string(id) }

// NotificationSK is the sort key of a notification; zero-padded so that bytes
// order like numbers.
func NotificationSK(seq int64) string { return fmt.Sprintf("%s%020d", PrefixNotification, seq) }

// FeedSK is the sort key of a feed entry.
func FeedSK(seq int64) string { return fmt.Sprintf("%s%020d", PrefixFeed, seq) }

// EventSK marks an event already written into the collection it sits in.
func EventSK(id cumin.EventID) string { return PrefixEvent + string(id) }

// RevocationPK is the minute in which something was revoked.
func RevocationPK(at time.Time) string { return "REV#" + at.UTC().Format("200601021504") }

// UserRegistryPK lists the instances that hold sockets of a user.
func UserRegistryPK(id cumin.UserID) string { return "REG#USER#" + string(id) }

// ProjectRegistryPK lists the instances that hold viewers of a project.
func ProjectRegistryPK(id cumin.ProjectID) string { return "REG#PROJECT#" + string(id) }

// InstanceSK is the sort key of an instance in the registry and the leases.
func InstanceSK(id cumin.InstanceID) string { return PrefixInstance + string(id) }

// IdempotencyPK is the partition of one idempotency key of one user and route.
func IdempotencyPK(u cumin.UserID, route, key string) string {
	return "IDEM#" + string(u) + "#" + route + "#" + key
}
