// Package pattern compiles regular expressions at their first use. AWS's name
// rules count characters ({1,256}), which makes them slow to compile: together
// a good part of the time in which the emulator is to be ready.
package pattern

import (
	"regexp"
	"sync"
)

// Lazy is an expression that is compiled when it is first asked.
type Lazy struct{ compiled func() *regexp.Regexp }

// New takes a constant expression; one that does not compile panics at its
// first use, as a test of the name rule shows.
func New(expression string) Lazy {
	return Lazy{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })}
}

// MatchString reports whether s contains a match.
func (l Lazy) MatchString(s string) bool { return l.compiled().MatchString(s) }
