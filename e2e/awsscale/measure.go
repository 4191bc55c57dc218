package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	loaders      = 4   // clients that load
	perPartition = 100 // items; as many in a partition of the index
	batchSize    = 25  // items of one BatchWriteItem
)

func createTable(ctx context.Context, s *server) error {
	return s.call(ctx, "CreateTable", `{"TableName":"scale","BillingMode":"PAY_PER_REQUEST",
		"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},{"AttributeName":"group","AttributeType":"S"}],
		"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
		"GlobalSecondaryIndexes":[{"IndexName":"groups","KeySchema":[{"AttributeName":"group","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"Projection":{"ProjectionType":"ALL"}}]}`, nil)
}

// padding fills an item to 500 bytes as DynamoDB counts them: the names pk, sk,
// group, n and body, keys of 9 bytes each, and a number of one byte or two.
var padding = strings.Repeat("x", 500-(2+9+2+9+5+9+1+2+4))

// key is the primary key of the i-th item. The index has the same partitions in
// another order.
func key(i int) string {
	return fmt.Sprintf(`"pk":{"S":"p%08d"},"sk":{"S":"s%08d"}`, i/perPartition, i)
}

func group(i int) string { return fmt.Sprintf(`{"S":"g%08d"}`, i/perPartition) }

// row is what was measured at one size.
type row struct {
	memory                    int64 // bytes, resident
	load, scan                float64
	get, update, query, index spread
}

// spread is the median and the 99th percentile.
type spread struct{ p50, p99 time.Duration }

func (s spread) String() string {
	return fmt.Sprintf("%d / %d", s.p50.Microseconds(), s.p99.Microseconds())
}

// measure loads the items from have to n and notes everything.
func measure(ctx context.Context, s *server, have, n, calls int) (r row, err error) {
	began := time.Now()
	if err := loadItems(ctx, s, have, n); err != nil {
		return r, fmt.Errorf("load: %w", err)
	}
	r.load = float64(n-have) / time.Since(began).Seconds()
	if r.memory, err = s.memory(); err != nil {
		return r, err
	}
	for _, op := range []struct {
		into       *spread
		name, rest string // of the body, after the table's name
		at         func(i int) string
	}{
		{&r.get, "GetItem", "", func(i int) string { return `"Key":{` + key(i) + `}` }},
		{&r.update, "UpdateItem", `,"UpdateExpression":"SET n = :n","ConditionExpression":"attribute_exists(pk)","ExpressionAttributeValues":{":n":{"N":"7"}}`, func(i int) string { return `"Key":{` + key(i) + `}` }},
		{&r.query, "Query", `,"Limit":20,"KeyConditionExpression":"pk = :p"`, func(i int) string {
			return fmt.Sprintf(`"ExpressionAttributeValues":{":p":{"S":"p%08d"}}`, i/perPartition)
		}},
		{&r.index, "Query", `,"Limit":20,"IndexName":"groups","KeyConditionExpression":"#g = :g","ExpressionAttributeNames":{"#g":"group"}`, func(i int) string {
			return `"ExpressionAttributeValues":{":g":` + group(i) + `}`
		}},
	} {
		*op.into, err = timed(calls, func() error {
			return s.call(ctx, op.name, `{"TableName":"scale",`+op.at(rand.N(n))+op.rest+`}`, nil)
		})
		if err != nil {
			return r, err
		}
	}
	began = time.Now()
	seen, err := scan(ctx, s)
	if err == nil && seen != n {
		err = fmt.Errorf("the scan found %d items, want %d", seen, n)
	}
	r.scan = float64(seen) / time.Since(began).Seconds()
	return r, err
}

// loadItems puts the items from have to n, in batches, by several clients.
func loadItems(ctx context.Context, s *server, have, n int) error {
	batches := make(chan int)
	failed := make([]error, loaders)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	for l := range loaders {
		wg.Go(func() {
			for first := range batches {
				if failed[l] = s.call(ctx, "BatchWriteItem", batch(first), nil); failed[l] != nil {
					cancel()
					return
				}
			}
		})
	}
feed:
	for first := have; first < n; first += batchSize {
		select {
		case batches <- first:
		case <-ctx.Done():
			break feed
		}
	}
	close(batches)
	wg.Wait()
	return errors.Join(append(failed, ctx.Err())...)
}

func batch(first int) string {
	var b strings.Builder
	b.WriteString(`{"RequestItems":{"scale":[`)
	for i := first; i < first+batchSize; i++ {
		if i > first {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"PutRequest":{"Item":{%s,"group":%s,"n":{"N":"1"},"body":{"S":"%s"}}}}`, key(i), group(i), padding)
	}
	b.WriteString(`]}}`)
	return b.String()
}

// scan reads the whole table, a page of 1 MB after the other, and returns the
// number of items.
func scan(ctx context.Context, s *server) (seen int, err error) {
	after := ""
	for {
		var page struct {
			Count            int
			LastEvaluatedKey json.RawMessage
		}
		if err := s.call(ctx, "Scan", `{"TableName":"scale"`+after+`}`, &page); err != nil {
			return seen, err
		}
		seen += page.Count
		if page.LastEvaluatedKey == nil {
			return seen, nil
		}
		after = `,"ExclusiveStartKey":` + string(page.LastEvaluatedKey)
	}
}

// timed calls f so often and returns how long one call took.
func timed(calls int, f func() error) (spread, error) {
	took := make([]time.Duration, calls)
	for i := range took {
		began := time.Now()
		if err := f(); err != nil {
			return spread{}, err
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return spread{took[calls/2], took[calls*99/100]}, nil
}
