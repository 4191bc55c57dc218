package emulator

import (
	"context"
	"errors"
	"strconv"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/sns"
	"github.com/anikeshk/cumin/emulator/sqs"
)

// topicDriver drives AWS::SNS::Topic.
type topicDriver struct{ sns *sns.Service }

type topicProperties struct {
	TopicName, DisplayName, KmsMasterKeyId string
	FifoTopic, ContentBasedDeduplication   bool
	FifoThroughputScope                    string
	Subscription                           []struct{ Protocol, Endpoint string }
	Tags                                   []resourceTag
}

func (p *topicProperties) attributes() map[string]string {
	all := map[string]string{"DisplayName": p.DisplayName, "KmsMasterKeyId": p.KmsMasterKeyId}
	if p.FifoTopic {
		all["FifoTopic"], all["ContentBasedDeduplication"] = "true", strconv.FormatBool(p.ContentBasedDeduplication)
		if p.FifoThroughputScope != "" {
			all["FifoThroughputScope"] = p.FifoThroughputScope
		}
	}
	for name, value := range all {
		if value == "" {
			delete(all, name)
		}
	}
	return all
}

func (d topicDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	var p topicProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	if p.FifoTopic && p.TopicName == "" {
		name += ".fifo"
	}
	arn, err := d.sns.CreateTopic(ctx, name, p.attributes(), tagMap(p.Tags))
	if err != nil {
		return cloudformation.Made{}, err
	}
	for _, sub := range p.Subscription {
		if _, err := d.sns.Subscribe(ctx, arn, sub.Protocol, sub.Endpoint, nil); err != nil {
			return madeTopic(arn, name), err
		}
	}
	return madeTopic(arn, name), nil
}

func madeTopic(arn, name string) cloudformation.Made {
	return cloudformation.Made{ID: arn, Attributes: map[string]string{"TopicArn": arn, "TopicName": name}}
}

func (d topicDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	var was, p topicProperties
	if err := cloudformation.Decode(old, &was); err != nil {
		return cloudformation.Made{}, err
	}
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	before, after := was.attributes(), p.attributes()
	for name := range before {
		if _, stays := after[name]; !stays {
			after[name] = ""
		}
	}
	for name, value := range after {
		if name == "FifoTopic" || before[name] == value {
			continue
		}
		if err := d.sns.SetAttribute(id, name, value); err != nil {
			return cloudformation.Made{}, err
		}
	}
	for _, sub := range p.Subscription { // those the template no longer has stay, as on AWS
		if _, err := d.sns.Subscribe(ctx, id, sub.Protocol, sub.Endpoint, nil); err != nil {
			return cloudformation.Made{}, err
		}
	}
	return madeTopic(id, lastPart(id)), d.sns.SetTags(id, tagMap(p.Tags))
}

func (d topicDriver) Delete(_ context.Context, id string, _ map[string]any) error {
	return d.sns.DeleteTopic(id)
}

// subscriptionDriver drives AWS::SNS::Subscription.
type subscriptionDriver struct{ sns *sns.Service }

type subscriptionProperties struct {
	TopicArn, Protocol, Endpoint string
	RawMessageDelivery           bool
	FilterPolicy, RedrivePolicy  any
	FilterPolicyScope            string
}

func (p *subscriptionProperties) attributes() (map[string]string, error) {
	all := map[string]string{"RawMessageDelivery": strconv.FormatBool(p.RawMessageDelivery)}
	if p.FilterPolicyScope != "" {
		all["FilterPolicyScope"] = p.FilterPolicyScope
	}
	for name, v := range map[string]any{"FilterPolicy": p.FilterPolicy, "RedrivePolicy": p.RedrivePolicy} {
		if v == nil {
			continue
		}
		text, err := document(v)
		if err != nil {
			return nil, err
		}
		all[name] = text
	}
	return all, nil
}

func decodeSubscription(properties map[string]any) (p subscriptionProperties, attributes map[string]string, err error) {
	if err := cloudformation.Decode(properties, &p); err != nil {
		return p, nil, err
	}
	attributes, err = p.attributes()
	return p, attributes, err
}

