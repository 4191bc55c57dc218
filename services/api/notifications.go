package main

import (
	"context"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Counters are an inbox's; the badge shows unread.
type Counters struct {
	Unread int64 `json:"unread"`
	Seq    int64 `json:"seq" doc:"Of the newest notification"`
}

func unreadOf(h cumin.InboxHead) Counters { return Counters{Unread: h.Unread, Seq: h.Seq} }

type inbox struct {
	List[cumin.Notification]
	Counters
}

func (s *service) listNotifications(ctx context.Context, by cumin.Actor, in *struct{ Paging }) (*struct{ Body inbox }, error) {
	const name = "notifications"
	var below int64
	after, err := openCursor[int64](s.cursors, by.User, name, in.Cursor)
	if err != nil {
		return nil, err
	}
	if after != nil {
		below = *after
	}
	box, err := s.notifications.List(ctx, by.User, in.Limit, below)
	if err != nil {
		return nil, err
	}
	next, err := sealNext(s.cursors, by.User, name, box.Next)
	same := func(n cumin.Notification) cumin.Notification { return n }
	return &struct{ Body inbox }{inbox{
		List:     List[cumin.Notification]{Items: viewsOf(box.Items, same), NextCursor: next},
		Counters: unreadOf(box.Head),
	}}, err
}

type unreadAnswer struct{ Body Counters }

func (s *service) countUnread(ctx context.Context, by cumin.Actor, _ *struct{}) (*unreadAnswer, error) {
	head, err := s.notifications.Head(ctx, by.User)
	return &unreadAnswer{unreadOf(head)}, err
}

type marking struct {
	IDs  []cumin.EventID `json:"ids,omitempty" nullable:"false" maxItems:"50" doc:"These …"`
	UpTo int64           `json:"upTo,omitempty" minimum:"1" doc:"… or all up to this seq; not both"`
}

func (s *service) markRead(ctx context.Context, by cumin.Actor, in *struct{ Body marking }) (*unreadAnswer, error) {
	if (len(in.Body.IDs) == 0) == (in.Body.UpTo == 0) {
		return nil, cumin.Refuse(cumin.CodeInvalid, "Say either ids or upTo.")
	}
	if in.Body.UpTo != 0 {
		head, err := s.notifications.MarkReadUpTo(ctx, by.User, in.Body.UpTo)
		return &unreadAnswer{unreadOf(head)}, err
	}
	head, err := s.notifications.MarkRead(ctx, by.User, in.Body.IDs)
	return &unreadAnswer{unreadOf(head)}, err
}
