package main

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
)

func (s *service) listActivity(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Paging
},
) (*page[cumin.Entry], error) {
	return s.historyPage(by.User, "activity/"+string(in.Project), in.Paging, func(after *cumin.EventID) (cumin.Page[cumin.Entry, cumin.EventID], error) {
		return s.history.OfProject(ctx, by.User, in.Project, in.Limit, after)
	})
}

func (s *service) listTaskHistory(ctx context.Context, by cumin.Actor, in *struct {
	TaskPath
	Paging
},
) (*page[cumin.Entry], error) {
	list := fmt.Sprintf("history/%s/%s", in.Project, in.Task)
	return s.historyPage(by.User, list, in.Paging, func(after *cumin.EventID) (cumin.Page[cumin.Entry, cumin.EventID], error) {
		return s.history.OfTask(ctx, by.User, in.Project, in.Task, in.Limit, after)
	})
}

func (s *service) historyPage(user cumin.UserID, list string, in Paging,
	read func(after *cumin.EventID) (cumin.Page[cumin.Entry, cumin.EventID], error),
) (*page[cumin.Entry], error) {
	after, err := openCursor[cumin.EventID](s.cursors, user, list, in.Cursor)
	if err != nil {
		return nil, err
	}
	entries, err := read(after)
	if err != nil {
		return nil, err
	}
	next, err := sealNext(s.cursors, user, list, entries.Next)
	return pageOf(entries.Items, func(e cumin.Entry) cumin.Entry { return e }, next), err
}