func (d subscriptionDriver) Create(ctx context.Context, _ string, properties map[string]any) (cloudformation.Made, error) {
	p, attributes, err := decodeSubscription(properties)
	if err != nil {
		return cloudformation.Made{}, err
	}
	arn, err := d.sns.Subscribe(ctx, p.TopicArn, p.Protocol, p.Endpoint, attributes)
	return cloudformation.Made{ID: arn, Attributes: map[string]string{"Arn": arn}}, err
}

func (d subscriptionDriver) Update(_ context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	_, before, err := decodeSubscription(old)
	if err != nil {
		return cloudformation.Made{}, err
	}
	_, after, err := decodeSubscription(next)
	if err != nil {
		return cloudformation.Made{}, err
	}
	for name := range before {
		if _, stays := after[name]; !stays {
			after[name] = map[string]string{"FilterPolicyScope": "MessageAttributes"}[name] // else "" unsets
		}
	}
	return cloudformation.Made{ID: id, Attributes: map[string]string{"Arn": id}}, d.sns.SetSubscription(id, after)
}

func (d subscriptionDriver) Delete(_ context.Context, id string, _ map[string]any) error {
	return deleted(d.sns.Unsubscribe(id), "NotFound")
}

// policyHolder sets the policy of one resource, "" for none; not found is the
// code of a resource that is gone.
type policyHolder struct {
	set      func(ctx context.Context, resource, policy string) error
	notFound string
}

// resourcePolicyDriver drives AWS::SNS::TopicPolicy and AWS::SQS::QueuePolicy:
// one policy for several resources.
type resourcePolicyDriver struct{ policyHolder }

type resourcePolicyProperties struct {
	PolicyDocument any
	Topics, Queues []string
}

func (p *resourcePolicyProperties) resources() []string { return append(p.Topics, p.Queues...) }

func (d resourcePolicyDriver) put(ctx context.Context, id string, properties map[string]any) (cloudformation.Made, error) {
	var p resourcePolicyProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	policy, err := document(p.PolicyDocument)
	if err != nil {
		return cloudformation.Made{}, err
	}
	for _, resource := range p.resources() {
		if err := d.set(ctx, resource, policy); err != nil {
			return cloudformation.Made{}, err
		}
	}
	return cloudformation.Made{ID: id, Attributes: map[string]string{"Id": id}}, nil
}

func (d resourcePolicyDriver) Create(ctx context.Context, _ string, properties map[string]any) (cloudformation.Made, error) {
	return d.put(ctx, newRequestID(), properties)
}

func (d resourcePolicyDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	var was, p resourcePolicyProperties
	if err := cloudformation.Decode(old, &was); err != nil {
		return cloudformation.Made{}, err
	}
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	if err := d.clear(ctx, without(was.resources(), p.resources())); err != nil {
		return cloudformation.Made{}, err
	}
	return d.put(ctx, id, next)
}

func (d resourcePolicyDriver) Delete(ctx context.Context, _ string, properties map[string]any) error {
	var p resourcePolicyProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return err
	}
	return d.clear(ctx, p.resources())
}

func (d resourcePolicyDriver) clear(ctx context.Context, resources []string) error {
	for _, resource := range resources {
		if err := deleted(d.set(ctx, resource, ""), d.notFound); err != nil && !errors.Is(err, cloudformation.ErrNotFound) {
			return err
		}
	}
	return nil
}

// topicPolicies and queuePolicies are where the two types put their policies.
func topicPolicies(s *sns.Service) resourcePolicyDriver {
	return resourcePolicyDriver{policyHolder{notFound: "NotFound", set: func(_ context.Context, topic, policy string) error {
		return s.SetAttribute(topic, "Policy", policy)
	}}}
}

func queuePolicies(s *sqs.Service) resourcePolicyDriver {
	return resourcePolicyDriver{policyHolder{notFound: "QueueDoesNotExist", set: func(ctx context.Context, queue, policy string) error {
		arn, err := s.ARN(ctx, queue)
		if err != nil {
			return err
		}
		return s.UpdateQueue(ctx, arn, map[string]string{"Policy": policy}, nil)
	}}}
}
