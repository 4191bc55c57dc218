package live

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/emulator/trace"
	"github.com/anikeshk/cumin/internal/cumin"
)

// TestAClickIsSeenThroughToTheToast follows the id that the browser sent: from
// the write to the functions that its stream record woke, to the message in the
// queue of the sockets service, to its receipt there.
func TestAClickIsSeenThroughToTheToast(t *testing.T) {
	t.Parallel()
	stack.Needs(t, stack.Trace)
	s := stack.Use(t)
	b := shared(t)
	viewer := b.editor.Connect(t, client.WebSocket)
	viewer.Join(t, b.id)
	click := "click-on-" + b.id
	b.owner.Must(t, http.MethodPost, b.path()+"/tasks", map[string]string{"title": "Toast"}, nil, "X-Request-Id", click)
	toast := viewer.WaitEvent(t, "the new card", is(cumin.EventTaskCreated))
	require.Equal(t, click, toast.RequestID)

	var root *trace.Node
	stack.Eventually(t, 20*time.Second, func() error {
		root = s.Caused(t, click)
		for _, want := range []struct {
			kind trace.Kind
			name string
		}{{trace.Record, "asks"}, {trace.Run, "statuscounts"}, {trace.Run, "activity"}, {trace.Message, "-sock-"}, {trace.Delivery, "-sock-"}} {
			if !happened(root, want.kind, want.name) {
				return fmt.Errorf("no %s of %q in\n%s", want.kind, want.name, root)
			}
		}
		if n := root.Total().Invocations; n < 2 { // a run is charged when it ends, and one of them may go on
			return fmt.Errorf("%d invocations are charged in\n%s", n, root)
		}
		return nil
	})
	require.Equal(t, trace.Origin, root.Kind)
	require.NotZero(t, root.Total().WriteUnits)
}

// happened reports whether something of a kind, with a part of a name, is in the
// tree and has not failed.
func happened(root *trace.Node, kind trace.Kind, name string) bool {
	for e := range root.All() {
		if e.Kind == kind && strings.Contains(strings.ToLower(e.Name), name) && !e.Failed() {
			return true
		}
	}
	return false
}
