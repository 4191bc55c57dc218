package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/sqs"
)

// queueDriver drives AWS::SQS::Queue. Ref is the queue's URL.
type queueDriver struct{ sqs *sqs.Service }

type queueProperties struct {
	QueueName                     string
	FifoQueue                     *bool
	ContentBasedDeduplication     *bool
	DeduplicationScope            *string
	FifoThroughputLimit           *string
	DelaySeconds                  *int
	MaximumMessageSize            *int
	MessageRetentionPeriod        *int
	ReceiveMessageWaitTimeSeconds *int
	VisibilityTimeout             *int
	RedrivePolicy                 *redrivePolicy
	RedriveAllowPolicy            map[string]any
	SqsManagedSseEnabled          *bool
	KmsMasterKeyId                *string
	KmsDataKeyReusePeriodSeconds  *int
	Tags                          []resourceTag
}

type redrivePolicy struct {
	DeadLetterTargetArn string `json:"deadLetterTargetArn"`
	MaxReceiveCount     int    `json:"maxReceiveCount"`
}

// attributes are the settings as SetQueueAttributes takes them.
func (p *queueProperties) attributes() (map[string]string, error) {
	out := map[string]string{}
	for name, v := range map[string]*bool{"FifoQueue": p.FifoQueue, "ContentBasedDeduplication": p.ContentBasedDeduplication, "SqsManagedSseEnabled": p.SqsManagedSseEnabled} {
		if v != nil && (*v || name != "FifoQueue") { // FifoQueue false is not an attribute SQS takes
			out[name] = strconv.FormatBool(*v)
		}
	}
	for name, v := range map[string]*int{
		"DelaySeconds": p.DelaySeconds, "MaximumMessageSize": p.MaximumMessageSize, "MessageRetentionPeriod": p.MessageRetentionPeriod,
		"ReceiveMessageWaitTimeSeconds": p.ReceiveMessageWaitTimeSeconds, "VisibilityTimeout": p.VisibilityTimeout, "KmsDataKeyReusePeriodSeconds": p.KmsDataKeyReusePeriodSeconds,
	} {
		if v != nil {
			out[name] = strconv.Itoa(*v)
		}
	}
	for name, v := range map[string]*string{"DeduplicationScope": p.DeduplicationScope, "FifoThroughputLimit": p.FifoThroughputLimit, "KmsMasterKeyId": p.KmsMasterKeyId} {
		if v != nil {
			out[name] = *v
		}
	}
	if p.RedrivePolicy != nil {
		text, err := json.Marshal(p.RedrivePolicy)
		if err != nil {
			return nil, fmt.Errorf("encode the redrive policy: %w", err)
		}
		out["RedrivePolicy"] = string(text)
	}
	if p.RedriveAllowPolicy != nil {
		text, err := json.Marshal(p.RedriveAllowPolicy)
		if err != nil {
			return nil, fmt.Errorf("encode the redrive allow policy: %w", err)
		}
		out["RedriveAllowPolicy"] = string(text)
	}
	return out, nil
}

// decodeQueue reads the properties. RedrivePolicy is JSON of SQS's own
// spelling, so its members begin in lower case.
func decodeQueue(properties map[string]any) (p queueProperties, err error) {
	copied := make(map[string]any, len(properties))
	for k, v := range properties {
		copied[k] = v
	}
	if policy, ok := copied["RedrivePolicy"].(map[string]any); ok {
		capital := map[string]any{}
		for k, v := range policy {
			switch k {
			case "deadLetterTargetArn":
				k = "DeadLetterTargetArn"
			case "maxReceiveCount":
				k = "MaxReceiveCount"
			default:
				return p, fmt.Errorf("#/RedrivePolicy: extraneous key [%s] is not permitted", k)
			}
			capital[k] = v
		}
		copied["RedrivePolicy"] = capital
	}
	return p, cloudformation.Decode(copied, &p)
}

func (d queueDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	p, err := decodeQueue(properties)
	if err != nil {
		return cloudformation.Made{}, err
	}
	attributes, err := p.attributes()
	if err != nil {
		return cloudformation.Made{}, err
	}
	if p.FifoQueue != nil && *p.FifoQueue && p.QueueName == "" {
		name += ".fifo"
	}
	made, err := d.sqs.CreateQueue(ctx, name, attributes, tagMap(p.Tags))
	return madeQueue(made), err
}

func madeQueue(q sqs.Description) cloudformation.Made {
	return cloudformation.Made{ID: q.URL, Attributes: map[string]string{"Arn": q.ARN, "QueueName": q.Name, "QueueUrl": q.URL}}
}

func (d queueDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	was, err := decodeQueue(old)
	if err != nil {
		return cloudformation.Made{}, err
	}
	p, err := decodeQueue(next)
	if err != nil {
		return cloudformation.Made{}, err
	}
	before, err := was.attributes()
	if err != nil {
		return cloudformation.Made{}, err
	}
	attributes, err := p.attributes()
	if err != nil {
		return cloudformation.Made{}, err
	}
	for name := range before {
		if _, stays := attributes[name]; !stays {
			attributes[name] = queueDefaults[name] // "" unsets
		}
	}
	delete(attributes, "FifoQueue") // cannot be set, and a change of it replaces the queue
	arn, err := d.sqs.ARN(ctx, id)
	if err != nil {
		return cloudformation.Made{}, err
	}
	if err := d.sqs.UpdateQueue(ctx, arn, attributes, tagMap(p.Tags)); err != nil {
		return cloudformation.Made{}, err
	}
	made, err := d.sqs.DescribeQueue(ctx, arn)
	made.URL = id // the stack keeps the URL it gave out
	return madeQueue(made), err
}

// queueDefaults are the values of attributes a template no longer sets (SQS API
// reference, SetQueueAttributes).
var queueDefaults = map[string]string{
	"DelaySeconds": "0", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600", "ReceiveMessageWaitTimeSeconds": "0",
	"VisibilityTimeout": "30", "ContentBasedDeduplication": "false", "SqsManagedSseEnabled": "true", "KmsDataKeyReusePeriodSeconds": "300",
	"DeduplicationScope": "queue", "FifoThroughputLimit": "perQueue",
}

func (d queueDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	arn, err := d.sqs.ARN(ctx, id)
	if err != nil {
		return err
	}
	return deleted(d.sqs.DeleteQueue(ctx, arn), "QueueDoesNotExist")
}
