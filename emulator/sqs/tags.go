package sqs

import (
	"context"
	"maps"
)

const maxTags = 50

func (s *Service) tagQueue(ctx context.Context, in *tagQueueInput) (*nothing, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if in.Tags == nil {
		return nil, errMissing("Tags")
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	return new(nothing), s.onQueue(a, func(t *tx, q *queue) error {
		next := maps.Clone(q.tags)
		maps.Copy(next, in.Tags)
		if len(next) > maxTags {
			return errParameters("Too many tags added for queue %s.", a.name)
		}
		q.tags = next
		t.putQueue(q)
		return nil
	})
}

func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return errParameters("Number of tags must not be more than %d.", maxTags)
	}
	for key, value := range tags {
		if key == "" || len([]rune(key)) > 128 {
			return errParameters("Tag keys must be between 1 and 128 characters in length.")
		}
		if len([]rune(value)) > 256 {
			return errParameters("Tag values must be between 0 and 256 characters in length.")
		}
	}
	return nil
}

func (s *Service) untagQueue(ctx context.Context, in *untagQueueInput) (*nothing, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return new(nothing), s.onQueue(a, func(t *tx, q *queue) error {
		for _, key := range in.TagKeys {
			delete(q.tags, key)
		}
		t.putQueue(q)
		return nil
	})
}

func (s *Service) listQueueTags(ctx context.Context, in *queueInput) (*tagsOutput, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	out := new(tagsOutput)
	return out, s.onQueue(a, func(_ *tx, q *queue) error {
		out.Tags = maps.Clone(q.tags)
		return nil
	})
}
