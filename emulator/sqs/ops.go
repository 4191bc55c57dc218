package sqs

import (
	"context"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// table is the operations in both protocols.
type table struct {
	json  wire.Ops
	query wire.QueryOps
}

func register[I, O any](t table, name string, f func(context.Context, *I) (*O, error)) {
	t.json[name] = wire.Op(f)
	t.query[name] = wire.QueryOp(func(ctx context.Context, in *I) (*O, error) {
		out, err := f(ctx, in)
		return out, queryWords(err)
	})
}

func (s *Service) table() table {
	t := table{wire.Ops{}, wire.QueryOps{}}
	register(t, "CreateQueue", s.createQueue)
	register(t, "DeleteQueue", s.deleteQueue)
	register(t, "GetQueueUrl", s.getQueueURL)
	register(t, "ListQueues", s.listQueues)
	register(t, "GetQueueAttributes", s.getQueueAttributes)
	register(t, "SetQueueAttributes", s.setQueueAttributes)
	register(t, "PurgeQueue", s.purgeQueue)
	register(t, "TagQueue", s.tagQueue)
	register(t, "UntagQueue", s.untagQueue)
	register(t, "ListQueueTags", s.listQueueTags)
	register(t, "ListDeadLetterSourceQueues", s.listDeadLetterSourceQueues)
	register(t, "SendMessage", s.sendMessage)
	register(t, "SendMessageBatch", s.sendMessageBatch)
	register(t, "ReceiveMessage", s.receiveMessage)
	register(t, "DeleteMessage", s.deleteMessage)
	register(t, "DeleteMessageBatch", s.deleteMessageBatch)
	register(t, "ChangeMessageVisibility", s.changeVisibility)
	register(t, "ChangeMessageVisibilityBatch", s.changeVisibilityBatch)
	register(t, "StartMessageMoveTask", s.startMove)
	register(t, "CancelMessageMoveTask", s.cancelMove)
	register(t, "ListMessageMoveTasks", s.listMoves)
	return t
}

type nothing struct{}

type createQueueInput struct {
	QueueName  string
	Attributes map[string]string `query:"Attribute,flat,key=Name,value=Value"`
	Tags       map[string]string `json:"tags" query:"Tag,flat,key=Key,value=Value"`
}

type queueURLOutput struct{ QueueUrl string }

type queueInput struct{ QueueUrl string }

type getQueueURLInput struct {
	QueueName              string
	QueueOwnerAWSAccountId string
}

type listQueuesInput struct {
	QueueNamePrefix string
	MaxResults      *int
	NextToken       string
}

type listQueuesOutput struct {
	QueueUrls []string `query:"QueueUrl,flat"`
	NextToken string   `json:",omitempty" query:",omitempty"`
}

type listSourcesInput struct {
	QueueUrl   string
	MaxResults *int
	NextToken  string
}

type listSourcesOutput struct {
	QueueUrls []string `json:"queueUrls" query:"QueueUrl,flat"`
	NextToken string   `json:",omitempty" query:",omitempty"`
}

type getAttributesInput struct {
	QueueUrl       string
	AttributeNames []string `query:"AttributeName,flat"`
}

type attributesOutput struct {
	Attributes map[string]string `json:",omitempty" query:"Attribute,flat,key=Name,value=Value"`
}

type setAttributesInput struct {
	QueueUrl   string
	Attributes map[string]string `query:"Attribute,flat,key=Name,value=Value"`
}

type tagQueueInput struct {
	QueueUrl string
	Tags     map[string]string `query:"Tag,flat,key=Key,value=Value"`
}

type untagQueueInput struct {
	QueueUrl string
	TagKeys  []string `query:"TagKey,flat"`
}

type tagsOutput struct {
	Tags map[string]string `json:",omitempty" query:"Tag,flat,key=Key,value=Value"`
}

type sendMessageInput struct {
	QueueUrl                string
	MessageBody             string
	DelaySeconds            *int
	MessageAttributes       map[string]AttributeValue `query:"MessageAttribute,flat,key=Name,value=Value"`
	MessageSystemAttributes map[string]AttributeValue `query:"MessageSystemAttribute,flat,key=Name,value=Value"`
	MessageDeduplicationId  string
	MessageGroupId          string
}

type sendMessageOutput struct {
	MessageId                    string
	MD5OfMessageBody             string
	MD5OfMessageAttributes       string `json:",omitempty" query:",omitempty"`
	MD5OfMessageSystemAttributes string `json:",omitempty" query:",omitempty"`
	SequenceNumber               string `json:",omitempty" query:",omitempty"`
}

type sendBatchInput struct {
	QueueUrl string
	Entries  []sendBatchEntry `query:"SendMessageBatchRequestEntry,flat"`
}

type sendBatchEntry struct {
	Id                      string
	MessageBody             string
	DelaySeconds            *int
	MessageAttributes       map[string]AttributeValue `query:"MessageAttribute,flat,key=Name,value=Value"`
	MessageSystemAttributes map[string]AttributeValue `query:"MessageSystemAttribute,flat,key=Name,value=Value"`
	MessageDeduplicationId  string
	MessageGroupId          string
}

type sendBatchOutput struct {
	Successful []sendBatchResult `query:"SendMessageBatchResultEntry,flat"`
	Failed     []batchError      `json:",omitempty" query:"BatchResultErrorEntry,flat"`
}

type sendBatchResult struct {
	Id                           string
	MessageId                    string
	MD5OfMessageBody             string
	MD5OfMessageAttributes       string `json:",omitempty" query:",omitempty"`
	MD5OfMessageSystemAttributes string `json:",omitempty" query:",omitempty"`
	SequenceNumber               string `json:",omitempty" query:",omitempty"`
}

type batchError struct {
	Id          string
	SenderFault bool
	Code        string
	Message     string
}

type receiveMessageInput struct {
	QueueUrl                    string
	AttributeNames              []string `query:"AttributeName,flat"`
	MessageSystemAttributeNames []string `query:"MessageSystemAttributeName,flat"`
	MessageAttributeNames       []string `query:"MessageAttributeName,flat"`
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
	ReceiveRequestAttemptId     string
}

type receiveMessageOutput struct {
	Messages []messageOutput `json:",omitempty" query:"Message,flat"`
}

type messageOutput struct {
	MessageId              string
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string         `json:",omitempty" query:"Attribute,flat,key=Name,value=Value"`
	MD5OfMessageAttributes string                    `json:",omitempty" query:",omitempty"`
	MessageAttributes      map[string]AttributeValue `json:",omitempty" query:"MessageAttribute,flat,key=Name,value=Value"`
}

type deleteMessageInput struct {
	QueueUrl      string
	ReceiptHandle string
}

type deleteBatchInput struct {
	QueueUrl string
	Entries  []deleteBatchEntry `query:"DeleteMessageBatchRequestEntry,flat"`
}

type deleteBatchEntry struct {
	Id            string
	ReceiptHandle string
}

type batchResult struct{ Id string }

type deleteBatchOutput struct {
	Successful []batchResult `query:"DeleteMessageBatchResultEntry,flat"`
	Failed     []batchError  `json:",omitempty" query:"BatchResultErrorEntry,flat"`
}

type changeVisibilityInput struct {
	QueueUrl          string
	ReceiptHandle     string
	VisibilityTimeout *int
}

type changeVisibilityBatchInput struct {
	QueueUrl string
	Entries  []changeVisibilityEntry `query:"ChangeMessageVisibilityBatchRequestEntry,flat"`
}

type changeVisibilityEntry struct {
	Id                string
	ReceiptHandle     string
	VisibilityTimeout *int
}

type changeVisibilityBatchOutput struct {
	Successful []batchResult `query:"ChangeMessageVisibilityBatchResultEntry,flat"`
	Failed     []batchError  `json:",omitempty" query:"BatchResultErrorEntry,flat"`
}

type startMoveInput struct {
	SourceArn                    string
	DestinationArn               string
	MaxNumberOfMessagesPerSecond *int
}

type moveHandleOutput struct{ TaskHandle string }

type cancelMoveInput struct{ TaskHandle string }

type cancelMoveOutput struct{ ApproximateNumberOfMessagesMoved int64 }

type listMovesInput struct {
	SourceArn  string
	MaxResults *int
}

type listMovesOutput struct {
	Results []moveOutput `query:"ListMessageMoveTasksResultEntry,flat"`
}

type moveOutput struct {
	TaskHandle                        string `json:",omitempty" query:",omitempty"`
	Status                            string
	SourceArn                         string
	DestinationArn                    string `json:",omitempty" query:",omitempty"`
	MaxNumberOfMessagesPerSecond      *int   `json:",omitempty"`
	ApproximateNumberOfMessagesMoved  int64
	ApproximateNumberOfMessagesToMove *int64 `json:",omitempty"`
	FailureReason                     string `json:",omitempty" query:",omitempty"`
	StartedTimestamp                  int64
}
