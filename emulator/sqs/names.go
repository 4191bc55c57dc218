package sqs

import "slices"

// Names returns the names of all queues, of every account and region, sorted.
func (s *Service) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := make([]string, 0, len(s.queues))
	for a := range s.queues {
		names = append(names, a.name)
	}
	slices.Sort(names)
	return names
}
