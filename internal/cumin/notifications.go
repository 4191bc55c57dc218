package cumin

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// MaxReadIDs is how many notifications can be marked by id at once.
const MaxReadIDs = 50

// Notifications are a person's inbox as that person sees it.
type Notifications struct {
	Store InboxStore
	Prefs PreferenceStore
}

// Inbox is a page of notifications and the counters, which were read first:
// what is written in between is told again by the socket.
type Inbox struct {
	Head InboxHead
	Page[Notification, int64]
}

// List is the actor's notifications, newest first, below a sequence (0: from
// the top); only those not read, if so asked: such a page may be short, or
// empty, and yet not be the last.
func (s Notifications) List(ctx context.Context, by UserID, unread bool, limit int, below int64) (Inbox, error) {
	head, err := s.Store.Head(ctx, by)
	if err != nil {
		return Inbox{}, err
	}
	box := Inbox{Head: head}
	if unread {
		box.Page, err = s.Store.ListUnread(ctx, by, head.ReadUpTo, limit, below)
		return box, err
	}
	box.Page, err = s.Store.List(ctx, by, limit, below)
	for i := range box.Items {
		n := &box.Items[i]
		n.Read = n.Read || n.Seq <= head.ReadUpTo
	}
	return box, err
}

// Head is the actor's counters.
func (s Notifications) Head(ctx context.Context, by UserID) (InboxHead, error) {
	return s.Store.Head(ctx, by)
}

// MarkRead marks some of the actor's notifications; ids that are unknown, read
// already or no ids at all do no harm. The last never reach the store, whose
// keys have a limit.
func (s Notifications) MarkRead(ctx context.Context, by Actor, ids []EventID) (InboxHead, error) {
	if len(ids) == 0 || len(ids) > MaxReadIDs {
		return InboxHead{}, refuseField("/ids", "too_many", fmt.Sprintf("Name 1 to %d notifications, or use upTo.", MaxReadIDs))
	}
	known := slices.DeleteFunc(slices.Clone(ids), func(id EventID) bool { return !ValidID(string(id)) })
	return s.Store.MarkRead(ctx, by.User, known, by.Change())
}

// MarkReadUpTo marks all of the actor's notifications up to a sequence.
func (s Notifications) MarkReadUpTo(ctx context.Context, by Actor, seq int64) (InboxHead, error) {
	if seq < 1 {
		return InboxHead{}, refuseField("/upTo", "too_small", "It must be the seq of a notification.")
	}
	return s.Store.MarkReadUpTo(ctx, by.User, seq, by.Change())
}

// Muted are the kinds that the actor wants no notifications of.
func (s Notifications) Muted(ctx context.Context, by UserID) ([]NotificationKind, error) {
	muted, err := s.Prefs.Muted(ctx, []UserID{by})
	return muted[by], err
}

// Mute replaces the kinds that the actor wants no notifications of.
func (s Notifications) Mute(ctx context.Context, by Actor, kinds []NotificationKind) ([]NotificationKind, error) {
	var f fields
	for i, k := range kinds {
		if !k.Mutable() {
			f.add(fmt.Sprintf("/muted/%d", i), "not_allowed", "This kind cannot be turned off.")
		}
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	kinds = slices.Clone(kinds)
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	return kinds, s.Prefs.Mute(ctx, by.User, kinds, by.Change())
}

// MutableKinds are the kinds of notification that can be turned off: not those
// about one's own security and one's own exports.
var MutableKinds = [...]NotificationKind{
	NotifyAssigned, NotifyMentioned, NotifyMemberAdded, NotifyRoleChanged, NotifyInvited, NotifyAccepted, NotifyProjectDeleted,
}

// Mutable reports whether k can be turned off.
func (k NotificationKind) Mutable() bool { return slices.Contains(MutableKinds[:], k) }

// PreferenceStore keeps what people want to be told.
type PreferenceStore interface {
	// Muted reads the muted kinds of some people, consistently; who has muted
	// nothing is absent.
	Muted(ctx context.Context, users []UserID) (map[UserID][]NotificationKind, error)
	// Mute replaces a person's muted kinds.
	Mute(ctx context.Context, user UserID, kinds []NotificationKind, by Change) error
}

// ReadMark is what a person's inbox came to when something in it was marked as
// read; it tells their other devices.
type ReadMark struct {
	User    UserID
	Head    InboxHead
	IDs     []EventID // those that were marked; none when all up to Head.ReadUpTo were
	Version int64     // 1, 2, 3 … per person
	Last    Change
}

// ReadActivity reads a change of a person's read mark, at the record's time.
func ReadActivity(before, after *ReadMark, at time.Time) (Activity, bool) {
	if after == nil || before != nil && after.Version <= before.Version {
		return Activity{}, false
	}
	return Activity{
		Type: EventNotificationRead, Subject: string(after.User) + "/read", User: after.User, Actor: after.Last.By, At: at,
		Version: after.Version, RequestID: after.Last.RequestID, Read: after,
	}, true
}
