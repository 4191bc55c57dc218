package cumin

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of comments.
const (
	MaxComment  = 10_000 // characters
	MaxMentions = 20     // further ones stay text
	MaxExcerpt  = 160    // characters of a comment that notifications and the activity show
)

// Comment is what somebody said about a task. A deleted one keeps its item,
// without its text, until its ttl.
type Comment struct {
	Project   ProjectID
	Task      TaskID
	ID        CommentID
	Number    int64  // of the task, as it was when the comment was made …
	Title     string // … and its title: the task may be gone when it is told
	Author    UserID
	Body      string // Markdown
	Mentions  []UserID
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
	Last      Change
	DeletedAt time.Time
}

// Excerpt is the beginning of the comment in one line, with mentions as names
// and without the usual marks of Markdown.
func (c Comment) Excerpt() string {
	text := mention.ReplaceAllString(c.Body, "@$1")
	for _, m := range marks {
		text = m.find.ReplaceAllString(text, m.leave)
	}
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= MaxExcerpt {
		return text
	}
	return string([]rune(text)[:MaxExcerpt-1]) + "…"
}

// marks are what Markdown shows otherwise than it is written. They are found
// by their looks, not parsed: what is unusual stays as it is.
var marks = [...]struct {
	find  *regexp.Regexp
	leave string
}{
	{regexp.MustCompile(`(?m)^[ \t]*(?:#{1,6}[ \t]|>[ \t]?|[-*+][ \t](?:\[[ xX]\][ \t])?|` + "```" + `.*$)`), ""}, // headings, quotes, lists, fences
	{regexp.MustCompile(`!?\[([^\]\n]+)\]\([^)\s]*\)`), "$1"},                                                     // links and pictures
	{regexp.MustCompile(`\*\*([^*\n]+)\*\*|~~([^~\n]+)~~|` + "`([^`\\n]+)`"), "$1$2$3"},
	{regexp.MustCompile(`(^|[\s(])(?:\*([^*\s][^*\n]*)\*|_([^_\s][^_\n]*)_)`), "$1$2$3"},
}

// mention is `@[Name](userId)`.
var mention = regexp.MustCompile(`@\[([^\]\n]{1,100})\]\(([0-7][0-9A-HJKMNP-TV-Z]{25})\)`)

// mentioned is the people whom a text names, each once, in its order.
func mentioned(body string) []UserID {
	var people []UserID
	for _, m := range mention.FindAllStringSubmatch(body, -1) {
		if id := UserID(m[2]); !slices.Contains(people, id) && len(people) < MaxMentions {
			people = append(people, id)
		}
	}
	return people
}
