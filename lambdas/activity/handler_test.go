package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awstest"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/notify"
	"github.com/anikeshk/cumin/internal/queue"
	"github.com/anikeshk/cumin/internal/stream"
)

// Who and what the recorded events are about.
const (
	project = cumin.ProjectID("01KQRZ5V8T0000000000000PRJ")
	ann     = cumin.UserID("01KQRZ5V8T0000000000000ANN")
	bob     = cumin.UserID("01KQRZ5V8T0000000000000B0B")
)

var morning = time.Date(2026, 5, 4, 8, 10, 0, 0, time.UTC)

type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }

// world is a test's AWS with the handler and one sockets instance, which Ann,
// Bob and a viewer of the project are connected to.
type world struct {
	*awstest.AWS
	*Handler
	instance, parked string
	t                *testing.T
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{AWS: awstest.Start(t), t: t}
	w.instance, w.parked = w.NewQueue("test-sock-a"), w.NewQueue("parked")
	w.Handler = w.handler(w.Config)

	last := cumin.Change{By: ann}
	p := cumin.Project{ID: project, Name: "Roastery", Key: "ROA", Owners: 1, Members: 1, Version: 1, CreatedAt: morning, UpdatedAt: morning, Last: last}
	require.NoError(t, w.DB.Projects().Create(t.Context(), p, cumin.Member{Project: project, User: ann, Role: cumin.RoleOwner, Version: 1, JoinedAt: morning, Last: last}, nil))
	require.NoError(t, w.DB.Members().Add(t.Context(), cumin.Member{Project: project, User: bob, Role: cumin.RoleEditor, Version: 1, JoinedAt: morning, Last: last}, nil))
	w.put(w.Tables.Core, dynamo.EncodeProfile(cumin.Profile{ID: ann, Name: "Ann"}))
	w.put(w.Tables.Core, dynamo.EncodeProfile(cumin.Profile{ID: bob, Name: "Bob"}))

	r := w.DB.Registry()
	require.NoError(t, r.PutLease(t.Context(), dynamo.Lease{Instance: "a", Queue: w.instance, Until: morning.Add(time.Minute)}))
	for _, i := range []dynamo.Interest{dynamo.UserInterest(ann), dynamo.UserInterest(bob), dynamo.ProjectInterest(project)} {
		require.NoError(t, r.Put(t.Context(), i, "a", w.instance, morning))
	}
	return w
}

func (w *world) handler(cfg aws.Config) *Handler {
	db, sender, log := dynamo.Open(cfg, w.Tables), queue.NewSender(cfg), slog.New(slog.DiscardHandler)
	return &Handler{
		Inbox: db.Inbox(), History: db.History(), Preferences: db.Preferences(), Directory: db.Directory(), Members: db.Members(),
		Push:  notify.Pusher{Registry: registry{db.Registry(), fixed(morning)}, Queue: sender},
		Park:  queue.Park{Sender: sender, URL: w.parked, Function: "activity", Log: log},
		Clock: fixed(morning), Log: log,
	}
}

func (w *world) deliver(b stream.Batch) {
	w.t.Helper()
	out, err := w.Handle(w.t.Context(), b)
	require.NoError(w.t, err)
	require.Empty(w.t, out.BatchItemFailures)
}

// pushed is what the instance was sent since it last looked: to the viewers of
// the project, and to each person.
func (w *world) pushed() (viewers []cumin.Event, people map[cumin.UserID][]cumin.Event) {
	w.t.Helper()
	people = map[cumin.UserID][]cumin.Event{}
	for _, m := range w.Take(w.instance) {
		got, err := notify.Decode(*m.Body)
		require.NoError(w.t, err)
		if got.User != "" {
			people[got.User] = append(people[got.User], got.Events...)
		} else {
			viewers = append(viewers, got.Events...)
		}
	}
	return viewers, people
}

func (w *world) feed() []cumin.Event {
	w.t.Helper()
	all, _, err := w.DB.Feed(fixed(morning)).Since(w.t.Context(), project, 0, 1000)
	require.NoError(w.t, err)
	return all
}

func (w *world) inbox(u cumin.UserID) ([]cumin.Notification, cumin.InboxHead) {
	w.t.Helper()
	head, err := w.DB.ReadState().Head(w.t.Context(), u)
	require.NoError(w.t, err)
	page, err := w.DB.ReadState().List(w.t.Context(), u, 100, 0)
	require.NoError(w.t, err)
	return page.Items, head
}

