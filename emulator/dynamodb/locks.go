package dynamodb

import "slices"

// lockAll locks the tables of the actions for writing, each once and in the
// order of tableID.compare.
func lockAll(tables []*table) (unlock func(), err error) {
	return inOrder(tables, (*table).lock, func(t *table) { t.mu.Unlock() })
}

// rlockAll is lockAll for reading.
func rlockAll(tables []*table) (unlock func(), err error) {
	return inOrder(tables, (*table).rlock, func(t *table) { t.mu.RUnlock() })
}

func inOrder(tables []*table, lock func(*table) error, unlock func(*table)) (func(), error) {
	tables = slices.SortedFunc(slices.Values(tables), func(a, b *table) int { return a.def.ID.compare(b.def.ID) })
	tables = slices.Compact(tables)
	release := func(n int) {
		for _, t := range tables[:n] {
			unlock(t)
		}
	}
	for i, t := range tables {
		if err := lock(t); err != nil {
			release(i)
			return nil, err
		}
	}
	return func() { release(len(tables)) }, nil
}
