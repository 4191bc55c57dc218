package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/view"
)

type boardColumn struct {
	Status     cumin.Status `json:"status"`
	Items      []view.Task  `json:"items" nullable:"false"`
	NextCursor string       `json:"nextCursor,omitempty" doc:"Go on with GET …/tasks?status=…&sort=rank&cursor=… and the board's filters"`
}

type board struct {
	Project view.Project  `json:"project"`
	Seq     int64         `json:"seq" doc:"Ask for changes from here; a little in the past on purpose"`
	Columns []boardColumn `json:"columns" nullable:"false"`
	Members []view.Member `json:"members" nullable:"false"`
}

func (s *service) getBoard(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Cached
	Filters
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"Tasks in each column"`
},
) (*tagged[board], error) {
	b, err := s.boards.Get(ctx, by.User, in.Project, in.domain(), in.Limit)
	if err != nil {
		return nil, err
	}
	out := board{Project: projectView(b.View), Seq: b.Seq, Members: viewsOf(b.Members, memberView)}
	for _, c := range b.Columns {
		q := cumin.TaskQuery{TaskFilter: in.domain(), Sort: cumin.SortRank}
		q.Status = c.Status
		next, err := sealNext(s.cursors, by.User, taskList(in.Project, q), c.Next)
		if err != nil {
			return nil, err
		}
		out.Columns = append(out.Columns, boardColumn{Status: c.Status, Items: viewsOf(c.Items, view.OfTask), NextCursor: next})
	}
	return fresh(in.Cached, boardTag(b, in.Filters, in.Limit), out), nil
}

// boardTag names everything a board shows, the counts included, except the
// sequence: it moves on by itself, and an older one is as good.
func boardTag(b cumin.Board, filters Filters, limit int) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %q %s", limit, filters, projectTag(b.View))
	for _, c := range b.Columns {
		fmt.Fprintf(h, "\n%s %t", c.Status, c.Next != nil)
		for _, t := range c.Items {
			fmt.Fprintf(h, " %s.%d.%d", t.ID, t.Version, t.Talk.Version)
		}
	}
	for _, m := range b.Members {
		fmt.Fprintf(h, "\n%s.%d %q", m.User, m.Version, m.Name)
	}
	return `"b` + base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15]) + `"`
}

type changes struct {
	Events []cumin.Event `json:"events" nullable:"false"`
	Seq    int64         `json:"seq" doc:"Ask from here next"`
	More   bool          `json:"more" doc:"Ask again at once"`
}

func (s *service) getChanges(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Since int64 `query:"since" minimum:"0" required:"true" doc:"Sequence of a board or of an earlier answer"`
},
) (*struct{ Body changes }, error) {
	c, err := s.boards.Changes(ctx, by.User, in.Project, in.Since)
	if err != nil {
		return nil, err
	}
	events := c.Events
	if events == nil {
		events = []cumin.Event{}
	}
	return &struct{ Body changes }{changes{Events: events, Seq: c.Seq, More: c.More}}, nil
}
