package sns

import "github.com/anikeshk/cumin/emulator/internal/wire"

// ops is the support matrix.
func (s *Service) ops() wire.QueryOps {
	return wire.QueryOps{
		"CreateTopic":               wire.QueryOp(s.createTopic),
		"DeleteTopic":               wire.QueryOp(s.deleteTopic),
		"ListTopics":                wire.QueryOp(s.listTopics),
		"GetTopicAttributes":        wire.QueryOp(s.getTopicAttributes),
		"SetTopicAttributes":        wire.QueryOp(s.setTopicAttributes),
		"Subscribe":                 wire.QueryOp(s.subscribe),
		"Unsubscribe":               wire.QueryOp(s.unsubscribe),
		"ListSubscriptions":         wire.QueryOp(s.listSubscriptions),
		"ListSubscriptionsByTopic":  wire.QueryOp(s.listSubscriptionsByTopic),
		"GetSubscriptionAttributes": wire.QueryOp(s.getSubscriptionAttributes),
		"SetSubscriptionAttributes": wire.QueryOp(s.setSubscriptionAttributes),
		"Publish":                   wire.QueryOp(s.publish),
		"PublishBatch":              wire.QueryOp(s.publishBatch),
		"TagResource":               wire.QueryOp(s.tagResource),
		"UntagResource":             wire.QueryOp(s.untagResource),
		"ListTagsForResource":       wire.QueryOp(s.listTagsForResource),
	}
}
