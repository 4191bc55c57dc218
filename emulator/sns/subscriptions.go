package sns

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type subscribeInput struct {
	TopicArn, Protocol, Endpoint string
	Attributes                   map[string]string
	ReturnSubscriptionArn        bool // always: nothing here waits for a confirmation
}

type subscriptionARNOutput struct{ SubscriptionArn string }

func (s *Service) subscribe(ctx context.Context, in *subscribeInput) (*subscriptionARNOutput, error) {
	arn, err := s.Subscribe(ctx, in.TopicArn, in.Protocol, in.Endpoint, in.Attributes)
	return &subscriptionARNOutput{arn}, err
}

// Subscribe lets a queue or a function have what is published, and returns the
// subscription's ARN. An equal subscription is found, not made again.
func (s *Service) Subscribe(ctx context.Context, topicARN, protocol, endpoint string, attributes map[string]string) (arn string, err error) {
	if err := checkEndpoint(topicARN, protocol, endpoint); err != nil {
		return "", err
	}
	s.mu.Lock()
	if _, err := s.topic(topicARN); err != nil {
		s.mu.Unlock()
		return "", err
	}
	sub := &Subscription{ARN: topicARN + ":" + s.cfg.NewID(), Topic: topicARN, Protocol: protocol, Endpoint: endpoint, Account: wire.IdentityFrom(ctx).Account, Scope: scopeAttributes}
	// The scope comes first: it says how the policy is read.
	for _, name := range slices.SortedFunc(maps.Keys(attributes), func(a, b string) int { return -strings.Compare(a, b) }) {
		if err := sub.set(name, attributes[name]); err != nil {
			s.mu.Unlock()
			return "", err
		}
	}
	for _, old := range s.of(topicARN) {
		if old.Protocol != protocol || old.Endpoint != endpoint {
			continue
		}
		s.mu.Unlock()
		same := *sub
		same.ARN, same.Account, same.filter = old.ARN, old.Account, old.filter
		if len(attributes) > 0 && same != *old {
			return "", errParameter("Attributes Reason: Subscription already exists with different attributes")
		}
		return old.ARN, nil
	}
	wait := s.subscriptions.Put(sub.ARN, sub)
	s.mu.Unlock()
	return sub.ARN, wait()
}

func checkEndpoint(topicARN, protocol, endpoint string) error {
	service := map[string]string{"sqs": "sqs", "lambda": "lambda"}[protocol]
	switch {
	case slices.Contains([]string{"http", "https", "email", "email-json", "sms", "application", "firehose"}, protocol):
		return errUnsupported("subscriptions of the protocol " + protocol + "; it delivers to sqs and lambda")
	case service == "":
		return errParameter("Does not support this protocol string: %s", protocol)
	case !strings.HasPrefix(endpoint, "arn:aws:"+service+":") || strings.Count(endpoint, ":") < 5:
		return errParameter("%s endpoint ARN", strings.ToUpper(service))
	case protocol == "sqs" && strings.HasSuffix(endpoint, ".fifo") && !strings.HasSuffix(topicARN, ".fifo"):
		return errParameter("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics")
	case protocol == "lambda" && strings.HasSuffix(topicARN, ".fifo"):
		return errParameter("Invalid parameter: Endpoint Reason: Please use FIFO SQS queue")
	}
	return nil
}

// set changes one attribute; an empty value unsets it.
func (sub *Subscription) set(name, value string) (err error) {
	switch name {
	case "RawMessageDelivery":
		if value == "" {
			value = "false"
		}
		if sub.Raw, err = strconv.ParseBool(value); err != nil {
			return errParameter("Attributes Reason: RawMessageDelivery: Invalid value [%s]. Must be true or false.", value)
		}
	case "FilterPolicyScope":
		if value != scopeAttributes && value != scopeBody {
			return errParameter("FilterPolicyScope: Invalid value [%s]. Please use either MessageBody or MessageAttributes", value)
		}
		sub.Scope = value
		sub.filter, err = parseFilter(sub.Filter, sub.Scope)
		return err
	case "FilterPolicy":
		if value == "{}" {
			value = ""
		}
		sub.Filter = value
		sub.filter, err = parseFilter(sub.Filter, sub.Scope)
		return err
	case "RedrivePolicy":
		if value == "" {
			sub.Dead = ""
			return nil
		}
		var p struct {
			DeadLetterTargetArn string `json:"deadLetterTargetArn"`
		}
		if json.Unmarshal([]byte(value), &p) != nil || !strings.HasPrefix(p.DeadLetterTargetArn, "arn:aws:sqs:") {
			return errParameter("RedrivePolicy: deadLetterTargetArn is an invalid arn")
		}
		sub.Dead = p.DeadLetterTargetArn
	default:
		return errUnsupported("the subscription attribute " + name)
	}
	return nil
}

