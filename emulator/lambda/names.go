package lambda

import "slices"

// Names returns the names of all functions, of every account and region, sorted.
func (s *Service) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]string, 0, len(s.functions))
	for arn := range s.functions {
		names = append(names, nameIn(arn))
	}
	slices.Sort(names)
	return names
}