func recorded(t *testing.T, file string) stream.Batch {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var b stream.Batch
	require.NoError(t, json.Unmarshal(raw, &b))
	return b
}

func types(all []cumin.Event) []cumin.EventType {
	names := make([]cumin.EventType, len(all))
	for i, e := range all {
		names[i] = e.Type
	}
	return names
}

func TestAnAssignedTaskIsInTheFeedAndInTheAssigneesInbox(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deliver(recorded(t, "task_assigned.json"))

	feed := w.feed()
	require.Equal(t, []cumin.EventType{cumin.EventTaskCreated, cumin.EventTaskUpdated}, types(feed))
	require.Equal(t, []int64{1, 2}, []int64{feed[0].Seq, feed[1].Seq})
	require.Equal(t, "req-00002", feed[1].RequestID)
	require.Contains(t, string(feed[1].Data), `"title":"Buy beans"`)

	rows, head := w.inbox(bob)
	require.Len(t, rows, 1)
	require.Equal(t, cumin.NotifyAssigned, rows[0].Kind)
	require.Equal(t, ann, rows[0].Actor)
	require.JSONEq(t, `{"projectName":"Roastery","actorName":"Ann","taskId":"01KQRZ5V8T0000000000000TSK","projectKey":"ROA","number":7,"title":"Buy beans"}`, string(rows[0].Data))
	require.Equal(t, cumin.InboxHead{Seq: 1, Unread: 1}, head)

	viewers, people := w.pushed()
	require.Equal(t, feed, viewers)
	require.Equal(t, []cumin.EventType{cumin.EventNotification}, types(people[bob]))
	require.Equal(t, rows[0].ID, people[bob][0].ID)
	require.EqualValues(t, 1, people[bob][0].Seq)
	require.Empty(t, people[ann], "she did it herself")
}

func TestAnOwnerIsToldThatACopyOfTheirSessionWasUsed(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deliver(recorded(t, "session_reused.json"))

	rows, _ := w.inbox(bob)
	require.Len(t, rows, 1)
	require.Equal(t, cumin.NotifySessionReuse, rows[0].Kind)
	require.Equal(t, "req-00009", rows[0].RequestID)
	require.JSONEq(t, `{"userAgent":"Firefox on a phone","address":"192.0.2.7"}`, string(rows[0].Data))
	_, people := w.pushed()
	require.Equal(t, []cumin.EventType{cumin.EventNotification}, types(people[bob]), "and of nothing else")
}

func TestADeliveryRepeatedWritesNothingTwiceAndPushesTheSameAgain(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deliver(recorded(t, "task_assigned.json"))
	viewers, people := w.pushed()
	feed := w.feed()

	w.deliver(recorded(t, "task_assigned.json"))
	again, peopleAgain := w.pushed()
	require.Equal(t, feed, w.feed())
	require.Equal(t, viewers, again, "ids and sequences of the first time")
	require.Equal(t, people, peopleAgain)
	_, head := w.inbox(bob)
	require.EqualValues(t, 1, head.Unread)
}

func TestATaskOfAProjectFromBeforeThereWereKeysIsToldOfAsEver(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := dynamodb.NewFromConfig(w.Config).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.Tables.Core,
		Key: dynamo.Item{
			dynamo.PK: &ddb.AttributeValueMemberS{Value: dynamo.ProjectPK(project)}, dynamo.SK: &ddb.AttributeValueMemberS{Value: dynamo.SKProject},
		},
		UpdateExpression:         aws.String("REMOVE #key"),
		ExpressionAttributeNames: map[string]string{"#key": dynamo.AttrKey},
	})
	require.NoError(t, err)
	w.deliver(recorded(t, "task_assigned.json"))
	rows, _ := w.inbox(bob)
	require.Len(t, rows, 1)
	require.Contains(t, string(rows[0].Data), `"projectKey":"CUM","number":7`)
}

func TestANewKeyIsInTheHistoryAndOnTheBoardsThatAreOpen(t *testing.T) {
	t.Parallel()
	w := start(t)
	was := cumin.Project{ID: project, Name: "Roastery", Key: "ROA", Owners: 1, Members: 1, Version: 1, CreatedAt: morning, UpdatedAt: morning, Last: cumin.Change{By: ann}}
	is := was
	is.Key, is.Version = "RST", 2
	r := record(dynamo.EncodeProject(is))
	r.Name, r.Old = "MODIFY", dynamo.EncodeProject(was)
	w.deliver(stream.Batch{Records: []stream.Record{r}})
	require.Contains(t, string(w.feed()[0].Data), `"key":"RST"`)
	page, err := w.DB.History().OfProject(t.Context(), project, 10, nil)
	require.NoError(t, err)
	require.Equal(t, []cumin.FieldChange{{Field: "key", From: "ROA", To: "RST"}}, page.Items[0].Changes)
}

func TestAFinishedExportIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deliver(recorded(t, "export_succeeded.json"))
	viewers, people := w.pushed()
	require.Empty(t, viewers)
	require.Equal(t, []cumin.EventType{cumin.EventExportFinished, cumin.EventNotification}, types(people[ann]), "the progress before it is left out")
	require.Contains(t, string(people[ann][0].Data), `"state":"succeeded"`)
	rows, _ := w.inbox(ann)
	require.Len(t, rows, 1)
	require.Equal(t, cumin.NotifyExportSucceeded, rows[0].Kind)
	require.JSONEq(t, `{"projectName":"Roastery","actorName":"Ann","exportId":"01KQRZ5V8T0000000000000EXP","rows":3,"bytes":512}`, string(rows[0].Data))
}

func TestChangesOfProjectMembersAndCountsReachTheViewers(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deliver(recorded(t, "core.json"))
	want := []cumin.EventType{
		cumin.EventMemberAdded, cumin.EventProjectUpdated, cumin.EventProjectCounts, cumin.EventMemberUpdated,
		cumin.EventMemberRemoved, cumin.EventProjectDeleted,
	}
	feed := w.feed()
	require.Equal(t, want, types(feed), "two changes of the counts are one event; numbers and profiles are nobody's news")
	require.JSONEq(t, `{"userId":"`+string(bob)+`","name":"Bob","role":"viewer","version":1,"joinedAt":"2026-05-04T08:00:00.000Z"}`, string(feed[0].Data))
	require.Contains(t, string(feed[1].Data), `"key":"CUM"`, "the record is from before there were keys")
	require.JSONEq(t, `{"counts":{"todo":2,"inProgress":0,"done":0},"countsAsOf":"2026-05-04T08:00:00.000Z"}`, string(feed[2].Data))
	require.EqualValues(t, 2, feed[2].Version)
	require.JSONEq(t, `{"id":"`+string(project)+`"}`, string(feed[5].Data))

	rows, _ := w.inbox(bob)
	var kinds []cumin.NotificationKind
	for _, n := range slices.Backward(rows) {
		kinds = append(kinds, n.Kind)
	}
	require.Equal(t, []cumin.NotificationKind{cumin.NotifyMemberAdded, cumin.NotifyRoleChanged, cumin.NotifyProjectDeleted}, kinds)
	rows, _ = w.inbox(ann)
	require.Empty(t, rows, "all of it was her doing")
}

func TestARecordThatCannotBeReadIsParkedAndTheRestIsTold(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deliver(recorded(t, "unreadable.json"))
	require.Len(t, w.Take(w.parked), 1)
	require.Equal(t, []cumin.EventType{cumin.EventTaskCreated}, types(w.feed()))
}

// many is a batch in which Ann creates n tasks for Bob.
func many(n int) stream.Batch {
	var b stream.Batch
	for i := range n {
		task := cumin.Task{
			Project: project, ID: cumin.TaskID(fmt.Sprintf("01KQRZ5V8T%016d", i)), Number: int64(i), Title: "t", Status: cumin.StatusTodo,
			Priority: cumin.PriorityNone, Assignee: bob, Rank: "m", Version: 1, CreatedAt: morning, UpdatedAt: morning, CreatedBy: ann, Last: cumin.Change{By: ann},
		}
		b.Records = append(b.Records, stream.Record{
			PK: dynamo.ProjectPK(project), SK: dynamo.TaskSK(task.ID), New: dynamo.EncodeTask(task), Sequence: fmt.Sprintf("%06d", i), Raw: []byte(`{}`),
		})
	}
	return b
}

