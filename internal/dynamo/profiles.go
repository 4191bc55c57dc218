package dynamo

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Profiles is the cumin.ProfileStore.
type Profiles struct{ db *DB }

// Profiles returns the store of public profiles.
func (db *DB) Profiles() Profiles { return Profiles{db} }

var _ cumin.ProfileStore = Profiles{}

// Profiles reads the profiles of many people.
func (s Profiles) Profiles(ctx context.Context, ids []cumin.UserID) (map[cumin.UserID]cumin.Profile, error) {
	keys := make([]Item, len(ids))
	for i, id := range ids {
		keys[i] = key(UserPK(id), SKProfile)
	}
	items, err := s.db.batchGet(ctx, s.db.tables.Core, keys)
	if err != nil {
		return nil, fmt.Errorf("read profiles: %w", err)
	}
	profiles := make(map[cumin.UserID]cumin.Profile, len(items))
	for _, it := range items {
		p, err := DecodeProfile(it)
		if err != nil {
			return nil, err
		}
		profiles[p.ID] = p
	}
	return profiles, nil
}

// ByEmail finds a person by address. The address itself is not in any answer
// or log line.
func (s Profiles) ByEmail(ctx context.Context, address string) (cumin.Profile, error) {
	it, err := s.db.get(ctx, s.db.tables.Core, key(EmailPK(address), SKProfile))
	if err != nil {
		return cumin.Profile{}, fmt.Errorf("read an address: %w", err)
	}
	if it == nil {
		return cumin.Profile{}, cumin.ErrNotFound
	}
	id, err := DecodeAddress(it)
	if err != nil {
		return cumin.Profile{}, err
	}
	profiles, err := s.Profiles(ctx, []cumin.UserID{id})
	if err != nil {
		return cumin.Profile{}, err
	}
	p, ok := profiles[id]
	if !ok {
		return cumin.Profile{}, cumin.ErrNotFound
	}
	return p, nil
}
