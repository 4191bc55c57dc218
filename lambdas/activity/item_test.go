package main

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/dynamo"
)

func (w *world) put(table string, it dynamo.Item) {
	w.t.Helper()
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: it})
	require.NoError(w.t, err)
}
