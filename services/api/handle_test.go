package main

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

func TestAnAWSThatIsAwayIsWorthAnotherTry(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	gone.Close()
	projects := dynamo.Open(aws.Config{
		Region: "eu-central-1", BaseEndpoint: &gone.URL, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}, dynamo.Tables{Core: "core"}).Projects()
	_, err := projects.Access(t.Context(), "U", "P")
	require.Error(t, err)
	require.Equal(t, cumin.CodeInternal, cumin.CodeOf(err))
	require.Equal(t, cumin.CodeUnavailable, cumin.CodeOf(onWire(err)))

	require.ErrorIs(t, onWire(cumin.ErrNotFound), cumin.ErrNotFound)
	require.ErrorIs(t, onWire(context.DeadlineExceeded), context.DeadlineExceeded)
}

func TestWhatIsWrittenNamesItsWriterAndRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	want := func(request string) cumin.Change { return cumin.Change{By: ann.id, RequestID: request} }
	do := func(request, method, path string, body any) object {
		return ann.do(method, path, body, "X-Request-Id", request, "If-Match", `"v1"`).want(map[string]int{"POST": 201, "PUT": 200, "PATCH": 200, "DELETE": 204}[method])
	}
	p := do("request-project", "POST", "/projects", object{"name": "Spices"})
	project, path := cumin.ProjectID(p.id()), "/projects/"+p.id()
	access := func(user person) cumin.Access {
		a, err := w.aws.DB.Projects().Access(t.Context(), user.id, project)
		require.NoError(t, err)
		return a
	}
	require.Equal(t, want("request-project"), access(ann).Project.Last)
	require.Equal(t, want("request-project"), access(ann).Member.Last)
	do("request-rename", "PATCH", path, object{"name": "Herbs"})
	require.Equal(t, want("request-rename"), access(ann).Project.Last)
	token := do("request-invite", "POST", path+"/invites", object{"role": "viewer"})["token"]
	invites, err := w.aws.DB.Invites().List(t.Context(), project)
	require.NoError(t, err)
	require.Equal(t, want("request-invite"), invites[0].Last)
	bob.do("POST", "/invites/accept", object{"token": token}, "X-Request-Id", "request-accept").want(200)
	joined := cumin.Change{By: bob.id, RequestID: "request-accept"}
	require.Equal(t, joined, access(bob).Member.Last)
	require.Equal(t, joined, access(bob).Project.Last)
	do("request-role", "PUT", path+"/members/"+string(bob.id), object{"role": "editor"})
	require.Equal(t, want("request-role"), access(bob).Member.Last)

	task := do("request-task", "POST", path+"/tasks", object{"title": "a"})
	stored := func() cumin.Task {
		got, err := w.aws.DB.Tasks().Get(t.Context(), project, cumin.TaskID(task.id()))
		require.NoError(t, err)
		return got
	}
	require.Equal(t, want("request-task"), stored().Last)
	do("request-patch", "PATCH", path+"/tasks/"+task.id(), object{"title": "b"})
	require.Equal(t, want("request-patch"), stored().Last)
}
