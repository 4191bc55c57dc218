package dynamo_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

func TestReplayReadsWhatADeviceMissed(t *testing.T) {
	t.Parallel()
	db, ctx := dynamotest.Start(t).DB, t.Context()
	const user, other cumin.UserID = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	none, head, err := db.Replay().After(ctx, user, 0, 10)
	require.NoError(t, err)
	require.Empty(t, none)
	require.Zero(t, head)

	var all []cumin.Notification
	for i := range 12 { // from 9 to 10 the digits grow
		all = append(all, cumin.Notification{
			ID: cumin.EventID(fmt.Sprintf("E%d", i)), Kind: cumin.NotifyAssigned, At: now,
			ProjectID: "P", Actor: "A", RequestID: "r", Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i)),
		})
	}
	written, err := db.Inbox().AppendNotifications(ctx, user, all, now)
	require.NoError(t, err)
	_, err = db.Inbox().AppendNotifications(ctx, other, []cumin.Notification{{ID: "X", Kind: cumin.NotifyAssigned, At: now}}, now)
	require.NoError(t, err)
	_, err = db.ReadState().MarkReadUpTo(ctx, user, 6, cumin.Change{By: user})
	require.NoError(t, err)
	written[5].Read = true

	for name, c := range map[string]struct {
		after int64
		limit int
		want  []cumin.Notification
	}{
		"the rest, in order":      {5, 100, written[5:]},
		"no more than asked for":  {8, 3, written[8:11]},
		"nothing beyond the last": {12, 10, []cumin.Notification{}},
		"nothing of a lost inbox": {1000, 10, []cumin.Notification{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, head, err := db.Replay().After(ctx, user, c.after, c.limit)
			require.NoError(t, err)
			require.Equal(t, int64(12), head.Seq)
			require.Equal(t, c.want, append([]cumin.Notification{}, got...))
		})
	}
}

func TestFeedSeqIsWhereAFeedStands(t *testing.T) {
	t.Parallel()
	db, ctx := dynamotest.Start(t).DB, t.Context()
	seq, err := db.Replay().FeedSeq(ctx, "P")
	require.NoError(t, err)
	require.Zero(t, seq)
	_, err = db.Inbox().AppendFeed(ctx, "P", []cumin.Event{{ID: "E1"}, {ID: "E2"}}, time.Now())
	require.NoError(t, err)
	seq, err = db.Replay().FeedSeq(ctx, "P")
	require.NoError(t, err)
	require.Equal(t, int64(2), seq)
}
