package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/anikeshk/cumin/internal/awsenv"
)

const (
	region      = "eu-central-1"
	objectBytes = 1 << 20
	// pollGap is how long a long poll is given to be waiting before the message
	// is sent; nothing tells a client that its poll has arrived.
	pollGap = 5 * time.Millisecond
)

// subject is one server with the clients and the data the operations use.
type subject struct {
	*process
	db     *dynamodb.Client
	queues *sqs.Client
	files  *s3.Client
	object []byte

	sent, waiting, polled *string // queue URLs
	serial                atomic.Int64
}

func newSubject(p *process, clients int) *subject {
	cfg := aws.Config{
		Region: region, BaseEndpoint: aws.String(p.endpoint), RetryMaxAttempts: 1,
		HTTPClient: awsenv.NewClient(2 * clients), // a long poll and its sender
		// What the SDK's own loader of configurations sets when nobody says otherwise.
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported,

		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
	return &subject{
		process: p, db: dynamodb.NewFromConfig(cfg), queues: sqs.NewFromConfig(cfg),
		files:  s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }),
		object: bytes.Repeat([]byte("0123456789abcdef"), objectBytes/16),
	}
}

// row is one operation to measure; do runs it once for one of the clients and
// returns how long the measured part took.
type row struct {
	name string
	// needs says which servers have it.
	needs func(server) bool
	// alone marks a row that one client measures, once.
	alone bool
	do    func(ctx context.Context, s *subject, client int) (time.Duration, error)
}

func anyServer(server) bool   { return true }
func hasQueues(s server) bool { return s.queues }
func hasBuckets(s server) bool {
	return s.buckets
}

func rows() []row {
	return []row{
		{name: "PutItem, 500 B, in one index", needs: anyServer, do: timed(putItem)},
		{name: "GetItem", needs: anyServer, do: timed(getItem)},
		{name: "UpdateItem with a condition", needs: anyServer, do: timed(updateItem)},
		{name: "Query, 20 items", needs: anyServer, do: timed(query)},
		{name: "Query of a GSI, 20 items", needs: anyServer, do: timed(queryIndex)},
		{name: "TransactWriteItems, 3 actions", needs: func(s server) bool { return s.name != "dynalite" }, do: timed(transact)},
		{name: "SendMessage, 400 B", needs: hasQueues, do: timed(send)},
		{name: "ReceiveMessage", needs: hasQueues, do: timed(receive)},
		{name: "SendMessage to the end of a waiting poll", needs: func(s server) bool { return s.queues && s.name != nameConstant }, alone: true, do: wake},
		{name: "PutObject, 1 MB", needs: hasBuckets, do: timed(putObject)},
		{name: "GetObject, 1 MB", needs: hasBuckets, do: timed(getObject)},
	}
}

func timed(op func(context.Context, *subject, int) error) func(context.Context, *subject, int) (time.Duration, error) {
	return func(ctx context.Context, s *subject, client int) (time.Duration, error) {
		at := time.Now()
		err := op(ctx, s, client)
		return time.Since(at), err
	}
}

func str(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
func num(v int) types.AttributeValue    { return &types.AttributeValueMemberN{Value: fmt.Sprint(v)} }

func itemKey(i int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": str(fmt.Sprint("P#", i/itemsPerKey)), "sk": str(fmt.Sprintf("%06d", i))}
}

func putItem(ctx context.Context, s *subject, _ int) error {
	_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(tableName), Item: benchItem(rand.IntN(items), int(s.serial.Add(1)))})
	return err
}

func getItem(ctx context.Context, s *subject, _ int) error {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(tableName), Key: itemKey(rand.IntN(items))})
	if err == nil && len(out.Item) != 6 {
		return fmt.Errorf("GetItem answered %d attributes", len(out.Item))
	}
	return err
}

func updateItem(ctx context.Context, s *subject, client int) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(tableName), Key: itemKey(client),
		UpdateExpression:          aws.String("SET version = version + :one"),
		ConditionExpression:       aws.String("attribute_exists(pk) AND version >= :zero"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":one": num(1), ":zero": num(0)},
	})
	return err
}

func query(ctx context.Context, s *subject, _ int) error {
	return twenty(s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(tableName), Limit: aws.Int32(20), KeyConditionExpression: aws.String("pk = :k"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":k": str(fmt.Sprint("P#", rand.IntN(items/itemsPerKey)))},
	}))
}

func queryIndex(ctx context.Context, s *subject, _ int) error {
	return twenty(s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(tableName), IndexName: aws.String(indexName), Limit: aws.Int32(20), KeyConditionExpression: aws.String("gpk = :k"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":k": str(fmt.Sprint("G#", rand.IntN(items/itemsPerKey)))},
	}))
}

func twenty(out *dynamodb.QueryOutput, err error) error {
	if err == nil && len(out.Items) != 20 {
		return fmt.Errorf("the query answered %d items", len(out.Items))
	}
	return err
}

func transact(ctx context.Context, s *subject, client int) error {
	put := func(i int) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{TableName: aws.String(tableName), Item: benchItem(i, int(s.serial.Add(1)))}}
	}
	_, err := s.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
		put(1000 + client), put(2000 + client),
		{Update: &types.Update{
			TableName: aws.String(tableName), Key: itemKey(3000 + client), UpdateExpression: aws.String("SET version = version + :one"),
			ConditionExpression: aws.String("attribute_exists(pk)"), ExpressionAttributeValues: map[string]types.AttributeValue{":one": num(1)},
		}},
	}})
	return err
}

var body = strings.Repeat("m", 400)

func send(ctx context.Context, s *subject, _ int) error {
	_, err := s.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: s.sent, MessageBody: &body})
	return err
}

func receive(ctx context.Context, s *subject, _ int) error {
	out, err := s.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: s.waiting, MaxNumberOfMessages: 1})
	if err == nil && len(out.Messages) != 1 {
		return errors.New("nothing received from a full queue")
	}
	return err
}

// wake times a message from before it is sent until the poll that waited for it
// has it.
func wake(ctx context.Context, s *subject, _ int) (time.Duration, error) {
	type got struct {
		handle *string
		at     time.Time
		err    error
	}
	arrived := make(chan got, 1)
	go func() {
		out, err := s.queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: s.polled, WaitTimeSeconds: 20})
		g := got{at: time.Now(), err: err}
		if err == nil && len(out.Messages) != 1 {
			g.err = fmt.Errorf("the poll ended with %d messages", len(out.Messages))
		} else if err == nil {
			g.handle = out.Messages[0].ReceiptHandle
		}
		arrived <- g
	}()
	time.Sleep(pollGap)
	at := time.Now()
	_, err := s.queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: s.polled, MessageBody: &body})
	if err != nil {
		return 0, err
	}
	g := <-arrived
	if g.err != nil {
		return 0, g.err
	}
	_, err = s.queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: s.polled, ReceiptHandle: g.handle})
	return g.at.Sub(at), err
}

func putObject(ctx context.Context, s *subject, client int) error {
	_, err := s.files.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucketName), Key: aws.String(fmt.Sprint("put-", client)), Body: bytes.NewReader(s.object)})
	return err
}

func getObject(ctx context.Context, s *subject, _ int) error {
	out, err := s.files.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucketName), Key: aws.String("object")})
	if err != nil {
		return err
	}
	defer out.Body.Close()
	read, err := io.Copy(io.Discard, out.Body)
	if err == nil && read != objectBytes {
		return fmt.Errorf("the object came back with %d bytes", read)
	}
	return err
}