// whole checks that n tasks were told once each, in order, without a gap.
func (w *world) whole(n int) {
	w.t.Helper()
	feed := w.feed()
	rows, head := w.inbox(bob)
	require.Len(w.t, feed, n)
	require.Len(w.t, rows, n)
	require.Equal(w.t, cumin.InboxHead{Seq: int64(n), Unread: int64(n)}, head)
	ids := map[cumin.EventID]bool{}
	for i, e := range feed {
		require.EqualValues(w.t, i+1, e.Seq)
		ids[e.ID] = true
	}
	for i, r := range rows {
		require.EqualValues(w.t, n-i, r.Seq)
		ids[r.ID] = true
	}
	require.Len(w.t, ids, 2*n)
}

func TestARunKilledBetweenAnyTwoCallsLeavesTheRestToTheNext(t *testing.T) {
	t.Parallel()
	for after := 0; ; after++ {
		w := start(t)
		batch := many(60) // two transactions for the feed, two for the inbox
		cfg, made := w.Killed(after)
		_, err := w.handler(cfg).Handle(t.Context(), batch)
		require.NoError(t, err)
		w.deliver(batch)
		w.whole(60)
		viewers, people := w.pushed()
		told := map[cumin.EventID]bool{}
		for _, e := range append(viewers, people[bob]...) {
			told[e.ID] = true
		}
		require.Len(t, told, 120, "every row was pushed, killed after %d calls", after)
		if made.Load() <= int64(after) {
			require.Greater(t, after, 8, "calls of a whole run")
			return
		}
	}
}

func TestRunsAtOnceShareOneSequenceWithoutGaps(t *testing.T) {
	t.Parallel()
	w := start(t)
	batch := many(90)
	var wg sync.WaitGroup
	for _, part := range [][]stream.Record{batch.Records[:60], batch.Records[30:], batch.Records[10:40], batch.Records} {
		wg.Go(func() {
			out, err := w.Handle(t.Context(), stream.Batch{Records: part})
			if err != nil || len(out.BatchItemFailures) > 0 {
				t.Errorf("failed: %v %v", out, err)
			}
		})
	}
	wg.Wait()
	w.whole(90)
}

func TestADeadInstanceGetsNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	require.NoError(t, w.DB.Registry().PutLease(t.Context(), dynamo.Lease{Instance: "a", Queue: w.instance, Until: morning.Add(-time.Second)}))
	w.deliver(recorded(t, "task_assigned.json"))
	require.Empty(t, w.Take(w.instance))
	require.Len(t, w.feed(), 2, "whoever returns finds it in the feed")
}

// unreachable is a push that fails for one project's viewers.
type unreachable struct{ err error }

func (u unreachable) Push(_ context.Context, m notify.Message) error {
	if m.Project != "" {
		return u.err
	}
	return nil
}

func TestAnAudienceThatCannotBeReachedIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Push = unreachable{awstest.ErrKilled}
	out, err := w.Handle(t.Context(), recorded(t, "task_assigned.json"))
	require.NoError(t, err)
	require.Equal(t, []events.DynamoDBBatchItemFailure{{ItemIdentifier: "100000000000000000001"}}, out.BatchItemFailures)
	require.Empty(t, w.Take(w.parked))
}

func TestWhatAWSWillAlwaysRefuseIsParked(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Push = unreachable{fmt.Errorf("push: %w", &smithy.GenericAPIError{Code: "InvalidMessageContents"})}
	w.deliver(recorded(t, "task_assigned.json"))
	require.Len(t, w.Take(w.parked), 2, "both records behind it")
}

func TestWhoeverAnInviteIsMeantForFindsItAndTheInviterLearnsOfItsUse(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.put(w.Tables.Core, dynamo.EncodeAddress("bob@cumin.test", bob))
	invite := cumin.Invite{
		ID: "01KQRZ5V8T0000000000000NVT", Project: project, Email: "Bob@cumin.test", Role: cumin.RoleEditor, Hash: []byte{1},
		CreatedAt: morning, ExpiresAt: morning.Add(cumin.InviteTTL), Last: cumin.Change{By: ann, RequestID: "req-00020"},
	}
	unknown := invite
	unknown.ID, unknown.Email = "01KQRZ5V8T0000000000000NVU", "nobody@cumin.test"
	member := cumin.Member{Project: project, User: bob, Role: cumin.RoleEditor, Version: 1, JoinedAt: morning, Inviter: ann, Last: cumin.Change{By: bob}}
	w.deliver(stream.Batch{Records: []stream.Record{
		record(dynamo.EncodeInvite(invite)), record(dynamo.EncodeInvite(unknown)), record(dynamo.EncodeMember(member)),
	}})
	rows, _ := w.inbox(bob)
	require.Len(t, rows, 1)
	require.Equal(t, cumin.NotifyInvited, rows[0].Kind)
	require.JSONEq(t, `{"projectName":"Roastery","actorName":"Ann","role":"editor","inviteId":"`+string(invite.ID)+`"}`, string(rows[0].Data))
	rows, _ = w.inbox(ann)
	require.Len(t, rows, 1)
	require.Equal(t, cumin.NotifyAccepted, rows[0].Kind)
	require.Equal(t, []cumin.EventType{cumin.EventMemberAdded}, types(w.feed()), "an invite is not the project's news")
}

