package main

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

func (w *world) item(table, pk, sk string) dynamo.Item {
	w.t.Helper()
	out, err := dynamodb.NewFromConfig(w.Config).GetItem(w.t.Context(), &dynamodb.GetItemInput{
		TableName: &table,
		Key:       dynamo.Item{dynamo.PK: &types.AttributeValueMemberS{Value: pk}, dynamo.SK: &types.AttributeValueMemberS{Value: sk}},
	})
	require.NoError(w.t, err)
	return out.Item
}

func (w *world) countItem(p cumin.ProjectID) dynamo.Item {
	return w.item(w.Tables.Core, dynamo.ProjectPK(p), dynamo.SKCounts)
}

func TestTheMarkerOfADeletedTaskExpiresAfterTheTask(t *testing.T) {
	t.Parallel()
	w := start(t)
	h := newHistory(1)
	h.set(1, cumin.StatusTodo)
	w.deliver(batchOf(h))
	pk, sk := dynamo.ProjectPK(h.project), dynamo.TaskSK(h.tasks[1].ID)
	require.NotContains(t, w.item(w.Tables.Counted, pk, sk), dynamo.TTL, "a live task's marker stays")

	h.set(1, cumin.StatusDeleted)
	w.deliver(batchOf(h))
	ttl := w.item(w.Tables.Counted, pk, sk)[dynamo.TTL].(*types.AttributeValueMemberN).Value
	require.Equal(t, strconv.FormatInt(morning.Add(37*24*3600e9).Unix(), 10), ttl)

	h.set(1, cumin.StatusTodo)
	w.deliver(batchOf(h))
	require.NotContains(t, w.item(w.Tables.Counted, pk, sk), dynamo.TTL, "brought back")
	require.Equal(t, [3]int64{1, 0, 0}, w.counts(h.project))
}

func TestTheCountItemTellsWhenItChangedAndHowOften(t *testing.T) {
	t.Parallel()
	w := start(t)
	h := newHistory(1)
	h.set(1, cumin.StatusTodo)
	w.deliver(batchOf(h))
	h.set(1, cumin.StatusDone)
	h.set(1, cumin.StatusTodo) // there and back: the marker moves, the counts do not
	w.deliver(batchOf(h))
	version, err := dynamo.DecodeCountsVersion(w.countItem(h.project))
	require.NoError(t, err)
	require.EqualValues(t, 1, version)
	c, err := w.DB.Projects().Counts(t.Context(), h.project)
	require.NoError(t, err)
	require.Equal(t, morning, c.AsOf)
}
