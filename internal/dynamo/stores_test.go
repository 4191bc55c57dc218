package dynamo_test

import (
	"crypto/rand"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

var at = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func newID() string { return ulid.MustNew(ulid.Timestamp(at), rand.Reader).String() }

var by = cumin.Change{By: "01U", RequestID: "request-1"}

// someProject stores a project with its owner.
func someProject(t *testing.T, aws *dynamotest.AWS, owner cumin.UserID) (cumin.Project, cumin.Member) {
	t.Helper()
	p := cumin.Project{ID: cumin.ProjectID(newID()), Name: "Spices", Owners: 1, Members: 1, Version: 1, CreatedAt: at, UpdatedAt: at, Last: by}
	m := cumin.Member{Project: p.ID, User: owner, Role: cumin.RoleOwner, Version: 1, JoinedAt: at, Last: by}
	require.NoError(t, aws.DB.Projects().Create(t.Context(), p, m, nil))
	return p, m
}

func TestAMembershipIsWrittenOnlyAsItWasRead(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	_, owner := someProject(t, aws, "01U")
	members := aws.DB.Members()
	second := owner
	second.User, second.Role = "01V", cumin.RoleViewer
	require.NoError(t, members.Add(t.Context(), second, nil))
	require.ErrorIs(t, members.Add(t.Context(), second, nil), cumin.ErrAlreadyMember)

	changed, err := members.SetRole(t.Context(), second, cumin.RoleEditor, at, by)
	require.NoError(t, err)
	_, err = members.SetRole(t.Context(), second, cumin.RoleOwner, at, by)
	require.ErrorIs(t, err, cumin.ErrLostRace)
	require.ErrorIs(t, members.Remove(t.Context(), second, at, by), cumin.ErrLostRace)
	require.NoError(t, members.Remove(t.Context(), changed, at, by))
	_, err = members.Member(t.Context(), "01V", owner.Project)
	require.ErrorIs(t, err, cumin.ErrNotFound)
	require.ErrorIs(t, members.Remove(t.Context(), owner, at, by), cumin.ErrLastOwner)
}

func TestAProjectTakesNoMoreMembersThanABoardShows(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	p, member := someProject(t, aws, "01U")
	for i := 1; i < cumin.MaxMembers; i++ {
		member.User, member.Role = cumin.UserID(fmt.Sprintf("01V%d", i)), cumin.RoleViewer
		require.NoError(t, aws.DB.Members().Add(t.Context(), member, nil))
	}
	member.User = "one too many"
	require.ErrorIs(t, aws.DB.Members().Add(t.Context(), member, nil), cumin.ErrProjectFull)
	all, err := aws.DB.Members().List(t.Context(), p.ID)
	require.NoError(t, err)
	require.Len(t, all, cumin.MaxMembers)
}

func TestADeletedProjectTakesNoMembersAndNoChanges(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	p, owner := someProject(t, aws, "01U")
	require.NoError(t, aws.DB.Projects().Delete(t.Context(), cumin.Deletion{Project: p.ID, CreatedAt: at, Last: by}))
	require.ErrorIs(t, aws.DB.Projects().Delete(t.Context(), cumin.Deletion{Project: p.ID, CreatedAt: at, Last: cumin.Change{By: "01U", RequestID: "request-2"}}), cumin.ErrNotFound)
	other := owner
	other.User = "01V"
	require.ErrorIs(t, aws.DB.Members().Add(t.Context(), other, nil), cumin.ErrNotFound)
	_, err := aws.DB.Members().SetRole(t.Context(), owner, cumin.RoleOwner, at, by)
	require.ErrorIs(t, err, cumin.ErrNotFound)
	name := "Herbs"
	_, err = aws.DB.Projects().Update(t.Context(), p.ID, cumin.ProjectPatch{Name: &name}, 0, at, by)
	require.ErrorIs(t, err, cumin.ErrNotFound)
	_, err = aws.DB.Projects().Access(t.Context(), "01U", p.ID)
	require.ErrorIs(t, err, cumin.ErrNotFound)
}

func TestMoreProfilesThanOneRequestHoldsAreRead(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	ids := make([]cumin.UserID, 130)
	for i := range ids {
		ids[i] = cumin.UserID(newID())
		require.NoError(t, aws.DB.Auth().CreateAccount(t.Context(), cumin.Account{
			ID: ids[i], Email: fmt.Sprintf("%d@cumin.test", i), Name: fmt.Sprint(i), Password: "-", CreatedAt: at,
		}))
	}
	profiles, err := aws.DB.Profiles().Profiles(t.Context(), append(ids, "nobody"))
	require.NoError(t, err)
	require.Len(t, profiles, 130)
	require.Equal(t, "129", profiles[ids[129]].Name)
}

func TestATaskIsReplacedOnlyByItsNextVersion(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	tasks := aws.DB.Tasks()
	task := cumin.Task{Project: "01P", ID: "01T", Number: 1, Title: "a", Status: cumin.StatusTodo, Priority: cumin.PriorityNone, Rank: "i",
		Version: 1, CreatedAt: at, UpdatedAt: at, CreatedBy: "01U", Last: by}
	require.NoError(t, tasks.Create(t.Context(), task, nil))

	next := task
	next.Version, next.Title = 2, "b"
	require.NoError(t, tasks.Replace(t.Context(), next))
	var stale *cumin.VersionError[cumin.Task]
	rival := next
	rival.Title = "c"
	require.ErrorAs(t, tasks.Replace(t.Context(), rival), &stale)
	require.Equal(t, next, stale.Current)

	gone := next
	gone.Version, gone.Status, gone.DeletedAt = 3, cumin.StatusDeleted, at
	require.NoError(t, tasks.Replace(t.Context(), gone))
	back := gone
	back.Version, back.Status = 4, cumin.StatusTodo
	require.ErrorIs(t, tasks.Replace(t.Context(), back), cumin.ErrNotFound, "a deleted task is written by nobody")
	elsewhere := next
	elsewhere.Project = "01Q"
	require.ErrorIs(t, tasks.Replace(t.Context(), elsewhere), cumin.ErrNotFound)
}

func TestAJobThatIsCanceledWhileItEndsEndsOnce(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	for range 10 {
		e := cumin.Export{ID: cumin.ExportID(newID()), Project: "01P", User: "01U", Format: cumin.FormatCSV, State: cumin.ExportQueued,
			Version: 1, CreatedAt: at, UpdatedAt: at, Last: by}
		made, err := aws.DB.Exports().Create(t.Context(), e, nil)
		require.NoError(t, err, "the slots of the job before are free")
		running, err := aws.DB.ExportRuns().Claim(t.Context(), made.ID, "worker", at)
		require.NoError(t, err)

		var endErr, cancelErr error
		var seen cumin.Export
		var wg sync.WaitGroup
		wg.Go(func() {
			running.State = cumin.ExportSucceeded
			endErr = aws.DB.ExportRuns().End(t.Context(), running, at)
		})
		wg.Go(func() { seen, cancelErr = aws.DB.Exports().Cancel(t.Context(), made.ID, at, by) })
		wg.Wait()
		require.NoError(t, cancelErr)
		stored, err := aws.DB.Exports().Get(t.Context(), made.ID)
		require.NoError(t, err)
		require.Equal(t, stored.State, seen.State)
		if stored.State == cumin.ExportCanceled {
			require.ErrorIs(t, endErr, cumin.ErrExportEnded)
		} else {
			require.NoError(t, endErr)
		}
	}
}
