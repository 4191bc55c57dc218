package stack

import (
	"context"
	"net/http"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/emulator/fault"
)

// worstLegal is what AWS may do to anybody at any time and a person must not
// notice. Where faults can be ordered it is in force whenever a test has not
// put others in its place, so that every suite runs under it. Left to tests that
// order it: what AWS makes up for only after a visibility timeout of minutes,
// such as a function killed at its start, and what a person does notice, such as
// an index that misses the last write.
func worstLegal() []Fault {
	return []Fault{
		{Kind: fault.Duplicate, P: 0.1},                // batches and messages handled twice
		{Kind: fault.Replay, P: 0.05},                  // old batches again, after newer ones
		{Kind: fault.Reorder, P: 0.05, Delay: "100ms"}, // batches overtaken by those of other shards
		{Kind: fault.Kill, Point: fault.End, P: 0.02},  // functions that did their work and never said so
	}
}

// behave ends what misbehave began, for the next user of the same AWS.
func (s *Stack) behave(ctx context.Context) error {
	if len(s.target.Lacks(target.Faults)) > 0 {
		return nil
	}
	return s.call(ctx, http.MethodDelete, "/_cumin/faults", nil, nil)
}

// misbehave puts the worst legal AWS in force, where that can be ordered.
func (s *Stack) misbehave(ctx context.Context) error {
	if len(s.target.Lacks(target.Faults)) > 0 {
		return nil
	}
	return s.putFaults(ctx, worstLegal()...)
}

func (s *Stack) putFaults(ctx context.Context, rules ...Fault) error {
	return s.call(ctx, http.MethodPut, "/_cumin/faults", map[string]any{"rules": rules}, nil)
}
