package sns

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type none struct{}

type tag struct{ Key, Value string }

var topicName = pattern.New(`^[A-Za-z0-9_-]{1,256}(\.fifo)?$`)

type createTopicInput struct {
	Name                 string
	Attributes           map[string]string
	Tags                 []tag
	DataProtectionPolicy string
}

type topicARNOutput struct{ TopicArn string }

func (s *Service) createTopic(ctx context.Context, in *createTopicInput) (*topicARNOutput, error) {
	if in.DataProtectionPolicy != "" {
		return nil, errUnsupported("data protection policies")
	}
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[t.Key] = t.Value
	}
	arn, err := s.CreateTopic(ctx, in.Name, in.Attributes, tags)
	return &topicARNOutput{arn}, err
}

// CreateTopic makes a topic, or finds an equal one, and returns its ARN.
func (s *Service) CreateTopic(ctx context.Context, name string, attributes, tags map[string]string) (arn string, err error) {
	if !topicName.MatchString(name) || len(name) > 256 {
		return "", errParameter("Topic Name")
	}
	id := wire.IdentityFrom(ctx)
	t := &Topic{Name: name, ARN: "arn:aws:sns:" + id.Region + ":" + id.Account + ":" + name, Account: id.Account, Region: id.Region, FIFO: attributes["FifoTopic"] == "true", Tags: tags, Created: s.cfg.Clock.Now()}
	if t.FIFO != strings.HasSuffix(name, ".fifo") {
		return "", errParameter("Topic Name Reason: FIFO topics, and only they, have names that end in .fifo")
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if name == "FifoTopic" {
			continue
		}
		if err := s.set(t, name, attributes[name]); err != nil {
			return "", err
		}
	}
	s.mu.Lock()
	if old, ok := s.topics.Get(t.ARN); ok {
		s.mu.Unlock()
		for name, value := range attributes {
			if s.attributes(old)[name] != value {
				return "", errParameter("Attributes Reason: Topic already exists with different attributes")
			}
		}
		if len(tags) > 0 && !maps.Equal(tags, old.Tags) {
			return "", errParameter("Tags Reason: Topic already exists with different tags")
		}
		return old.ARN, nil
	}
	wait := s.topics.Put(t.ARN, t)
	s.mu.Unlock()
	return t.ARN, wait()
}

// set changes one attribute; what is not heeded is refused.
func (s *Service) set(t *Topic, name, value string) error {
	flag := func(to *bool) error {
		v, err := strconv.ParseBool(value)
		if err != nil {
			return errParameter("Attributes Reason: %s must be true or false", name)
		}
		*to = v
		return nil
	}
	switch name {
	case "DisplayName":
		t.DisplayName = value
	case "KmsMasterKeyId":
		t.KeyID = value
	case "Policy":
		if value != "" {
			if err := s.cfg.CheckPolicy(value); err != nil {
				return errParameter("Policy Error: %s", wire.AsError(err).Message)
			}
		}
		t.Policy = value
	case "ContentBasedDeduplication":
		if !t.FIFO {
			return errParameter("Content-based deduplication can only be set for FIFO topics")
		}
		return flag(&t.ContentDedup)
	case "FifoThroughputScope":
		if value != "Topic" && value != "MessageGroup" {
			return errParameter("FifoThroughputScope Reason: must be Topic or MessageGroup")
		}
		t.PerGroup = value == "MessageGroup"
	case "FifoTopic":
		return errParameter("Attributes Reason: FifoTopic cannot be changed")
	default:
		return errUnsupported("the topic attribute " + name)
	}
	return nil
}

// change replaces a topic by what edit makes of a copy.
func (s *Service) change(arn string, edit func(*Topic) error) error {
	s.mu.Lock()
	old, err := s.topic(arn)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	next := *old
	if next.Tags = maps.Clone(old.Tags); next.Tags == nil {
		next.Tags = map[string]string{}
	}
	if err := edit(&next); err != nil {
		s.mu.Unlock()
		return err
	}
	wait := s.topics.Put(arn, &next)
	s.mu.Unlock()
	return wait()
}

// SetAttribute changes one attribute of a topic.
func (s *Service) SetAttribute(arn, name, value string) error {
	return s.change(arn, func(t *Topic) error { return s.set(t, name, value) })
}

// SetTags replaces a topic's tags.
func (s *Service) SetTags(arn string, tags map[string]string) error {
	return s.change(arn, func(t *Topic) error {
		t.Tags = tags
		return nil
	})
}

type topicInput struct{ TopicArn string }

func (s *Service) deleteTopic(_ context.Context, in *topicInput) (*none, error) {
	return &none{}, s.DeleteTopic(in.TopicArn)
}

