package cumin

import (
	"context"
	"fmt"
	"slices"
)

// MaxReadIDs is how many notifications can be marked by id at once.
const MaxReadIDs = 50

// Notifications are a person's inbox as that person sees it.
type Notifications struct{ Store InboxStore }

// Inbox is a page of notifications and the counters, which were read first:
// what is written in between is told again by the socket.
type Inbox struct {
	Head InboxHead
	Page[Notification, int64]
}

// List is the actor's notifications, newest first, below a sequence (0: from
// the top).
func (s Notifications) List(ctx context.Context, by UserID, limit int, below int64) (Inbox, error) {
	head, err := s.Store.Head(ctx, by)
	if err != nil {
		return Inbox{}, err
	}
	page, err := s.Store.List(ctx, by, limit, below)
	for i := range page.Items {
		n := &page.Items[i]
		n.Read = n.Read || n.Seq <= head.ReadUpTo
	}
	return Inbox{Head: head, Page: page}, err
}

// Head is the actor's counters.
func (s Notifications) Head(ctx context.Context, by UserID) (InboxHead, error) {
	return s.Store.Head(ctx, by)
}

// MarkRead marks some of the actor's notifications; ids that are unknown, read
// already or no ids at all do no harm. The last never reach the store, whose
// keys have a limit.
func (s Notifications) MarkRead(ctx context.Context, by UserID, ids []EventID) (InboxHead, error) {
	if len(ids) == 0 || len(ids) > MaxReadIDs {
		return InboxHead{}, refuseField("/ids", "too_many", fmt.Sprintf("Name 1 to %d notifications, or use upTo.", MaxReadIDs))
	}
	known := slices.DeleteFunc(slices.Clone(ids), func(id EventID) bool { return !ValidID(string(id)) })
	return s.Store.MarkRead(ctx, by, known)
}

// MarkReadUpTo marks all of the actor's notifications up to a sequence.
func (s Notifications) MarkReadUpTo(ctx context.Context, by UserID, seq int64) (InboxHead, error) {
	if seq < 1 {
		return InboxHead{}, refuseField("/upTo", "too_small", "It must be the seq of a notification.")
	}
	return s.Store.MarkReadUpTo(ctx, by, seq)
}
