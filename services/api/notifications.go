package main

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

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

// inboxTag names a state of the inbox: within one sequence and pointer unread
// only falls.
func inboxTag(h cumin.InboxHead) string {
	return fmt.Sprintf(`"n%d-%d-%d"`, h.Seq, h.Unread, h.ReadUpTo)
}

func (s *service) listNotifications(ctx context.Context, by cumin.Actor, in *struct {
	Paging
	Cached
	Unread bool `query:"unread" doc:"Only those not read"`
},
) (*tagged[inbox], error) {
	name := fmt.Sprintf("notifications?%t", in.Unread)
	var below int64
	after, err := openCursor[int64](s.cursors, by.User, name, in.Cursor)
	if err != nil {
		return nil, err
	}
	if after != nil {
		below = *after
	}
	box, err := s.notifications.List(ctx, by.User, in.Unread, in.Limit, below)
	if err != nil {
		return nil, err
	}
	next, err := sealNext(s.cursors, by.User, name, box.Next)
	same := func(n cumin.Notification) cumin.Notification { return n }
	return fresh(in.Cached, inboxTag(box.Head), inbox{
		List:     List[cumin.Notification]{Items: viewsOf(box.Items, same), NextCursor: next},
		Counters: unreadOf(box.Head),
	}), err
}

type unreadAnswer struct{ Body Counters }

func (s *service) countUnread(ctx context.Context, by cumin.Actor, _ *struct{}) (*unreadAnswer, error) {
	head, err := s.notifications.Head(ctx, by.User)
	return &unreadAnswer{unreadOf(head)}, err
}

type marking struct {
	IDs  []cumin.EventID `json:"ids,omitempty" nullable:"false" minItems:"1" maxItems:"50" doc:"These …"`
	UpTo int64           `json:"upTo,omitempty" minimum:"1" doc:"… or all up to this seq; not both"`
}

// TransformSchema says that it is one of the two, in words that generators of
// types need not understand: oneOf would make a type of its own of each.
func (marking) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	one := 1
	s.MinProperties, s.MaxProperties = &one, &one
	return s
}

func (s *service) markRead(ctx context.Context, by cumin.Actor, in *struct{ Body marking }) (*unreadAnswer, error) {
	if (len(in.Body.IDs) == 0) == (in.Body.UpTo == 0) {
		return nil, cumin.Refuse(cumin.CodeInvalid, "Say either ids or upTo.")
	}
	if in.Body.UpTo != 0 {
		head, err := s.notifications.MarkReadUpTo(ctx, by, in.Body.UpTo)
		return &unreadAnswer{unreadOf(head)}, err
	}
	head, err := s.notifications.MarkRead(ctx, by, in.Body.IDs)
	return &unreadAnswer{unreadOf(head)}, err
}

type preferences struct {
	Muted []mutableKind `json:"muted" nullable:"false" maxItems:"20" doc:"Kinds that are not put into the inbox"`
}

// mutableKind is a kind of notification that can be turned off.
type mutableKind cumin.NotificationKind

// Schema is the kinds that can be turned off.
func (mutableKind) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.MutableKinds[:]) }

type preferencesAnswer struct{ Body preferences }

func (s *service) getPreferences(ctx context.Context, by cumin.Actor, _ *struct{}) (*preferencesAnswer, error) {
	muted, err := s.notifications.Muted(ctx, by.User)
	return preferencesOf(muted), err
}

func (s *service) setPreferences(ctx context.Context, by cumin.Actor, in *struct{ Body preferences }) (*preferencesAnswer, error) {
	kinds := viewsOf(in.Body.Muted, func(k mutableKind) cumin.NotificationKind { return cumin.NotificationKind(k) })
	muted, err := s.notifications.Mute(ctx, by, kinds)
	return preferencesOf(muted), err
}

func preferencesOf(muted []cumin.NotificationKind) *preferencesAnswer {
	return &preferencesAnswer{preferences{Muted: viewsOf(muted, func(k cumin.NotificationKind) mutableKind { return mutableKind(k) })}}
}
