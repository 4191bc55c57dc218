// Package journal keeps what happened inside an embedded AWS, so that a failed
// test can be looked at afterwards, at any point: the requests with their
// bodies, the moves of the clock, the faults that struck, and between them every
// change of the state.
//
// A point is reached by making the changes again, not by asking the requests
// again: a function's process cannot be run twice to the same effect, and ids,
// times and the order of concurrent requests would differ. So the state at a
// point is what it was, byte by byte, and nothing runs to get there. What is not
// in the state is not in the journal either: functions inside the hosting
// process, lines of logs, and runs under way.
//
// A journal is bounded. Beyond MaxBytes its oldest entries become part of the
// state that it begins with, and only later points can be reached.
//
// A file holds a journal, or with no entries a snapshot: gob frames (package
// encoding/gob), the first of which says so and the last of which ends it.
package journal
