package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// DB gives the stores their client and table names. Safe for use by many
// goroutines.
type DB struct {
	client *dynamodb.Client
	tables Tables
}

// Open makes a DB; it does not call AWS.
func Open(cfg aws.Config, tables Tables) *DB {
	return &DB{client: dynamodb.NewFromConfig(cfg), tables: tables}
}

// Ping reports whether the table answers; readiness checks call it.
func (db *DB) Ping(ctx context.Context, table string) error {
	_, err := db.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: key("PING", "PING")})
	if err != nil {
		return fmt.Errorf("reach table %s: %w", table, err)
	}
	return nil
}

// get reads one item, consistently; nil when there is none.
func (db *DB) get(ctx context.Context, table string, k Item) (Item, error) {
	out, err := db.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &table, Key: k, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

// maxBatchWrite is DynamoDB's limit of writes in one BatchWriteItem.
const maxBatchWrite = 25

// batchWrite puts or deletes items unconditionally, in requests of up to 25.
// Some may be done when it fails.
func (db *DB) batchWrite(ctx context.Context, table string, writes []types.WriteRequest) error {
	for from := 0; from < len(writes); from += maxBatchWrite {
		pending := writes[from:min(from+maxBatchWrite, len(writes))]
		for try := 0; len(pending) > 0; try++ {
			if try > 0 { // unprocessed: a throttle
				if err := backOff(ctx, try); err != nil {
					return err
				}
			}
			out, err := db.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{table: pending},
			})
			if err != nil {
				return err
			}
			pending = out.UnprocessedItems[table]
		}
	}
	return nil
}

// maxBatchGet is DynamoDB's limit of keys in one BatchGetItem.
const maxBatchGet = 100

// batchGet reads items by key, consistently, in requests of up to 100 keys;
// what does not exist is absent from the answer, whose order is arbitrary. Keys
// must be distinct.
func (db *DB) batchGet(ctx context.Context, table string, keys []Item) ([]Item, error) {
	var found []Item
	for from := 0; from < len(keys); from += maxBatchGet {
		pending := keys[from:min(from+maxBatchGet, len(keys))]
		for try := 0; len(pending) > 0; try++ {
			if try > 0 { // unprocessed keys: the answer grew beyond 16 MB, or a throttle
				if err := backOff(ctx, try); err != nil {
					return nil, err
				}
			}
			out, err := db.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
				table: {Keys: pending, ConsistentRead: aws.Bool(true)},
			}})
			if err != nil {
				return nil, err
			}
			found = append(found, out.Responses[table]...)
			pending = out.UnprocessedKeys[table].Keys
		}
	}
	return found, nil
}
