package dynamo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

const (
	one   cumin.InstanceID = "01ARZ3NDEKTSV4RRFFQ69G5FA1"
	two   cumin.InstanceID = "01ARZ3NDEKTSV4RRFFQ69G5FA2"
	three cumin.InstanceID = "01ARZ3NDEKTSV4RRFFQ69G5FA3"
)

func TestMessagesGoToTheLivingWhoWantThem(t *testing.T) {
	t.Parallel()
	s, ctx := dynamotest.Start(t).DB.Registry(), t.Context()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	user := dynamo.UserInterest("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	project := dynamo.ProjectInterest("01ARZ3NDEKTSV4RRFFQ69G5FAV")

	lease := dynamo.Lease{Instance: one, Queue: "q1", Until: now.Add(15 * time.Second)}
	require.NoError(t, s.PutLease(ctx, lease))
	require.NoError(t, s.PutLease(ctx, dynamo.Lease{Instance: two, Queue: "q2", Draining: true, Until: now.Add(15 * time.Second)}))
	for id, queue := range map[cumin.InstanceID]string{one: "q1", two: "q2", three: "q3"} { // three has no lease
		require.NoError(t, s.Put(ctx, user, id, queue, now))
	}
	require.NoError(t, s.Put(ctx, project, one, "q1", now))

	wanted := func(i dynamo.Interest, at time.Time) []string {
		queues, err := s.Queues(ctx, i, at)
		require.NoError(t, err)
		return queues
	}
	require.ElementsMatch(t, []string{"q1", "q2"}, wanted(user, now), "one that drains still wants its messages")
	require.ElementsMatch(t, []string{"q1"}, wanted(project, now))
	require.Empty(t, wanted(user, now.Add(16*time.Second)))

	later := now.Add(10 * time.Second)
	lease.Until = later.Add(15 * time.Second)
	require.NoError(t, s.RenewLease(ctx, lease, later))
	require.ElementsMatch(t, []string{"q1"}, wanted(user, now.Add(16*time.Second)))

	require.NoError(t, s.Delete(ctx, user, one))
	require.NoError(t, s.Delete(ctx, user, one), "again is harmless")
	require.Empty(t, wanted(user, now.Add(16*time.Second)))
	require.ElementsMatch(t, []string{"q1"}, wanted(project, later))
}

func TestALeaseThatEndedIsNotRenewed(t *testing.T) {
	t.Parallel()
	s, ctx := dynamotest.Start(t).DB.Registry(), t.Context()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	lease := dynamo.Lease{Instance: one, Queue: "q1", Until: now.Add(15 * time.Second)}
	require.ErrorIs(t, s.RenewLease(ctx, lease, now), dynamo.ErrLeaseLost, "there never was one")
	require.NoError(t, s.PutLease(ctx, lease))
	require.NoError(t, s.RenewLease(ctx, lease, now.Add(14*time.Second)))
	require.ErrorIs(t, s.RenewLease(ctx, lease, now.Add(15*time.Second)), dynamo.ErrLeaseLost)

	leases, err := s.Leases(ctx)
	require.NoError(t, err)
	require.Equal(t, []dynamo.Lease{lease}, leases, "the lost renewal changed nothing")
	require.NoError(t, s.DeleteLease(ctx, one))
	require.NoError(t, s.DeleteLease(ctx, one))
	require.ErrorIs(t, s.RenewLease(ctx, lease, now), dynamo.ErrLeaseLost, "swept")
}
