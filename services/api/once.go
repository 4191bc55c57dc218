package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Repeatable is the header that makes a creation repeatable.
type Repeatable struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"64" pattern:"^[A-Za-z0-9._:-]*$" patternDescription:"made of letters, digits, dots, dashes, underscores and colons" doc:"Any unique text: repeated within a day with the same body it replays the first answer"`
}

// created is the answer of a creation.
type created[V any] struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Replayed string `header:"Idempotent-Replayed" doc:"true when this answer was given before"`
	Body     V
}

// once runs a creation under the caller's key, if there is one, or replays
// what was answered under it. V is what clients see of a T; route names the
// collection; request is what must be equal for a replay.
//
// The creation is tried first and its transaction refuses a key that was used,
// so there is no moment in which a key is taken and its answer unknown, and
// nobody who lost access gets a replay.
func once[T, V any](ctx context.Context, s *service, by cumin.Actor, header Repeatable, route string, request any,
	see func(T) V, create func(*cumin.Once[T]) (T, error),
) (created[V], error) {
	if header.IdempotencyKey == "" {
		made, err := create(nil)
		if err != nil {
			return created[V]{}, err
		}
		return created[V]{Body: see(made)}, nil
	}
	hash, err := hashOf(request)
	if err != nil {
		return created[V]{}, err
	}
	key := cumin.IdempotencyKey{User: by.User, Route: route, Key: header.IdempotencyKey}
	made, err := create(&cumin.Once[T]{Key: key, Hash: hash, Render: func(made T) ([]byte, error) { return json.Marshal(see(made)) }})
	if err == nil {
		return created[V]{Body: see(made)}, nil
	}
	if code := cumin.CodeOf(err); code == cumin.CodeNotFound || code == cumin.CodeForbidden {
		return created[V]{}, err
	}
	// Other refusals may be because of what the first request under this key
	// did: a repeated export meets its own job as the one running.
	answer, lookup := s.answers.Answer(ctx, key)
	switch {
	case errors.Is(lookup, cumin.ErrNotFound):
		return created[V]{}, err
	case lookup != nil:
		return created[V]{}, lookup
	case answer.Hash != hash:
		return created[V]{}, cumin.Refuse(cumin.CodeIdempotency, "This Idempotency-Key was used for another request.")
	}
	replay := created[V]{Replayed: "true"}
	if err := json.Unmarshal(answer.Body, &replay.Body); err != nil {
		return created[V]{}, fmt.Errorf("decode the answer under an idempotency key: %w", err)
	}
	return replay, nil
}

func hashOf(request any) (string, error) {
	b, err := json.Marshal(request)
	if err != nil {
		return "", fmt.Errorf("hash the request: %w", err)
	}
	sum := sha256.Sum256(b)
	return base64.RawStdEncoding.EncodeToString(sum[:]), nil
}
