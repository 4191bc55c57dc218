package lambda

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// What results and failures may be told to, by the service in the target's ARN
// (Developer Guide, "Capturing records of Lambda asynchronous invocations" and
// "Retain discarded batch records"). Event buses are not built.
var (
	asyncDestinations   = []string{"sqs", "sns", "lambda", "s3"}
	mappingDestinations = []string{"sqs", "sns", "s3"}
	deadLetterTargets   = []string{"sqs", "sns"}
)

// TopicSource publishes to SNS topics; sns offers it.
type TopicSource interface {
	// Topic is AWS's error when there is no such topic.
	Topic(ctx context.Context, topicARN string) error
	Publish(ctx context.Context, topicARN, message string, attributes map[string]string) error
}

// targetKind is the service in an ARN.
func targetKind(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return ""
	}
	return parts[2]
}

func bucketIn(arn string) string { return strings.TrimPrefix(arn, "arn:aws:s3:::") }

// checkDestination refuses a target of a kind that is not allowed or not built,
// and one that is not there.
func (s *Service) checkDestination(arn string, kinds []string) error {
	kind := targetKind(arn)
	switch {
	case kind == "events":
		return errUnsupported("event buses as destinations")
	case !slices.Contains(kinds, kind):
		return errInvalid("The provided destination config DestinationConfig is invalid: %s", arn)
	}
	var err error
	switch kind {
	case "sqs":
		if s.cfg.Queues == nil {
			return errUnsupported("destinations in SQS without the SQS service")
		}
		var queue Queue
		if queue, err = s.cfg.Queues.Queue(arn); err == nil && queue.FIFO {
			return errInvalid("FIFO queues are not supported as destinations: %s", arn)
		}
	case "sns":
		if s.cfg.Topics == nil {
			return errUnsupported("destinations in SNS without the SNS service")
		}
		err = s.cfg.Topics.Topic(s.ctx, arn)
	case "lambda":
		_, err = s.calleeAt(arn)
	case "s3":
		if s.cfg.Objects == nil {
			return errUnsupported("destinations in S3 without the S3 service")
		}
		err = s.cfg.Objects.Bucket(s.ctx, bucketIn(arn))
	}
	if err != nil {
		return errInvalid("The destination ARN %s is invalid.", arn)
	}
	return nil
}

// checkDeadLetter refuses what cannot take events given up.
func (s *Service) checkDeadLetter(arn string) error {
	return s.checkDestination(arn, deadLetterTargets)
}

// tell sends a message to a target; key is the object's, of buckets.
func (s *Service) tell(ctx context.Context, arn, body, key string, attributes map[string]string) error {
	switch kind := targetKind(arn); kind {
	case "sqs":
		return s.cfg.Queues.Send(ctx, arn, body, attributes)
	case "sns":
		return s.cfg.Topics.Publish(ctx, arn, body, attributes)
	case "lambda":
		return s.InvokeEvent(ctx, arn, []byte(body))
	case "s3":
		return s.cfg.Objects.PutObject(ctx, bucketIn(arn), key, []byte(body))
	default:
		return fmt.Errorf("a target in %q", kind) // checked when it was set
	}
}

// objectKey names the object of one record, as AWS does.
func (s *Service) objectKey(prefix string) string {
	now := s.cfg.Clock.Now()
	return prefix + now.Format("/2006/01/02/2006-01-02T15.04.05-") + s.cfg.NewID()
}

// sendingNeeds is what a function's role must allow for a target.
func sendingNeeds(arn string) (n wire.Need, words string) {
	switch targetKind(arn) {
	case "sns":
		return wire.Need{Action: "sns:Publish", Resource: arn}, "Publish on SNS"
	case "lambda":
		return wire.Need{Action: "lambda:InvokeFunction", Resource: arn}, "InvokeFunction on Lambda"
	case "s3":
		return wire.Need{Action: "s3:PutObject", Resource: arn + "/*"}, "PutObject on S3"
	}
	return wire.Need{Action: "sqs:SendMessage", Resource: arn}, "SendMessage on SQS"
}
