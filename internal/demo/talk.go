package demo

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// thread is what was said about a task, oldest first.
type thread struct {
	title string // of the task
	said  []remark
}

// remark is what somebody said, so long before the project's present. In its
// Markdown, @Ada mentions whoever is called Ada.
type remark struct {
	by   int
	ago  time.Duration
	text string
}

func ago(days, hours, minutes int) time.Duration {
	return time.Duration(days)*24*time.Hour + time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
}

// talk is the comments of the project's threads, of each the oldest first.
func (b *builder) talk(tasks []history) ([][]cumin.Comment, error) {
	all := make([][]cumin.Comment, len(b.plan.talk))
	for i, t := range b.plan.talk {
		about := slices.IndexFunc(tasks, func(h history) bool { return h.last().Title == t.title })
		if about < 0 {
			return nil, fmt.Errorf("project %s has no task %q to talk about", b.plan.name, t.title)
		}
		for n, r := range t.said {
			all[i] = append(all[i], b.comment(tasks[about].last(), n, r))
		}
	}
	return all, nil
}

// comment is the n-th of a task.
func (b *builder) comment(t cumin.Task, n int, r remark) cumin.Comment {
	at, by := b.now.Add(-r.ago).Truncate(time.Millisecond), b.people[r.by]
	body, mentions := b.mentions(r.text)
	return cumin.Comment{
		Project: t.Project, Task: t.ID, ID: cumin.CommentID(fixedIDAt(fmt.Sprintf("%s/comment %d", t.ID, n), at)), Number: t.Number, Title: t.Title,
		Author: by, Body: body, Mentions: mentions, Version: 1, CreatedAt: at, UpdatedAt: at, Last: cumin.Change{By: by, RequestID: "demo"},
	}
}

// mentions writes @Ada as the API has it and says who is mentioned.
func (b *builder) mentions(text string) (string, []cumin.UserID) {
	var people []cumin.UserID
	for i, p := range People() {
		first, _, _ := strings.Cut(p.Name, " ")
		if with := strings.ReplaceAll(text, "@"+first, fmt.Sprintf("@[%s](%s)", p.Name, b.people[i])); with != text {
			text, people = with, append(people, b.people[i])
		}
	}
	return text, people
}

// fixedIDAt is the same ULID for the same name and time.
func fixedIDAt(name string, at time.Time) string {
	sum := sha256.Sum256([]byte(name))
	id := ulid.ULID{}
	copy(id[6:], sum[:10])
	if err := id.SetTime(ulid.Timestamp(at)); err != nil {
		panic(err) // a time of the demo's last year fits
	}
	return id.String()
}
