// Package queue sends JSON to SQS: one place that knows what text SQS takes,
// how the request id travels, and how to park what nobody could read.
package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// AttributeRequestID is the message attribute that carries a request's id.
const AttributeRequestID = "requestId"

// ErrNoQueue tells that the queue does not exist (any more).
var ErrNoQueue = errors.New("the queue does not exist")

// Sender sends messages. Safe for use by many goroutines.
type Sender struct{ client *sqs.Client }

// NewSender makes a Sender; it does not call AWS.
func NewSender(cfg aws.Config) Sender { return Sender{sqs.NewFromConfig(cfg)} }

// unsendable escapes the two characters that JSON may contain and SQS refuses.
// In JSON they occur inside strings only, where the escape means the same.
// Source: SQS API reference, SendMessage, MessageBody.
var unsendable = strings.NewReplacer("\uFFFE", `\ufffe`, "\uFFFF", `\uffff`)

// Send puts a JSON text into the queue with that URL. ErrNoQueue.
func (s Sender) Send(ctx context.Context, url, body, requestID string) error {
	in := &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String(unsendable.Replace(body))}
	if requestID != "" {
		in.MessageAttributes = map[string]types.MessageAttributeValue{
			AttributeRequestID: {DataType: aws.String("String"), StringValue: &requestID},
		}
	}
	_, err := s.client.SendMessage(ctx, in)
	if _, gone := errors.AsType[*types.QueueDoesNotExist](err); gone {
		return fmt.Errorf("send to %s: %w", url, ErrNoQueue)
	}
	if err != nil {
		return fmt.Errorf("send to %s: %w", url, err)
	}
	return nil
}
