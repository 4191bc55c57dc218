// Package demo makes the data that a local stack shows at its first start: two
// teams with a few projects, hundreds of tasks, what was said about some of them
// and two months of history; and, on request, one project of any size.
//
// It is written through the same stores that the services use, not through the
// API, because only there can a task have been made last month. What follows
// from it (counts, feed, inbox) comes from the streams, as for everybody.
package demo
