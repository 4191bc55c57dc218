package dynamodb

import "github.com/anikeshk/cumin/emulator/internal/store"

// SplitShard closes an open shard and gives it two children, as AWS does by
// itself when a partition grows: items of one half of the hash's range go to
// the first, the rest to the second. Consumers must finish the parent before
// they read its children. Errors: ResourceNotFoundException;
// ValidationException for a closed shard or one of a single hash.
func (s *Service) SplitShard(streamARN, shardID string) error {
	st, err := s.stream(streamARN)
	if err != nil {
		return err
	}
	wait, err := s.split(st, shardID)
	if err != nil {
		return err
	}
	return wait()
}

func (s *Service) split(st *stream, shardID string) (wait func() error, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	sh, err := st.shard(shardID)
	if err != nil {
		return nil, err
	}
	if !sh.closed.IsZero() || sh.low == sh.high {
		return nil, errValidation("Shard %s cannot be split", shardID)
	}
	now := s.clock.Now()
	middle := sh.low + (sh.high-sh.low)/2
	st.shut(sh, now)
	st.open(sh.id, sh.low, middle, now)
	st.open(sh.id, middle+1, sh.high, now)
	st.wake()
	var batch store.Batch
	s.keepStream(&batch, st)
	return s.store.Apply(&batch), nil
}
