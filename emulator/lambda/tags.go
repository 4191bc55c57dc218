package lambda

import (
	"context"
	"maps"
	"slices"
	"strings"
)

// mappingTagged is the mapping an ARN names, nil for the ARN of a function.
func (s *Service) mappingTagged(arn string) (*mapping, error) {
	_, uuid, ok := strings.Cut(arn, ":event-source-mapping:")
	if !ok {
		return nil, nil
	}
	return s.mappingOf(uuid)
}

func (s *Service) listTags(ctx context.Context, r *request) (any, error) {
	m, err := s.mappingTagged(r.path("arn"))
	if err != nil {
		return nil, err
	}
	if m != nil {
		return map[string]any{"Tags": merge(nil, m.config().Tags)}, nil
	}
	e, err := s.find(ctx, r.path("arn"))
	if err != nil {
		return nil, err
	}
	return map[string]any{"Tags": merge(nil, e.pool.function().Tags)}, nil
}

func (s *Service) tagResource(ctx context.Context, r *request) (any, error) {
	var in struct{ Tags map[string]string }
	if err := r.body(&in); err != nil {
		return nil, err
	}
	return nil, s.retag(ctx, r.path("arn"), func(tags map[string]string) map[string]string { return merge(tags, in.Tags) })
}

func (s *Service) untagResource(ctx context.Context, r *request) (any, error) {
	keys := r.http.URL.Query()["tagKeys"]
	return nil, s.retag(ctx, r.path("arn"), func(tags map[string]string) map[string]string {
		out := maps.Clone(tags)
		maps.DeleteFunc(out, func(k, _ string) bool { return slices.Contains(keys, k) })
		return out
	})
}

// SetTags replaces the tags of a function or a mapping.
func (s *Service) SetTags(ctx context.Context, name string, tags map[string]string) error {
	return s.retag(ctx, name, func(map[string]string) map[string]string { return tags })
}

func (s *Service) retag(ctx context.Context, name string, edit func(map[string]string) map[string]string) error {
	m, err := s.mappingTagged(name)
	if err != nil {
		return err
	}
	if m != nil {
		s.mu.Lock()
		m.mu.Lock()
		m.m.Tags = edit(m.m.Tags)
		m.mu.Unlock()
		wait := s.saveMapping(m)
		s.mu.Unlock()
		return kept(wait)
	}
	e, err := s.find(ctx, name)
	if err != nil {
		return err
	}
	return s.annotate(e, func(f *Function) error {
		f.Tags = edit(f.Tags)
		return nil
	})
}
