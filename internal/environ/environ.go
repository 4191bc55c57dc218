// Package environ reads a binary's settings from its environment and reports
// everything that is missing or wrong at once, so that a bad deployment needs
// one look and not five.
package environ

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Reader collects settings and what is wrong with them. Lookup is os.LookupEnv
// except in tests.
type Reader struct {
	Lookup   func(name string) (string, bool)
	problems []error
}

// Required reads a variable that must be set and not empty.
func (r *Reader) Required(name string) string {
	v, _ := r.Lookup(name)
	if v == "" {
		r.problems = append(r.problems, fmt.Errorf("%s is not set", name))
	}
	return v
}

// Level reads the log level, info when unset.
func (r *Reader) Level(name string) slog.Level {
	level := slog.LevelInfo
	if v, ok := r.Lookup(name); ok && v != "" {
		if err := level.UnmarshalText([]byte(v)); err != nil {
			r.problems = append(r.problems, fmt.Errorf("%s: %q is not a log level", name, v))
		}
	}
	return level
}

// Err joins every problem met so far.
func (r *Reader) Err() error { return errors.Join(r.problems...) }

// Logger writes JSON lines that name the service.
func Logger(w io.Writer, level slog.Level, service string) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level})).With(slog.String("service", service))
}
