// Package trace remembers what caused what inside the embedded AWS: which
// request made which stream record, which records went to a function in which
// batch, which run that was, which calls the run made, which messages those
// sent, and who received them. Services note events as they happen; nobody has
// to instrument the programs that use them.
//
// An event names the events it follows from, so the whole is a graph without
// cycles. It lives in memory and is bounded: the newest Bound events are held
// and the oldest is forgotten for each one beyond. What outlives a restart, a
// record or a message, still names its cause, which may be forgotten by then.
//
// Beside its causes an event carries what AWS would charge for it, so that the
// bill of a click is the sum over everything that followed from it.
package trace
