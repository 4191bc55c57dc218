package cumin

import (
	"errors"
	"fmt"
	"time"
)

// AnswerTTL is how long a creation can be repeated under its key.
const AnswerTTL = 24 * time.Hour

// IdempotencyKey is a key that a client made up for one creation. It counts
// for one user and one route only.
type IdempotencyKey struct {
	User  UserID
	Route string // names the collection, its parent's id included
	Key   string
}

// Answer is what a creation answered. It is written in the transaction that
// creates the resource, so that a crash leaves either both or neither and a
// repeated request never finds one in progress.
type Answer struct {
	Key       IdempotencyKey
	Hash      string // of the request that was answered
	Body      []byte // the representation that was sent
	ExpiresAt time.Time
}

// ErrAnswered tells that the key already has an answer: nothing was created.
var ErrAnswered = errors.New("this idempotency key already has an answer")

// Once makes a creation of a T happen once under a key. A nil *Once creates
// unconditionally.
type Once[T any] struct {
	Key    IdempotencyKey
	Hash   string
	Render func(T) ([]byte, error) // the representation to replay
}

// answer is what to store beside v; nil for a nil Once.
func (o *Once[T]) answer(v T, now time.Time) (*Answer, error) {
	if o == nil {
		return nil, nil // no key, no answer to keep
	}
	body, err := o.Render(v)
	if err != nil {
		return nil, fmt.Errorf("render the answer to keep: %w", err)
	}
	return &Answer{Key: o.Key, Hash: o.Hash, Body: body, ExpiresAt: now.Add(AnswerTTL)}, nil
}
