package dynamo_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

const (
	runJob     = cumin.ExportID("01KQRZ5V8T0000000000000EXP")
	runOwner   = cumin.UserID("01KQRZ5V8T0000000000000ANN")
	runProject = cumin.ProjectID("01KQRZ5V8T0000000000000PRJ")
)

func queueRun(t *testing.T, a *dynamotest.AWS, id cumin.ExportID) {
	t.Helper()
	_, err := a.DB.Exports().Create(t.Context(), cumin.Export{
		ID: id, Project: runProject, User: runOwner, Format: cumin.FormatCSV, State: cumin.ExportQueued, Version: 1,
		CreatedAt: noon, UpdatedAt: noon, Last: cumin.Change{By: runOwner, RequestID: "req-00001"},
	}, nil)
	require.NoError(t, err)
}

func TestAJobIsClaimedByOneWorkerAtATime(t *testing.T) {
	t.Parallel()
	a := dynamotest.Start(t)
	queueRun(t, a, runJob)
	runs := a.DB.ExportRuns()

	e, err := runs.Claim(t.Context(), runJob, "first", noon)
	require.NoError(t, err)
	require.Equal(t, cumin.ExportRunning, e.State)
	require.Equal(t, 1, e.Attempts)
	require.Equal(t, noon.Add(cumin.ExportLease), e.LeaseUntil)

	_, err = runs.Claim(t.Context(), runJob, "second", noon.Add(cumin.ExportLease))
	var held *cumin.LeaseHeldError
	require.ErrorAs(t, err, &held)
	require.Equal(t, e.LeaseUntil, held.Until)

	e, err = runs.Claim(t.Context(), runJob, "second", noon.Add(cumin.ExportLease+time.Millisecond))
	require.NoError(t, err)
	require.Equal(t, 2, e.Attempts)

	require.ErrorIs(t, runs.Renew(t.Context(), runJob, "first", cumin.ExportProgress{}, noon), cumin.ErrLeaseLost)
	require.ErrorIs(t, runs.Release(t.Context(), runJob, "first", noon), cumin.ErrLeaseLost)
	e.Lease, e.State = "first", cumin.ExportSucceeded
	require.ErrorIs(t, runs.End(t.Context(), e, noon), cumin.ErrLeaseLost)
}

func TestAClaimWhoseAnswerWasLostIsStillOnesOwn(t *testing.T) {
	t.Parallel()
	a := dynamotest.Start(t)
	queueRun(t, a, runJob)
	first, err := a.DB.ExportRuns().Claim(t.Context(), runJob, "w", noon)
	require.NoError(t, err)
	again, err := a.DB.ExportRuns().Claim(t.Context(), runJob, "w", noon)
	require.NoError(t, err)
	require.Equal(t, first, again)
}

func TestProgressExtendsTheLeaseAndACancelEndsIt(t *testing.T) {
	t.Parallel()
	a := dynamotest.Start(t)
	queueRun(t, a, runJob)
	runs := a.DB.ExportRuns()
	_, err := runs.Claim(t.Context(), runJob, "w", noon)
	require.NoError(t, err)

	later := noon.Add(20 * time.Second)
	require.NoError(t, runs.Renew(t.Context(), runJob, "w", cumin.ExportProgress{RowsDone: 5, RowsTotal: 9, Bytes: 100}, later))
	e, err := a.DB.Exports().Get(t.Context(), runJob)
	require.NoError(t, err)
	require.Equal(t, later.Add(cumin.ExportLease), e.LeaseUntil)
	require.Equal(t, []int64{5, 9, 100, 3}, []int64{e.RowsDone, e.RowsTotal, e.Bytes, e.Version})

	_, err = a.DB.Exports().Cancel(t.Context(), runJob, later, cumin.Change{By: runOwner})
	require.NoError(t, err)
	require.ErrorIs(t, runs.Renew(t.Context(), runJob, "w", cumin.ExportProgress{}, later), cumin.ErrExportEnded)
	e.State = cumin.ExportSucceeded
	require.ErrorIs(t, runs.End(t.Context(), e, later), cumin.ErrExportEnded)
	_, err = runs.Claim(t.Context(), runJob, "w", later)
	require.ErrorIs(t, err, cumin.ErrExportEnded)
}

func TestAJobThatIsReleasedIsAnybodysAtOnce(t *testing.T) {
	t.Parallel()
	a := dynamotest.Start(t)
	queueRun(t, a, runJob)
	runs := a.DB.ExportRuns()
	first, err := runs.Claim(t.Context(), runJob, "first", noon)
	require.NoError(t, err)
	require.NoError(t, runs.Release(t.Context(), runJob, "first", noon))
	second, err := runs.Claim(t.Context(), runJob, "second", noon)
	require.NoError(t, err)
	require.Equal(t, first.Version+1, second.Version, "nothing that a person sees changed in between")
}

func TestNoJobNoClaim(t *testing.T) {
	t.Parallel()
	a := dynamotest.Start(t)
	_, err := a.DB.ExportRuns().Claim(t.Context(), runJob, "w", noon)
	require.ErrorIs(t, err, cumin.ErrNotFound)
}

func TestEndingAJobFreesItsSlotsAndNobodyElses(t *testing.T) {
	t.Parallel()
	a := dynamotest.Start(t)
	client := dynamodb.NewFromConfig(a.Config)
	queueRun(t, a, runJob)
	runs := a.DB.ExportRuns()
	e, err := runs.Claim(t.Context(), runJob, "w", noon)
	require.NoError(t, err)

	// A slot whose ttl had passed went to another job.
	s := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
	_, err = client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &a.Tables.Jobs, Item: dynamo.Item{
		dynamo.PK: s(dynamo.UserPK(runOwner)), dynamo.SK: s(dynamo.SlotSK(e.Slot)), dynamo.AttrJob: s("another"),
	}})
	require.NoError(t, err)

	e.State, e.Error = cumin.ExportFailed, "No luck."
	require.NoError(t, runs.End(t.Context(), e, noon))

	got, err := a.DB.Exports().Get(t.Context(), runJob)
	require.NoError(t, err)
	require.Equal(t, cumin.ExportFailed, got.State)
	require.Equal(t, "No luck.", got.Error)
	require.Equal(t, noon, got.FinishedAt)
	require.Empty(t, got.Lease)
	left, err := client.Query(t.Context(), &dynamodb.QueryInput{
		TableName: &a.Tables.Jobs, KeyConditionExpression: aws.String("pk = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: dynamo.Item{":pk": s(dynamo.UserPK(runOwner))},
	})
	require.NoError(t, err)
	require.Len(t, left.Items, 1)
	require.Equal(t, s(dynamo.SlotSK(e.Slot)), left.Items[0][dynamo.SK])
}