// DeleteTopic removes a topic and its subscriptions. Deleting one that is not
// there succeeds, as on AWS.
func (s *Service) DeleteTopic(arn string) error {
	s.mu.Lock()
	if _, err := s.topic(arn); err != nil {
		s.mu.Unlock()
		if wire.AsError(err).Code == "NotFound" {
			return nil
		}
		return err
	}
	for _, sub := range s.of(arn) {
		s.subscriptions.Delete(sub.ARN) // awaited with the topic, which comes after them
	}
	for _, k := range s.published.Keys(arn + "\x00") {
		s.published.Delete(k)
	}
	delete(s.order, arn)
	wait := s.topics.Delete(arn)
	s.mu.Unlock()
	return wait()
}

type nextInput struct{ NextToken string }

type topicEntry struct{ TopicArn string }

type listTopicsOutput struct {
	Topics    []topicEntry
	NextToken string `query:",omitempty"`
}

// pageSize is how many topics or subscriptions one answer has.
const pageSize = 100

func (s *Service) listTopics(ctx context.Context, in *nextInput) (*listTopicsOutput, error) {
	id := wire.IdentityFrom(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	page, next := shelf.Page(s.topics.All("arn:aws:sns:"+id.Region+":"+id.Account+":"), func(t *Topic) string { return t.ARN }, in.NextToken, pageSize)
	out := &listTopicsOutput{Topics: []topicEntry{}, NextToken: next}
	for _, t := range page {
		out.Topics = append(out.Topics, topicEntry{t.ARN})
	}
	return out, nil
}

type attributesOutput struct{ Attributes map[string]string }

func (s *Service) getTopicAttributes(_ context.Context, in *topicInput) (*attributesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.topic(in.TopicArn)
	if err != nil {
		return nil, err
	}
	all := s.attributes(t)
	all["SubscriptionsConfirmed"] = strconv.Itoa(len(s.of(t.ARN)))
	return &attributesOutput{all}, nil
}

// attributes are a topic's as GetTopicAttributes answers them.
func (s *Service) attributes(t *Topic) map[string]string {
	all := map[string]string{
		"TopicArn": t.ARN, "Owner": t.Account, "DisplayName": t.DisplayName, "Policy": t.policy(),
		"SubscriptionsPending": "0", "SubscriptionsDeleted": "0", "SubscriptionsConfirmed": "0",
	}
	if t.KeyID != "" {
		all["KmsMasterKeyId"] = t.KeyID
	}
	if t.FIFO {
		all["FifoTopic"], all["ContentBasedDeduplication"], all["FifoThroughputScope"] = "true", strconv.FormatBool(t.ContentDedup), "Topic"
		if t.PerGroup {
			all["FifoThroughputScope"] = "MessageGroup"
		}
	}
	return all
}

// policy is the topic's own, or what AWS gives a topic without one: the account
// may do everything.
func (t *Topic) policy() string {
	if t.Policy != "" {
		return t.Policy
	}
	return fmt.Sprintf(`{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],"Resource":"%s","Condition":{"StringEquals":{"AWS:SourceOwner":"%s"}}}]}`, t.ARN, t.Account)
}

type setTopicInput struct{ TopicArn, AttributeName, AttributeValue string }

func (s *Service) setTopicAttributes(_ context.Context, in *setTopicInput) (*none, error) {
	return &none{}, s.SetAttribute(in.TopicArn, in.AttributeName, in.AttributeValue)
}

type tagsInput struct {
	ResourceArn string
	Tags        []tag
	TagKeys     []string
}

func (s *Service) tagResource(_ context.Context, in *tagsInput) (*emptyResult, error) {
	return &emptyResult{}, s.change(in.ResourceArn, func(t *Topic) error {
		for _, tag := range in.Tags {
			t.Tags[tag.Key] = tag.Value
		}
		return nil
	})
}

func (s *Service) untagResource(_ context.Context, in *tagsInput) (*emptyResult, error) {
	return &emptyResult{}, s.change(in.ResourceArn, func(t *Topic) error {
		for _, name := range in.TagKeys {
			delete(t.Tags, name)
		}
		return nil
	})
}

// emptyResult is an answer that has a result element with nothing in it; its
// unexported field tells it from no result at all.
type emptyResult struct{ _ struct{} }

type tagsOutput struct{ Tags []tag }

func (s *Service) listTagsForResource(_ context.Context, in *struct{ ResourceArn string }) (*tagsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, err := s.topic(in.ResourceArn)
	if err != nil {
		return nil, err
	}
	out := &tagsOutput{Tags: []tag{}}
	for _, name := range slices.Sorted(maps.Keys(t.Tags)) {
		out.Tags = append(out.Tags, tag{name, t.Tags[name]})
	}
	return out, nil
}

// turn is the lock under which a FIFO topic publishes.
func (s *Service) turn(arn string) *sync.Mutex {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.order[arn] == nil {
		s.order[arn] = &sync.Mutex{}
	}
	return s.order[arn]
}
