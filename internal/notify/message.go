// Package notify is the message between the activity function and the sockets
// instances: one type, its encoding, its queue. Only activity sends, only
// sockets receives. SQS delivers at least once and in any order; the events
// inside carry ids and versions, so receivers drop what they have seen.
package notify

import (
	"encoding/json"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Message is one push: events for one user or for the viewers of one project.
type Message struct {
	V       int             `json:"v"`                 // 1
	User    cumin.UserID    `json:"user,omitempty"`    // deliver to this user's sockets …
	Project cumin.ProjectID `json:"project,omitempty"` // … or to the sockets that joined this project
	Events  []cumin.Event   `json:"events"`
}

// Encode returns the message as the body of an SQS message.
func (m Message) Encode() (string, error) {
	m.V = 1
	b, err := json.Marshal(m)
	if err != nil {
		return "", fmt.Errorf("encode notify message: %w", err)
	}
	return string(b), nil
}

// Decode reads the body of an SQS message.
func Decode(body string) (Message, error) {
	var m Message
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return Message{}, fmt.Errorf("decode notify message: %w", err)
	}
	if m.V != 1 {
		return Message{}, fmt.Errorf("decode notify message: version %d is not known", m.V)
	}
	if (m.User == "") == (m.Project == "") {
		return Message{}, fmt.Errorf("decode notify message: wants a user or a project, and not both")
	}
	return m, nil
}

// QueuePrefix starts the name of every sockets instance's queue; the stack's
// name comes before it, the instance's id after it: "<stack>-sock-<id>".
const QueuePrefix = "-sock-"
