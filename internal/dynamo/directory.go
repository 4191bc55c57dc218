package dynamo

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Directory reads what messages to people name: projects, their counts and
// people's public names.
type Directory struct{ db *DB }

// Directory returns the reader of names.
func (db *DB) Directory() Directory { return Directory{db} }

// Names is what Look found; who or what does not exist is absent.
type Names struct {
	Projects map[cumin.ProjectID]cumin.Project // deleted ones too
	Counts   map[cumin.ProjectID]cumin.Counts
	People   map[cumin.UserID]cumin.Profile
}

// Look reads projects, the counts of some of them, and profiles, consistently
// and in as few requests as they fit.
func (d Directory) Look(ctx context.Context, projects, counts []cumin.ProjectID, people []cumin.UserID) (Names, error) {
	var keys []Item
	for _, id := range projects {
		keys = append(keys, key(ProjectPK(id), SKProject))
	}
	for _, id := range counts {
		keys = append(keys, key(ProjectPK(id), SKCounts))
	}
	for _, id := range people {
		keys = append(keys, key(UserPK(id), SKProfile))
	}
	items, err := d.db.batchGet(ctx, d.db.tables.Core, keys)
	if err != nil {
		return Names{}, fmt.Errorf("read names: %w", err)
	}
	n := Names{Projects: map[cumin.ProjectID]cumin.Project{}, Counts: map[cumin.ProjectID]cumin.Counts{}, People: map[cumin.UserID]cumin.Profile{}}
	for _, it := range items {
		if err := n.add(it); err != nil {
			return Names{}, fmt.Errorf("read names: %w", err)
		}
	}
	return n, nil
}

func (n *Names) add(it Item) error {
	switch _, sk := ItemKey(it); sk {
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
