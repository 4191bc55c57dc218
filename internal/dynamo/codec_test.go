package dynamo

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 120e6, time.UTC)

func fullTask() cumin.Task {
	return cumin.Task{
		Project: "01P", ID: "01T", Number: 7, Title: "Buy cumin", Description: "ground", Status: cumin.StatusTodo,
		Priority: cumin.PriorityHigh, Assignee: "01U", Due: "2026-12-01", Labels: []string{"spice", "b"}, Rank: "i",
		Version: 3, CreatedAt: noon, UpdatedAt: noon.Add(time.Second), CreatedBy: "01V",
		Last: cumin.Change{By: "01U", RequestID: "req-12345"},
		Talk: cumin.Talk{Comments: 2, Version: 4, Last: cumin.Change{By: "01V", RequestID: "req-12346"}},
	}
}

func TestCodecsReadWhatTheyWrote(t *testing.T) {
	t.Parallel()
	deleted := fullTask()
	deleted.Status, deleted.DeletedAt = cumin.StatusDeleted, noon
	bare := fullTask()
	bare.Description, bare.Assignee, bare.Due, bare.Labels, bare.Last.RequestID = "", "", "", nil, ""
	bare.Talk = cumin.Talk{}
	for _, want := range []cumin.Task{fullTask(), deleted, bare} {
		got, err := DecodeTask(EncodeTask(want))
		require.NoError(t, err)
		require.Equal(t, want, got)
	}

	project := cumin.Project{ID: "01P", Name: "Spices", Description: "d", Key: "SPI", Archived: true, Owners: 1, Members: 2, Version: 4,
		CreatedAt: noon, UpdatedAt: noon, Last: cumin.Change{By: "01U"}, DeletedAt: noon}
	gotProject, err := DecodeProject(EncodeProject(project))
	require.NoError(t, err)
	require.Equal(t, project, gotProject)
	keyless := EncodeProject(project)
	delete(keyless, AttrKey)
	gotProject, err = DecodeProject(keyless)
	require.NoError(t, err)
	require.Equal(t, cumin.DefaultKey, gotProject.Key, "of a project from before there were keys")

	member := cumin.Member{Project: "01P", User: "01U", Role: cumin.RoleEditor, Version: 1, JoinedAt: noon, Last: cumin.Change{By: "01U"}}
	gotMember, err := DecodeMember(EncodeMember(member))
	require.NoError(t, err)
	require.Equal(t, member, gotMember)

	job := cumin.Export{ID: "01E", Project: "01P", User: "01U", Format: cumin.FormatCSV, Filter: cumin.TaskFilter{Status: cumin.StatusDone, Text: "x"}, State: cumin.ExportRunning,
		RowsDone: 1, RowsTotal: 2, Bytes: 3, Key: "k", Error: "e", Attempts: 4, Lease: "l", LeaseUntil: noon, Slot: 2, Version: 5,
		CreatedAt: noon, UpdatedAt: noon, FinishedAt: noon, Last: cumin.Change{By: "01U", RequestID: "r"}}
	gotJob, err := DecodeExport(EncodeExport(job))
	require.NoError(t, err)
	require.Equal(t, job, gotJob)
	old := EncodeExport(job)
	old[AttrFilter] = attrS("todo")
	gotJob, err = DecodeExport(old)
	require.NoError(t, err)
	require.Equal(t, cumin.TaskFilter{Status: cumin.StatusTodo}, gotJob.Filter, "of a job from before there were filters")
}

func TestADeletedTaskIsInNoIndexAndExpires(t *testing.T) {
	t.Parallel()
	deleted := fullTask()
	deleted.Status, deleted.DeletedAt = cumin.StatusDeleted, noon
	it := EncodeTask(deleted)
	for _, name := range []string{AttrBoardPK, AttrRecentPK, AttrAssigneePK} {
		require.NotContains(t, it, name)
	}
	require.Equal(t, attrTTL(noon.Add(cumin.DeletedTaskTTL)), it[TTL])
}

// TestTheNextVersionRemovesWhatItLacks: an attribute that a replacement neither
// sets nor removes would stay as it was.
func TestTheNextVersionRemovesWhatItLacks(t *testing.T) {
	t.Parallel()
	deleted := fullTask()
	deleted.Status, deleted.DeletedAt, deleted.Was, deleted.SameSince = cumin.StatusDeleted, noon, cumin.StatusTodo, 2
	live := fullTask()
	bare := cumin.Task{Project: "01P", ID: "01T", Status: cumin.StatusDeleted, DeletedAt: noon}
	always := EncodeTask(bare)
	delete(always, AttrDeletedAt)
	delete(always, TTL)
	for _, full := range []cumin.Task{deleted, live} {
		for name := range fieldsOf(EncodeTask(full)) {
			require.NotEqual(t, always[name] != nil, slices.Contains(optionalOfTask[:], name), name)
		}
	}
}

func TestAStreamImageDecodesLikeTheItem(t *testing.T) {
	t.Parallel()
	want := fullTask()
	image := toEvent(t, EncodeTask(want))
	got, err := DecodeTask(FromEvent(image))
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Nil(t, FromEvent(nil))
}

func TestDecodersNameTheAttributeThatIsWrong(t *testing.T) {
	t.Parallel()
	it := EncodeTask(fullTask())
	it[AttrVersion] = attrS("seven")
	_, err := DecodeTask(it)
	require.ErrorContains(t, err, "attribute version: want a number")

	delete(it, AttrTitle)
	it[AttrVersion] = attrN(1)
	_, err = DecodeTask(it)
	require.ErrorContains(t, err, "attribute title")
}

// toEvent writes an item as a stream event carries it.
func toEvent(t *testing.T, it Item) map[string]events.DynamoDBAttributeValue {
	t.Helper()
	b, err := json.Marshal(eventJSON(t, it))
	require.NoError(t, err)
	var image map[string]events.DynamoDBAttributeValue
	require.NoError(t, json.Unmarshal(b, &image))
	return image
}

func eventJSON(t *testing.T, it Item) map[string]any {
	t.Helper()
	out := map[string]any{}
	for name, v := range it {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			out[name] = map[string]any{"S": v.Value}
		case *types.AttributeValueMemberN:
			out[name] = map[string]any{"N": v.Value}
		case *types.AttributeValueMemberBOOL:
			out[name] = map[string]any{"BOOL": v.Value}
		case *types.AttributeValueMemberL:
			list := make([]any, len(v.Value))
			for i, e := range v.Value {
				list[i] = eventJSON(t, Item{"e": e})["e"]
			}
			out[name] = map[string]any{"L": list}
		default:
			t.Fatalf("attribute %s: %T has no event form here", name, v)
		}
	}
	return out
}
