package dynamo_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

// TestAnIndexIsWrittenOnlyByWhatItIsSortedBy: what a write of a task costs, by
// the indexes that DynamoDB bills it to.
func TestAnIndexIsWrittenOnlyByWhatItIsSortedBy(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	client := dynamodb.NewFromConfig(aws.Config)
	task := cumin.Task{Project: "01P", ID: "01T", Number: 1, Title: "a", Status: cumin.StatusTodo, Priority: cumin.PriorityNone, Rank: "i",
		Version: 1, CreatedAt: at, UpdatedAt: at, CreatedBy: "01U", Last: by}
	for _, step := range []struct {
		what   string
		change func()
		want   []string
	}{
		{"a task without date and priority", func() {}, []string{"board", "recent"}},
		{"a new title", func() { task.Title = "b" }, []string{"board", "recent"}},
		{"a date", func() { task.Due = "2026-12-24" }, []string{"board", "due", "recent"}},
		{"a priority", func() { task.Priority = cumin.PriorityHigh }, []string{"board", "priority", "recent"}},
		{"a move", func() { task.Status, task.Rank = cumin.StatusDone, "u" }, []string{"board", "recent"}},
		{"no date and no priority any more", func() { task.Due, task.Priority = "", cumin.PriorityNone }, []string{"board", "due", "priority", "recent"}},
	} {
		step.change()
		task.Version, task.UpdatedAt = task.Version+1, task.UpdatedAt.Add(1e6)
		out, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: &aws.Tables.Tasks, Item: dynamo.EncodeTask(task), ReturnConsumedCapacity: types.ReturnConsumedCapacityIndexes,
		})
		require.NoError(t, err)
		var billed []string
		for index := range out.ConsumedCapacity.GlobalSecondaryIndexes {
			billed = append(billed, index)
		}
		slices.Sort(billed)
		require.Equal(t, step.want, billed, step.what)
	}
}

// TestTasksOfOlderVersionsAreListedByPriority: they say that they have none.
func TestTasksOfOlderVersionsAreListedByPriority(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	task := cumin.Task{Project: "01P", ID: "01T", Number: 1, Title: "a", Status: cumin.StatusTodo, Priority: cumin.PriorityNone, Rank: "i",
		Version: 1, CreatedAt: at, UpdatedAt: at, CreatedBy: "01U", Last: by}
	it := dynamo.EncodeTask(task)
	it[dynamo.AttrPriority] = &types.AttributeValueMemberS{Value: "none"}
	_, err := dynamodb.NewFromConfig(aws.Config).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &aws.Tables.Tasks, Item: it})
	require.NoError(t, err)
	page, err := aws.DB.Tasks().List(t.Context(), "01P", cumin.TaskQuery{Sort: cumin.SortMostFirst}, 10, nil)
	require.NoError(t, err)
	require.Equal(t, []cumin.Task{task}, page.Items)
}

// TestATaskThatChangedItsPlaceIsListedThereOnly: an index may still tell of the
// old place, and whoever reads on would meet the task twice.
func TestATaskThatChangedItsPlaceIsListedThereOnly(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	tasks := aws.DB.Tasks()
	for i, id := range []cumin.TaskID{"01A", "01B", "01C"} {
		require.NoError(t, tasks.Create(t.Context(), cumin.Task{
			Project: "01P", ID: id, Number: int64(i), Title: "a", Status: cumin.StatusTodo, Priority: cumin.PriorityNone, Rank: "i",
			Due: "2026-12-0" + string(rune('1'+i)), Version: 1, CreatedAt: at, UpdatedAt: at, CreatedBy: "01U", Last: by,
		}, nil))
	}
	require.NoError(t, aws.Faults().Put(fault.Rule{Kind: fault.Stale, Target: aws.Tables.Tasks + "/due", Times: 1}))
	first, err := tasks.Get(t.Context(), "01P", "01A")
	require.NoError(t, err)
	first.Due, first.Version = "2026-12-31", 2
	require.NoError(t, tasks.Replace(t.Context(), first))

	var seen []cumin.TaskID
	var after *cumin.TaskPosition
	for {
		page, err := tasks.List(t.Context(), "01P", cumin.TaskQuery{Sort: cumin.SortDueFirst}, 1, after)
		require.NoError(t, err)
		for _, t := range page.Items {
			seen = append(seen, t.ID)
		}
		if after = page.Next; after == nil {
			break
		}
	}
	require.Equal(t, []cumin.TaskID{"01B", "01C", "01A"}, seen)
	require.Equal(t, 1, aws.Faults().Fired()[fault.Stale])
}