// record is an item's first one.
func record(it dynamo.Item) stream.Record {
	pk, sk := dynamo.ItemKey(it)
	return stream.Record{Name: "INSERT", Sequence: sk, At: morning, PK: pk, SK: sk, New: it}
}

func TestAMentionReachesItsPersonAndTheCommentTheHistory(t *testing.T) {
	t.Parallel()
	w := start(t)
	c := cumin.Comment{
		Project: project, Task: "01KQRZ5V8T0000000000000TSK", ID: "01KQRZ5V8T0000000000000CMT", Number: 4, Title: "Roast", Author: ann,
		Body: "Is it done, @[Bob](" + string(bob) + ")?", Mentions: []cumin.UserID{bob}, Version: 1, CreatedAt: morning, UpdatedAt: morning,
		Last: cumin.Change{By: ann, RequestID: "req-00030"},
	}
	batch := stream.Batch{Records: []stream.Record{record(dynamo.EncodeComment(c))}}
	for range 2 { // delivered again
		w.deliver(batch)
	}
	rows, head := w.inbox(bob)
	require.Equal(t, int64(1), head.Unread)
	require.Equal(t, cumin.NotifyMentioned, rows[0].Kind)
	require.JSONEq(t, `{"projectName":"Roastery","actorName":"Ann","taskId":"01KQRZ5V8T0000000000000TSK","projectKey":"ROA","number":4,"title":"Roast",
		"commentId":"01KQRZ5V8T0000000000000CMT","excerpt":"Is it done, @Bob?"}`, string(rows[0].Data))
	require.Equal(t, []cumin.EventType{cumin.EventCommentAdded}, types(w.feed()))
	for _, read := range []func() (cumin.Page[cumin.Entry, cumin.EventID], error){
		func() (cumin.Page[cumin.Entry, cumin.EventID], error) {
			return w.DB.History().OfProject(t.Context(), project, 10, nil)
		},
		func() (cumin.Page[cumin.Entry, cumin.EventID], error) {
			return w.DB.History().OfTask(t.Context(), project, c.Task, 10, nil)
		},
	} {
		page, err := read()
		require.NoError(t, err)
		require.Len(t, page.Items, 1)
		e := page.Items[0]
		require.Equal(t, []any{cumin.EntryType("comment.added"), "Ann", "Is it done, @Bob?", int64(4)}, []any{e.Type, e.ActorName, e.Excerpt, e.Number})
	}
}

func TestHowManyCommentsATaskHasIsToldToItsViewersOnly(t *testing.T) {
	t.Parallel()
	w := start(t)
	task := cumin.Task{
		Project: project, ID: "01KQRZ5V8T0000000000000TSK", Number: 4, Title: "Roast", Status: cumin.StatusTodo, Priority: cumin.PriorityNone,
		Rank: "i", Version: 2, CreatedAt: morning, UpdatedAt: morning, CreatedBy: ann, Last: cumin.Change{By: ann},
	}
	var records []stream.Record
	for n := range int64(3) {
		r := stream.Record{Name: "MODIFY", Sequence: fmt.Sprint(n), At: morning, Old: dynamo.EncodeTask(task)}
		task.Talk = cumin.Talk{Comments: n + 1, Version: n + 1, Last: cumin.Change{By: bob, RequestID: "req-00050"}}
		r.New = dynamo.EncodeTask(task)
		r.PK, r.SK = dynamo.ItemKey(r.New)
		records = append(records, r)
	}
	w.deliver(stream.Batch{Records: records})
	feed := w.feed()
	require.Equal(t, []cumin.EventType{cumin.EventTaskTalk}, types(feed), "the last of three says it all")
	require.Equal(t, []any{bob, "req-00050", int64(3)}, []any{feed[0].Actor, feed[0].RequestID, feed[0].Version})
	require.JSONEq(t, `{"id":"01KQRZ5V8T0000000000000TSK","comments":3,"talkVersion":3}`, string(feed[0].Data))
	viewers, people := w.pushed()
	require.Len(t, viewers, 1)
	require.Empty(t, people)
	page, err := w.DB.History().OfProject(t.Context(), project, 10, nil)
	require.NoError(t, err)
	require.Empty(t, page.Items, "what was said is a line of it, not that it was counted")
}

