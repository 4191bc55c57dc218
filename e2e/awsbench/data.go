package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

const (
	tableName, indexName, bucketName = "bench", "by-group", "bench"

	items         = 10_000
	itemsPerKey   = 100   // in the table and in the index
	messages      = 1_000 // waiting in the queue of the ReceiveMessage row
	batchItems    = 25
	batchMessages = 10
)

var filler = strings.Repeat("x", 400)

// benchItem is item i with a version of the caller's: about 500 bytes.
func benchItem(i, version int) map[string]types.AttributeValue {
	it := itemKey(i)
	it["gpk"], it["rank"] = str(fmt.Sprint("G#", i%(items/itemsPerKey))), num(i)
	it["version"], it["name"] = num(version), str(filler)
	return it
}

// fill makes everything the rows use.
func (s *subject) fill(ctx context.Context) error {
	if err := s.fillTable(ctx); err != nil {
		return fmt.Errorf("%s: table: %w", s.name, err)
	}
	if s.server.queues {
		if err := s.fillQueues(ctx); err != nil {
			return fmt.Errorf("%s: queues: %w", s.name, err)
		}
	}
	if s.server.buckets {
		if _, err := s.files.CreateBucket(ctx, &s3.CreateBucketInput{
			Bucket: aws.String(bucketName), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: region},
		}); err != nil {
			return fmt.Errorf("%s: bucket: %w", s.name, err)
		}
		if _, err := s.files.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucketName), Key: aws.String("object"), Body: bytes.NewReader(s.object)}); err != nil {
			return fmt.Errorf("%s: object: %w", s.name, err)
		}
	}
	return nil
}

func (s *subject) fillTable(ctx context.Context) error {
	define := func(name string, t types.ScalarAttributeType) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: aws.String(name), AttributeType: t}
	}
	keys := func(hash, sort string) []types.KeySchemaElement {
		return []types.KeySchemaElement{{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash}, {AttributeName: aws.String(sort), KeyType: types.KeyTypeRange}}
	}
	if _, err := s.db.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(tableName), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{define("pk", "S"), define("sk", "S"), define("gpk", "S"), define("rank", "N")},
		KeySchema:            keys("pk", "sk"),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String(indexName), KeySchema: keys("gpk", "rank"), Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	}); err != nil {
		return err
	}
	ready := dynamodb.NewTableExistsWaiter(s.db, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 50 * time.Millisecond })
	if err := ready.Wait(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(tableName)}, patience); err != nil {
		return err
	}
	for first := 0; first < items; first += batchItems {
		var puts []types.WriteRequest
		for i := range batchItems {
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: benchItem(first+i, 0)}})
		}
		out, err := s.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{tableName: puts}})
		if err != nil {
			return err
		}
		if len(out.UnprocessedItems) > 0 {
			return fmt.Errorf("a batch was left undone at item %d", first)
		}
	}
	return nil
}

func (s *subject) fillQueues(ctx context.Context) error {
	for _, q := range []struct {
		name       string
		attributes map[string]string
		url        **string
	}{
		{"sent", nil, &s.sent},
		{"waiting", map[string]string{"VisibilityTimeout": "0"}, &s.waiting}, // never empties
		{"polled", nil, &s.polled},
	} {
		out, err := s.queues.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(q.name), Attributes: q.attributes})
		if err != nil {
			return err
		}
		*q.url = out.QueueUrl
	}
	for range messages / batchMessages {
		var entries []sqstypes.SendMessageBatchRequestEntry
		for i := range batchMessages {
			entries = append(entries, sqstypes.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: &body})
		}
		if _, err := s.queues.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: s.waiting, Entries: entries}); err != nil {
			return err
		}
	}
	return nil
}
