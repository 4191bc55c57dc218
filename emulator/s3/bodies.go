package s3

import (
	"errors"
	"io/fs"
)

// Bodies is the bodies of objects and parts by the ids their index names them
// by. They are shared, and never changed.
type Bodies map[string][]byte

// Bodies returns what lies beside the store. Call it while the store keeps
// nothing new: then every body that the store names is among them.
func (s *Service) Bodies() (Bodies, error) {
	var ids []string
	if err := s.blobs.each(func(id string) error { ids = append(ids, id); return nil }); err != nil {
		return nil, err
	}
	out := make(Bodies, len(ids))
	for _, id := range ids {
		body, err := s.blobs.read(id)
		if errors.Is(err, fs.ErrNotExist) {
			continue // nothing names it any more
		}
		if err != nil {
			return nil, err
		}
		out[id] = body
	}
	return out, nil
}

// Body returns one of them, which nobody may change; fs.ErrNotExist when there
// is none.
func (s *Service) Body(id string) ([]byte, error) { return s.blobs.read(id) }

func (s *Service) putBodies(all Bodies) error {
	for id, body := range all {
		if err := s.blobs.put(id, body); err != nil {
			return err
		}
	}
	return nil
}