func TestWhatIsErasedWithItsProjectIsNobodysNews(t *testing.T) {
	t.Parallel()
	w := start(t)
	require.NoError(t, w.DB.Projects().Delete(t.Context(), cumin.Deletion{Project: project, User: ann, CreatedAt: morning, Last: cumin.Change{By: ann}}))
	task := dynamo.EncodeTask(cumin.Task{
		Project: project, ID: "01KQRZ5V8T0000000000000TSK", Number: 4, Title: "Roast", Status: cumin.StatusTodo, Priority: cumin.PriorityNone,
		Rank: "i", Version: 1, CreatedAt: morning, UpdatedAt: morning, CreatedBy: ann, Last: cumin.Change{By: ann},
	})
	pk, sk := dynamo.ItemKey(task)
	w.deliver(stream.Batch{Records: []stream.Record{{Name: "REMOVE", Sequence: "1", At: morning, PK: pk, SK: sk, Old: task}}})
	require.Empty(t, w.feed())
	page, err := w.DB.History().OfProject(t.Context(), project, 10, nil)
	require.NoError(t, err)
	require.Empty(t, page.Items)
}

func TestWhatSomebodyMutedStaysOutOfTheInboxAndNothingElse(t *testing.T) {
	t.Parallel()
	w := start(t)
	require.NoError(t, w.DB.Preferences().Mute(t.Context(), bob, []cumin.NotificationKind{cumin.NotifyAssigned}, cumin.Change{By: bob}))
	task := cumin.Task{
		Project: project, ID: "01KQRZ5V8T0000000000000TSK", Number: 4, Title: "Roast", Status: cumin.StatusTodo, Priority: cumin.PriorityNone,
		Assignee: bob, Rank: "i", Version: 1, CreatedAt: morning, UpdatedAt: morning, CreatedBy: ann, Last: cumin.Change{By: ann},
	}
	member := cumin.Member{Project: project, User: bob, Role: cumin.RoleViewer, Version: 2, JoinedAt: morning, Last: cumin.Change{By: ann}}
	before := member
	before.Version, before.Role = 1, cumin.RoleEditor
	changed := record(dynamo.EncodeMember(member))
	changed.Old = dynamo.EncodeMember(before)
	w.deliver(stream.Batch{Records: []stream.Record{record(dynamo.EncodeTask(task)), changed}})
	rows, head := w.inbox(bob)
	require.Len(t, rows, 1)
	require.Equal(t, cumin.NotifyRoleChanged, rows[0].Kind)
	require.EqualValues(t, 1, head.Unread)
	require.Len(t, w.feed(), 2, "the board still moves")
}

func TestReadingIsToldToOnesOtherDevices(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := w.DB.Inbox().AppendNotifications(t.Context(), bob, []cumin.Notification{{ID: "01KQRZ5V8T0000000000000EV1", Kind: cumin.NotifyAssigned, At: morning}}, morning)
	require.NoError(t, err)
	_, err = w.DB.ReadState().MarkReadUpTo(t.Context(), bob, 1, cumin.Change{By: bob, RequestID: "req-00040"})
	require.NoError(t, err)
	it, err := dynamodb.NewFromConfig(w.Config).GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &w.Tables.Core, ConsistentRead: aws.Bool(true),
		Key: dynamo.Item{"pk": &ddb.AttributeValueMemberS{Value: dynamo.UserPK(bob)}, "sk": &ddb.AttributeValueMemberS{Value: dynamo.SKReadMark}},
	})
	require.NoError(t, err)
	w.deliver(stream.Batch{Records: []stream.Record{record(it.Item)}})
	_, people := w.pushed()
	require.Len(t, people[bob], 1)
	e := people[bob][0]
	require.Equal(t, []any{cumin.EventNotificationRead, int64(1), "req-00040", int64(0)}, []any{e.Type, e.Version, e.RequestID, e.Seq})
	require.JSONEq(t, `{"unread":0,"seq":1,"readUpTo":1}`, string(e.Data))
}
