package view_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/view"
)

var at = time.Date(2026, 3, 4, 5, 6, 7, 80_000_000, time.FixedZone("east", 3600))

func TestClientsSeeTheContractsShapes(t *testing.T) {
	t.Parallel()
	change := cumin.Change{By: "U2", RequestID: "req-00001"}
	cases := map[string]struct {
		value any
		want  string
	}{
		"a task nobody has and that is never due": {
			view.OfTask(cumin.Task{Project: "P", ID: "T", Number: 3, Title: "a", Status: cumin.StatusTodo,
				Priority: cumin.PriorityNone, Rank: "m", Version: 2, CreatedAt: at, UpdatedAt: at, CreatedBy: "U1", Last: change}),
			`{"id":"T","projectId":"P","number":3,"title":"a","description":"","status":"todo","priority":"none",
			  "assignee":null,"due":null,"labels":[],"rank":"m","version":2,"createdAt":"2026-03-04T04:06:07.080Z",
			  "updatedAt":"2026-03-04T04:06:07.080Z","createdBy":"U1","updatedBy":"U2","comments":0,"talkVersion":0}`,
		},
		"a task's comments": {
			view.OfTalk(cumin.Task{ID: "T", Version: 2, Talk: cumin.Talk{Comments: 3, Version: 5}}),
			`{"id":"T","comments":3,"talkVersion":5}`,
		},
		"comments of which one was deleted that is from before they were counted": {
			view.OfTalk(cumin.Task{ID: "T", Talk: cumin.Talk{Comments: -1, Version: 1}}),
			`{"id":"T","comments":0,"talkVersion":1}`,
		},
		"a project never counted, told to many": {
			view.OfProject(cumin.Project{ID: "P", Name: "n", Key: "NN", Members: 2, Version: 1, CreatedAt: at, UpdatedAt: at}, "", cumin.Counts{}),
			`{"id":"P","name":"n","description":"","key":"NN","archived":false,"counts":{"todo":0,"inProgress":0,"done":0},
			  "countsAsOf":null,"members":2,"version":1,"createdAt":"2026-03-04T04:06:07.080Z","updatedAt":"2026-03-04T04:06:07.080Z"}`,
		},
		"an export that is not finished": {
			view.OfExport(cumin.Export{ID: "E", Project: "P", Format: cumin.FormatCSV, State: cumin.ExportRunning, RowsDone: 5,
				RowsTotal: 9, CreatedAt: at, UpdatedAt: at, Last: change}, at),
			`{"id":"E","projectId":"P","format":"csv","filter":{},"state":"running","rowsDone":5,"rowsTotal":9,"bytes":0,
			  "error":null,"createdAt":"2026-03-04T04:06:07.080Z","updatedAt":"2026-03-04T04:06:07.080Z","finishedAt":null,
			  "requestId":"req-00001"}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(c.value)
			require.NoError(t, err)
			require.JSONEq(t, c.want, string(got))
		})
	}
}
