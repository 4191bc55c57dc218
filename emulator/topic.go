package emulator

import (
	"context"
	"strings"

	"github.com/anikeshk/cumin/emulator/iam"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/sns"
	"github.com/anikeshk/cumin/emulator/sqs"
)

// snsPrincipal is as whom topics send.
const snsPrincipal = "sns.amazonaws.com"

// topicTargets delivers sns's messages. A queue must let the topic send, as on
// AWS, unless IAM is off.
type topicTargets struct{ aws *AWS }

func (t topicTargets) Queue(ctx context.Context, topicARN, queueARN string, m sns.QueueMessage) error {
	if _, err := t.aws.sqs.DescribeQueue(ctx, queueARN); err != nil {
		return err
	}
	if err := t.aws.allowService(ctx, snsPrincipal, "sqs:SendMessage", topicARN, queueARN); err != nil {
		return err
	}
	out := sqs.Outgoing{Body: m.Body, Group: m.Group, Dedup: m.Dedup}
	for name, a := range m.Attributes {
		if out.Attributes == nil {
			out.Attributes = map[string]sqs.AttributeValue{}
		}
		out.Attributes[name] = sqs.AttributeValue{DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue}
	}
	return t.aws.sqs.Put(ctx, queueARN, out)
}

func (t topicTargets) Function(ctx context.Context, topicARN, functionARN string, event []byte) error {
	return t.aws.lambda.InvokeEvent(ctx, functionARN, event)
}

// allowService refuses what a resource's policy does not let a service of AWS do
// for one of its own resources.
func (a *AWS) allowService(ctx context.Context, service, action, sourceARN, resource string) error {
	if a.unevaluated {
		return nil
	}
	keys := iam.Keys{}
	keys.Set("aws:SourceArn", sourceARN)
	if parts := strings.Split(sourceARN, ":"); len(parts) > 4 {
		keys.Set("aws:SourceAccount", parts[4])
	}
	d := a.iam.Decide(iam.Principal{Service: service}, iam.Request{Action: action, Resource: resource, Keys: keys}, a.resourcePolicy(ctx, resource))
	if d.Allowed {
		return nil
	}
	return wire.Errorf(403, "AccessDenied", "%s", d.Denial(service, action, resource))
}
