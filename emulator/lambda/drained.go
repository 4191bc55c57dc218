package lambda

// Drained reports whether the streams mapped to a function hold nothing that it
// has not handled, and no batch is under way. A disabled mapping is passed over.
func (s *Service) Drained(function string) (bool, error) {
	s.mu.Lock()
	var own []*mapping
	for _, m := range s.mappings {
		c := m.config()
		if c.Enabled && c.isStream() && nameIn(c.Function) == function {
			own = append(own, m)
		}
	}
	s.mu.Unlock()
	for _, m := range own {
		drained, err := m.drained()
		if err != nil || !drained {
			return false, err
		}
	}
	return true, nil
}

// Idle reports whether no stream mapping has anything to do before time passes:
// each has handled what there is, or waits to try again. What runs, and the
// mappings of queues, say to the clock that they are at work.
func (s *Service) Idle() bool {
	if s.cfg.Still {
		return true
	}
	s.mu.Lock()
	var streams []*mapping
	for _, m := range s.mappings {
		if c := m.config(); c.Enabled && c.isStream() {
			streams = append(streams, m)
		}
	}
	s.mu.Unlock()
	for _, m := range streams {
		// One whose stream is gone waits for nothing.
		if drained, err := m.drained(); err == nil && !drained && m.resting.Load() == 0 {
			return false
		}
	}
	return true
}

// drained looks at the positions first: once they are at the end every batch
// has begun, so that none under way means none to come.
func (m *mapping) drained() (bool, error) {
	source := m.config().Source
	shards, err := m.s.cfg.Streams.Shards(source)
	if err != nil {
		return false, err
	}
	for _, shard := range shards {
		at := m.position(shard.ID)
		if at.Done {
			continue
		}
		latest, err := m.s.cfg.Streams.Latest(source, shard.ID)
		if err != nil {
			return false, err
		}
		if latest > at.After { // of one length, so that they order as texts
			return false, nil
		}
	}
	return m.delivering.Load() == 0, nil
}
