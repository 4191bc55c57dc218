package cumin

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// fields checks the members of a request and collects everything that is wrong
// with them, so that a person sees all of it at once. The codes are those of
// the schema's own checks (internal/httpapi).
type fields struct{ wrong []FieldError }

func (f *fields) add(pointer, code, message string) {
	f.wrong = append(f.wrong, FieldError{Pointer: pointer, Code: code, Message: message})
}

// err is the refusal of everything found, nil when nothing was.
func (f *fields) err() error {
	if len(f.wrong) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Message: "Some fields are not valid.", Fields: f.wrong}
}

// line checks one line of text of 1 to limit characters and returns it without
// the space around it.
func (f *fields) line(pointer, s string, limit int) string {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		f.add(pointer, "required", "It must not be empty.")
	case utf8.RuneCountInString(s) > limit:
		f.add(pointer, "too_long", fmt.Sprintf("It may have at most %d characters.", limit))
	case !PlainLine(s):
		f.add(pointer, "wrong_format", "It must be one line of text.")
	}
	return s
}

// PlainLine reports whether s is one line with something to see, that leaves
// the text around it as it is: no control characters, no line or paragraph
// separators, none of the characters that turn the direction of what follows
// (UAX #9; "Trojan Source", CVE-2021-42574). Joiners and tags, of which scripts
// and emoji are made, may stand in it.
func PlainLine(s string) bool {
	seen := false
	for _, r := range s {
		switch {
		case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp), '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
			return false
		}
		seen = seen || unicode.IsGraphic(r) && !unicode.IsSpace(r)
	}
	return seen
}

// text checks text of up to limit characters that may have many lines.
func (f *fields) text(pointer, s string, limit int) string {
	if utf8.RuneCountInString(s) > limit {
		f.add(pointer, "too_long", fmt.Sprintf("It may have at most %d characters.", limit))
	}
	return s
}

// key checks a project's key.
func (f *fields) key(pointer string, k ProjectKey) {
	if !k.Valid() {
		f.add(pointer, "wrong_format", "It must be 2 to 5 of the letters A–Z and the digits 0–9, beginning with a letter.")
	}
}

// column checks that a status is one of the board's.
func (f *fields) column(pointer string, s Status) {
	if !slices.Contains(Columns[:], s) {
		f.add(pointer, "not_allowed", "It must be todo, in_progress or done.")
	}
}

// priority checks that a priority is one of ours.
func (f *fields) priority(pointer string, p Priority) {
	if !p.Valid() {
		f.add(pointer, "not_allowed", "It must be none, low, medium, high or urgent.")
	}
}

// role checks that a role is one of the three.
func (f *fields) role(pointer string, r Role) {
	if !r.Valid() {
		f.add(pointer, "not_allowed", "It must be viewer, editor or owner.")
	}
}

// due checks a calendar date, or nothing.
func (f *fields) due(pointer, s string) {
	if s == "" {
		return
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		f.add(pointer, "wrong_format", "It must be a date like 2026-12-31.")
	}
}

// labels checks a task's labels and returns them without the space around
// them.
func (f *fields) labels(pointer string, labels []string) []string {
	if len(labels) > MaxLabels {
		f.add(pointer, "too_many", fmt.Sprintf("There may be at most %d labels.", MaxLabels))
		return nil
	}
	var out []string
	for i, l := range labels {
		l = f.line(fmt.Sprintf("%s/%d", pointer, i), l, MaxLabel)
		if slices.Contains(out, l) {
			f.add(fmt.Sprintf("%s/%d", pointer, i), "repeated", "This label is given twice.")
		}
		out = append(out, l)
	}
	return out
}
