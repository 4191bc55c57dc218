package trace

import "time"

// Kind is what happened.
type Kind string

// The kinds, and what an event's Name is for each.
const (
	// Origin is a request to somebody else, a web service say, on whose behalf
	// AWS was called. Its ID is that request's; it has no Name.
	Origin Kind = "origin"
	// Request is a call of an AWS API. Name: service.Operation.
	Request Kind = "request"
	// Record is a change in a table's stream. Name: the table. ID: the record's eventID.
	Record Kind = "record"
	// Batch is records or messages handed to a function. Name: the function.
	Batch Kind = "batch"
	// Run is one run of a function. Name: the function. ID: the invocation's
	// request id, with "#2" and so on for each further try.
	Run Kind = "run"
	// Message is a message put into a queue. Name: the queue. ID: the message's
	// id, followed by "@queue" in a dead-letter queue.
	Message Kind = "message"
	// Delivery is a message received through the API. Name: the queue.
	Delivery Kind = "delivery"
	// Notification is what a bucket tells a queue or a function. Name: the target.
	Notification Kind = "notification"
)

// Event is one thing that happened.
type Event struct {
	ID   string `json:"id"`
	Kind Kind   `json:"kind"`
	Name string `json:"name,omitempty"`
	// Detail is what tells this event from others of its name: the key of an
	// item, the number of messages, the object.
	Detail string `json:"detail,omitempty"`
	// Outcome is empty while it goes on; "ok", or AWS's error code, or the
	// status of a run that failed: "error", "timeout".
	Outcome string `json:"outcome,omitempty"`
	// At is when it began, by the emulator's clock.
	At time.Time `json:"at"`
	// Took is how long a run or a request really took, in nanoseconds.
	Took time.Duration `json:"took,omitempty"`
	// Causes are the IDs of the events it follows from; none for a request that
	// came from outside and said nothing about why.
	Causes []string `json:"causes,omitempty"`
	Bill   Bill     `json:"bill,omitzero"`
}

// Failed reports whether it ended otherwise than well.
func (e *Event) Failed() bool { return e.Outcome != "" && e.Outcome != OK }

// OK is the outcome of what ended well.
const OK = "ok"
