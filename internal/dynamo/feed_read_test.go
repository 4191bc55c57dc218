package dynamo_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/clock"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

func TestSeqAtFindsItsPlaceHoweverMuchWasWrittenSince(t *testing.T) {
	t.Parallel()
	db, ctx := dynamotest.Start(t).DB, t.Context()
	const project cumin.ProjectID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	const seconds, perSecond = 60, 7 // events: far more than a page
	for second := range seconds {
		events := make([]cumin.Event, perSecond)
		for i := range events {
			events[i] = cumin.Event{ID: cumin.EventID(fmt.Sprintf("E%d-%d", second, i)), Type: cumin.EventTaskUpdated, ProjectID: project}
		}
		_, err := db.Inbox().AppendFeed(ctx, project, events, start.Add(time.Duration(second)*time.Second))
		require.NoError(t, err)
	}
	feed := db.Feed(clock.Wall{})
	for _, second := range []int{-1, 0, 1, 7, 30, 31, 56, 57, 58, 59, 100} {
		got, err := feed.SeqAt(ctx, project, start.Add(time.Duration(second)*time.Second))
		require.NoError(t, err)
		require.Equal(t, int64(min(second+1, seconds)*perSecond), got, "after second %d", second)
	}
	none, err := feed.SeqAt(ctx, "01ARZ3NDEKTSV4RRFFQ69G5FAW", start)
	require.NoError(t, err)
	require.Zero(t, none)
}