type subscriptionInput struct{ SubscriptionArn string }

func (s *Service) unsubscribe(_ context.Context, in *subscriptionInput) (*none, error) {
	err := s.Unsubscribe(in.SubscriptionArn)
	if err != nil && wire.AsError(err).Code == "NotFound" {
		err = nil // as on AWS
	}
	return &none{}, err
}

// Unsubscribe ends a subscription. Errors: NotFound.
func (s *Service) Unsubscribe(arn string) error {
	if strings.Count(arn, ":") != 6 {
		return errParameter("SubscriptionArn Reason: An ARN must have at least 6 elements, not %d", strings.Count(arn, ":")+1)
	}
	s.mu.Lock()
	if _, ok := s.subscriptions.Get(arn); !ok {
		s.mu.Unlock()
		return errNoSubscription()
	}
	wait := s.subscriptions.Delete(arn)
	s.mu.Unlock()
	return wait()
}

type subscriptionEntry struct{ SubscriptionArn, Owner, Protocol, Endpoint, TopicArn string }

type listSubscriptionsOutput struct {
	Subscriptions []subscriptionEntry
	NextToken     string `query:",omitempty"`
}

func (s *Service) listSubscriptions(ctx context.Context, in *nextInput) (*listSubscriptionsOutput, error) {
	id := wire.IdentityFrom(ctx)
	return s.listed("arn:aws:sns:"+id.Region+":"+id.Account+":", in.NextToken), nil
}

type byTopicInput struct{ TopicArn, NextToken string }

func (s *Service) listSubscriptionsByTopic(_ context.Context, in *byTopicInput) (*listSubscriptionsOutput, error) {
	s.mu.Lock()
	_, err := s.topic(in.TopicArn)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return s.listed(in.TopicArn+":", in.NextToken), nil
}

func (s *Service) listed(prefix, token string) *listSubscriptionsOutput {
	s.mu.Lock()
	defer s.mu.Unlock()
	page, next := shelf.Page(s.subscriptions.All(prefix), func(sub *Subscription) string { return sub.ARN }, token, pageSize)
	out := &listSubscriptionsOutput{Subscriptions: []subscriptionEntry{}, NextToken: next}
	for _, sub := range page {
		out.Subscriptions = append(out.Subscriptions, subscriptionEntry{sub.ARN, sub.Account, sub.Protocol, sub.Endpoint, sub.Topic})
	}
	return out
}

func (s *Service) getSubscriptionAttributes(_ context.Context, in *subscriptionInput) (*attributesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub, ok := s.subscriptions.Get(in.SubscriptionArn)
	if !ok {
		return nil, errNoSubscription()
	}
	all := map[string]string{
		"SubscriptionArn": sub.ARN, "TopicArn": sub.Topic, "Protocol": sub.Protocol, "Endpoint": sub.Endpoint, "Owner": sub.Account,
		"RawMessageDelivery": strconv.FormatBool(sub.Raw), "PendingConfirmation": "false", "ConfirmationWasAuthenticated": "true",
	}
	if sub.Filter != "" {
		all["FilterPolicy"], all["FilterPolicyScope"] = sub.Filter, sub.Scope
	}
	if sub.Dead != "" {
		all["RedrivePolicy"] = `{"deadLetterTargetArn":"` + sub.Dead + `"}`
	}
	return &attributesOutput{all}, nil
}

type setSubscriptionInput struct{ SubscriptionArn, AttributeName, AttributeValue string }

func (s *Service) setSubscriptionAttributes(_ context.Context, in *setSubscriptionInput) (*none, error) {
	return &none{}, s.SetSubscription(in.SubscriptionArn, map[string]string{in.AttributeName: in.AttributeValue})
}

// SetSubscription changes attributes of a subscription; an empty value unsets
// one. Errors: NotFound, InvalidParameter.
func (s *Service) SetSubscription(arn string, attributes map[string]string) error {
	s.mu.Lock()
	old, ok := s.subscriptions.Get(arn)
	if !ok {
		s.mu.Unlock()
		return errNoSubscription()
	}
	next := *old
	for _, name := range slices.SortedFunc(maps.Keys(attributes), func(a, b string) int { return -strings.Compare(a, b) }) {
		if err := next.set(name, attributes[name]); err != nil {
			s.mu.Unlock()
			return err
		}
	}
	wait := s.subscriptions.Put(arn, &next)
	s.mu.Unlock()
	return wait()
}
