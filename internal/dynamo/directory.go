package dynamo

import (
	"context"
	"fmt"
	"strings"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Directory reads what messages to people name: projects, their counts and
// people's public names.
type Directory struct{ db *DB }

// Directory returns the reader of names.
func (db *DB) Directory() Directory { return Directory{db} }

// Wanted is what Look reads.
type Wanted struct {
	Projects  []cumin.ProjectID
	Counts    []cumin.ProjectID
	People    []cumin.UserID
	Addresses []string // e-mail addresses in lower case
}

// Names is what Look found; who or what does not exist is absent.
type Names struct {
	Projects  map[cumin.ProjectID]cumin.Project // deleted ones too
	Counts    map[cumin.ProjectID]cumin.Counts
	People    map[cumin.UserID]cumin.Profile
	Addresses map[string]cumin.UserID // who has registered with them
}

// Look reads what is wanted, consistently and in as few requests as it fits.
func (d Directory) Look(ctx context.Context, w Wanted) (Names, error) {
	var keys []Item
	for _, id := range w.Projects {
		keys = append(keys, key(ProjectPK(id), SKProject))
	}
	for _, id := range w.Counts {
		keys = append(keys, key(ProjectPK(id), SKCounts))
	}
	for _, id := range w.People {
		keys = append(keys, key(UserPK(id), SKProfile))
	}
	for _, address := range w.Addresses {
		keys = append(keys, key(EmailPK(address), SKProfile))
	}
	items, err := d.db.batchGet(ctx, d.db.tables.Core, keys)
	if err != nil {
		return Names{}, fmt.Errorf("read names: %w", err)
	}
	n := Names{
		Projects: map[cumin.ProjectID]cumin.Project{}, Counts: map[cumin.ProjectID]cumin.Counts{},
		People: map[cumin.UserID]cumin.Profile{}, Addresses: map[string]cumin.UserID{},
	}
	for _, it := range items {
		if err := n.add(it); err != nil {
			return Names{}, fmt.Errorf("read names: %w", err)
		}
	}
	return n, nil
}

func (n *Names) add(it Item) error {
	pk, sk := ItemKey(it)
	if address, ok := strings.CutPrefix(pk, EmailPK("")); ok {
		id, err := DecodeAddress(it)
		n.Addresses[address] = id
		return err
	}
	switch sk {
	case SKProject:
		p, err := DecodeProject(it)
		if err != nil {
			return err
		}
		n.Projects[p.ID] = p
	case SKCounts:
		r := reader{item: it}
		id := cumin.ProjectID(r.id(PK, prefixProject))
		if r.err != nil {
			return r.err
		}
		c, err := DecodeCounts(it)
		if err != nil {
			return err
		}
		n.Counts[id] = c
	default:
		p, err := DecodeProfile(it)
		if err != nil {
			return err
		}
		n.People[p.ID] = p
	}
	return nil
}
