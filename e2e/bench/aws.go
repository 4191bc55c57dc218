package main

import (
	"context"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/platform"
)

// benchAWS measures the embedded AWS through the SDK against a server that
// answers every call with the same few bytes: the ceiling of SDK and HTTP.
func benchAWS(ctx context.Context, b *bench, p *platform.Platform) error {
	constant := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		const body = `{}`
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(body))), 10))
		_, _ = w.Write([]byte(body)) // a client that left is the client's business
	}))
	defer constant.Close()
	ceiling := p.AWS().Copy()
	ceiling.BaseEndpoint = aws.String(constant.URL)

	var n atomic.Int64
	name := strings.Repeat("x", 400)
	put := func(db *dynamodb.Client) func(context.Context, int) error {
		return func(ctx context.Context, client int) error {
			_, err := db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(p.Outputs()["TableEphemeral"]), Item: map[string]types.AttributeValue{
				"pk": &types.AttributeValueMemberS{Value: fmt.Sprint("BENCH#", client)}, "sk": &types.AttributeValueMemberS{Value: fmt.Sprint(n.Add(1))},
				"name": &types.AttributeValueMemberS{Value: name},
			}})
			return err
		}
	}
	get := func(db *dynamodb.Client) func(context.Context, int) error {
		return func(ctx context.Context, client int) error {
			_, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(p.Outputs()["TableEphemeral"]), Key: map[string]types.AttributeValue{
				"pk": &types.AttributeValueMemberS{Value: fmt.Sprint("BENCH#", client)}, "sk": &types.AttributeValueMemberS{Value: "1"},
			}})
			return err
		}
	}
	db, constantly := dynamodb.NewFromConfig(p.AWS()), dynamodb.NewFromConfig(ceiling)
	for _, row := range []struct {
		name     string
		op, peer func(context.Context, int) error
	}{
		{"PutItem, 450 B", put(db), put(constantly)},
		{"GetItem", get(db), get(constantly)},
	} {
		peer, err := b.load(ctx, row.peer)
		if err != nil {
			return fmt.Errorf("%s, answered by a constant: %w", row.name, err)
		}
		b.row(row.name+", answered by a constant", peer, result{})
		r, err := b.load(ctx, row.op)
		if err != nil {
			return fmt.Errorf("%s: %w", row.name, err)
		}
		b.row(row.name, r, peer)
	}
	return nil
}
