package dynamo_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

// TestAWriteWhoseAnswerWasLostHasHappened cuts the connection after each kind
// of conditional write has taken effect. The SDK sends it again, and its
// condition no longer holds: the writer must not be told that somebody else
// came first.
func TestAWriteWhoseAnswerWasLostHasHappened(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	ctx := t.Context()
	p, owner := someProject(t, aws, "01U")
	lose := func(operation string) {
		t.Helper()
		require.NoError(t, aws.Faults().Put(fault.Rule{Kind: fault.Lost, Target: "dynamodb." + operation, Times: 1}))
	}
	struck := func(what string) {
		t.Helper()
		require.EqualValues(t, 1, aws.Faults().Reports()[0].Fired, what)
	}
	task := cumin.Task{
		Project: p.ID, ID: cumin.TaskID(newID()), Number: 1, Title: "a", Status: cumin.StatusTodo, Priority: cumin.PriorityLow,
		Labels: []string{"x", "y"}, Rank: "m", Version: 1, CreatedAt: at, UpdatedAt: at, CreatedBy: "01U", Last: by,
	}
	lose("PutItem")
	require.NoError(t, aws.DB.Tasks().Create(ctx, task, nil))
	struck("create")
	lose("TransactWriteItems")
	kept := task
	kept.ID = cumin.TaskID(newID())
	answer := &cumin.Answer{Key: cumin.IdempotencyKey{User: "01U", Route: "tasks", Key: "k"}, Hash: "h", Body: []byte("{}"), ExpiresAt: at.Add(cumin.AnswerTTL)}
	require.NoError(t, aws.DB.Tasks().Create(ctx, kept, answer))
	struck("create under a key")

	lose("UpdateItem")
	task.Title, task.Version = "b", 2
	require.NoError(t, aws.DB.Tasks().Replace(ctx, task))
	struck("change")
	lose("UpdateItem")
	task.Status, task.Version, task.DeletedAt = cumin.StatusDeleted, 3, at
	require.NoError(t, aws.DB.Tasks().Replace(ctx, task))
	struck("delete")
	lose("UpdateItem")
	task.Status, task.Version, task.DeletedAt = cumin.StatusTodo, 4, time.Time{}
	require.NoError(t, aws.DB.Tasks().Restore(ctx, task))
	struck("bring back")

	comment := cumin.Comment{
		Project: p.ID, Task: task.ID, ID: cumin.CommentID(newID()), Number: 1, Title: "a", Author: "01U", Body: "b",
		Version: 1, CreatedAt: at, UpdatedAt: at, Last: by,
	}
	lose("TransactWriteItems")
	require.NoError(t, aws.DB.Comments().Create(ctx, comment, nil))
	struck("comment")
	lose("PutItem")
	comment.Body, comment.Version = "c", 2
	require.NoError(t, aws.DB.Comments().Replace(ctx, comment))
	struck("change a comment")
	other := comment
	other.ID, other.Version = cumin.CommentID(newID()), 1
	require.NoError(t, aws.DB.Comments().Create(ctx, other, nil))
	lose("TransactWriteItems")
	comment.Body, comment.Version, comment.DeletedAt = "", 3, at
	require.NoError(t, aws.DB.Comments().Delete(ctx, comment))
	struck("delete a comment")
	task, err := aws.DB.Tasks().Get(ctx, p.ID, task.ID)
	require.NoError(t, err)
	require.Equal(t, cumin.Talk{Comments: 1, Version: 3, Last: by}, task.Talk, "each write counted once")

	lose("UpdateItem")
	name := "Herbs"
	renamed, err := aws.DB.Projects().Update(ctx, p.ID, cumin.ProjectPatch{Name: &name}, 1, at, by)
	require.NoError(t, err)
	struck("rename")
	require.Equal(t, []any{"Herbs", int64(2)}, []any{renamed.Name, renamed.Version})

	second := owner
	second.User, second.Role = "01V", cumin.RoleViewer
	lose("TransactWriteItems")
	require.NoError(t, aws.DB.Members().Add(ctx, second, nil))
	struck("add a member")
	lose("TransactWriteItems")
	second, err = aws.DB.Members().SetRole(ctx, second, cumin.RoleOwner, at, by)
	require.NoError(t, err)
	struck("make an owner")
	lose("TransactWriteItems")
	require.NoError(t, aws.DB.Members().Remove(ctx, second, at, by))
	struck("remove a member")
	a, err := aws.DB.Projects().Access(ctx, "01U", p.ID)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{a.Project.Members, a.Project.Owners}, "each write counted once")

	lose("TransactWriteItems")
	require.NoError(t, aws.DB.Projects().Delete(ctx, cumin.Deletion{Project: p.ID, User: by.By, State: cumin.DeletionRunning, Version: 1, CreatedAt: at, Last: by}))
	struck("delete the project")
}
