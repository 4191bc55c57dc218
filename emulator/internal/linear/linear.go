// Package linear decides whether what concurrent clients saw of one thing could
// have happened one operation after the other, each at a moment between its call
// and its answer: linearizability (Herlihy and Wing, 1990), by the search of Wing
// and Gong with Lowe's memory of visited states. An operation that a crash left
// without an answer may have happened before the crash, or never.
//
// It is for the tests of the engines. Histories of a few hundred operations on
// one key take milliseconds, unless many of them overlap.
package linear

import "math"

// Operation is one call as its client saw it. S is the state of what is called,
// small and comparable.
type Operation[S comparable] struct {
	// Call and Return are moments on one clock. Of an operation without an answer
	// Return is when the crash happened.
	Call, Return int64
	// Unanswered says that it may never have happened.
	Unanswered bool
	// Step is what the operation does to a state, and whether the answer is what
	// it would have been there; an unanswered operation fits everywhere.
	Step func(S) (next S, fits bool)
}

// Check reports whether there is an order.
func Check[S comparable](initial S, history []Operation[S]) bool {
	s := search[S]{history: history, done: make([]byte, len(history)), failed: map[visited[S]]bool{}}
	for _, op := range history {
		if !op.Unanswered {
			s.left++
		}
	}
	return s.from(initial, math.MinInt64)
}

type search[S comparable] struct {
	history []Operation[S]
	done    []byte // '1' for operations that have their place
	left    int    // answered operations that have none yet
	failed  map[visited[S]]bool
}

// visited is a set of placed operations and the state they lead to.
type visited[S comparable] struct {
	done  string
	state S
}

// from places the rest, given the state and the latest call among the placed.
func (s *search[S]) from(state S, latestCall int64) bool {
	if s.left == 0 {
		return true
	}
	here := visited[S]{string(s.done), state}
	if s.failed[here] {
		return false
	}
	earliestReturn := int64(math.MaxInt64) // of those that must still come
	for i, op := range s.history {
		if s.done[i] != '1' && !op.Unanswered {
			earliestReturn = min(earliestReturn, op.Return)
		}
	}
	for i, op := range s.history {
		// What was called after another's answer comes after it, and what a crash
		// cut off comes before what was called after the crash.
		if s.done[i] == '1' || op.Call > earliestReturn || op.Return < latestCall {
			continue
		}
		next, fits := op.Step(state)
		if !fits {
			continue
		}
		s.place(i, '1', -1)
		if s.from(next, max(latestCall, op.Call)) {
			return true
		}
		s.place(i, 0, 1)
	}
	s.failed[here] = true
	return false
}

func (s *search[S]) place(i int, mark byte, change int) {
	s.done[i] = mark
	if !s.history[i].Unanswered {
		s.left += change
	}
}
