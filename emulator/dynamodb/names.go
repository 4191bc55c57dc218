package dynamodb

import "slices"

// Names returns the names of all tables, of every account and region, sorted.
func (s *Service) Names() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	names := make([]string, 0, len(s.tables))
	for id := range s.tables {
		names = append(names, id.Name)
	}
	slices.Sort(names)
	return names
}
