package s3

import (
	"maps"
	"slices"
)

// Names returns the names of all buckets, sorted.
func (s *Service) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	names := slices.AppendSeq(make([]string, 0, len(s.buckets)), maps.Keys(s.buckets))
	slices.Sort(names)
	return names
}
