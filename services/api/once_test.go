package main

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestARequestRepeatedUnderItsKeyIsDoneOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project("Spices")
	tasks := "/projects/" + p.id() + "/tasks"
	key := []string{"Idempotency-Key", "key-1"}

	first := ann.do("POST", tasks, object{"title": "Buy cumin"}, key...)
	task := first.want(201)
	require.Empty(t, first.header.Get("Idempotent-Replayed"))
	ann.do("PATCH", tasks+"/"+task.id(), object{"title": "Buy more"}, "If-Match", `"v1"`).want(200)

	again := ann.do("POST", tasks, object{"title": "Buy cumin"}, key...)
	require.Equal(t, task, again.want(201), "the first answer, not the present state")
	require.Equal(t, "true", again.header.Get("Idempotent-Replayed"))
	require.Equal(t, first.header.Get("Location"), again.header.Get("Location"))
	require.Equal(t, first.header.Get("ETag"), again.header.Get("ETag"))

	ann.do("POST", tasks, object{"title": "Buy salt"}, key...).refused(422, cumin.CodeIdempotency)
	require.Len(t, ann.do("GET", tasks, nil).want(200).items(), 1)

	other := ann.project("Herbs")
	ann.do("POST", "/projects/"+other.id()+"/tasks", object{"title": "Buy cumin"}, key...).want(201)
	bob.do("POST", tasks, object{"title": "Buy cumin"}, key...).refused(404, cumin.CodeNotFound)

	w.clock.advance(cumin.AnswerTTL + time.Second)
	ann.do("POST", tasks, object{"title": "Buy cumin"}, key...).want(201)
	require.Len(t, ann.do("GET", tasks, nil).want(200).items(), 2, "after a day the key is forgotten")
}

func TestManyAtOnceUnderOneKeyCreateOneOfEachKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	cases := []struct {
		name, path string
		status     int
		body       object
	}{
		{"project", "/projects", 201, object{"name": "Herbs"}},
		{"task", "/projects/" + p.id() + "/tasks", 201, object{"title": "Buy cumin"}},
		{"export", "/projects/" + p.id() + "/exports", 202, object{"format": "csv"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var bodies [6]string
			var wg sync.WaitGroup
			for i := range bodies {
				wg.Go(func() {
					a := ann.do("POST", c.path, c.body, "Idempotency-Key", "key-1")
					require.Equal(t, c.status, a.status, "%s", a.body)
					bodies[i] = string(a.body)
				})
			}
			wg.Wait()
			for _, b := range bodies {
				require.Equal(t, bodies[0], b)
			}
		})
	}
	require.Len(t, ann.do("GET", "/projects", nil).want(200).items(), 2)
	require.Len(t, ann.do("GET", "/exports", nil).want(200).items(), 1)
}
