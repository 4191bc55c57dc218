package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// tell writes n notifications into somebody's inbox, as the activity function
// does, and returns their ids.
func (w *world) tell(p person, n int) []string {
	w.t.Helper()
	all := make([]cumin.Notification, n)
	ids := make([]string, n)
	for i := range all {
		ids[i] = newID(w.clock.Now())
		all[i] = cumin.Notification{ID: cumin.EventID(ids[i]), Kind: cumin.NotifyAssigned, At: w.clock.Now(), Data: []byte(`{"title":"a"}`)}
	}
	_, err := w.aws.DB.Inbox().AppendNotifications(w.t.Context(), p.id, all, w.clock.Now())
	require.NoError(w.t, err)
	return ids
}

func TestAnInboxIsReadOneByOneAndAllAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	empty := ann.do("GET", "/notifications", nil).want(200)
	require.Equal(t, []any{[]any{}, 0.0, 0.0}, []any{empty["items"], empty["unread"], empty["seq"]})
	require.Equal(t, object{"unread": 0.0, "seq": 0.0}, ann.do("POST", "/notifications/read", object{"upTo": 5}).want(200))

	ids := w.tell(ann, 5)
	require.Equal(t, object{"unread": 5.0, "seq": 5.0}, ann.do("GET", "/notifications/unread-count", nil).want(200))
	first := ann.do("GET", "/notifications?limit=2", nil).want(200)
	require.Equal(t, []float64{5, 4}, field[float64](first.items(), "seq"))
	require.Equal(t, map[string]any{"title": "a"}, first.items()[0]["data"])
	second := ann.do("GET", "/notifications?limit=2&cursor="+first["nextCursor"].(string), nil).want(200)
	require.Equal(t, []float64{3, 2}, field[float64](second.items(), "seq"))

	read := func(body object) object { return ann.do("POST", "/notifications/read", body).want(200) }
	require.Equal(t, 3.0, read(object{"ids": []string{ids[4], ids[1], ids[4], "unknown", newID(w.clock.Now()), strings.Repeat("x", 2000)}})["unread"])
	require.Equal(t, 3.0, read(object{"ids": []string{ids[4]}})["unread"], "reading twice counts once")
	require.Equal(t, 2.0, read(object{"upTo": 2})["unread"])
	require.Equal(t, 2.0, read(object{"ids": []string{ids[0]}})["unread"], "below the pointer it is read already")
	require.Equal(t, 2.0, read(object{"upTo": 1})["unread"], "the pointer does not go back")
	require.Equal(t, []bool{true, false, false, true, true}, field[bool](ann.do("GET", "/notifications", nil).want(200).items(), "read"))
	require.Equal(t, object{"unread": 0.0, "seq": 5.0}, read(object{"upTo": 99}))
	w.tell(ann, 1)
	require.Equal(t, 1.0, ann.do("GET", "/notifications/unread-count", nil).want(200)["unread"])

	bob.do("POST", "/notifications/read", object{"ids": ids}).want(200)
	require.Zero(t, bob.do("GET", "/notifications/unread-count", nil).want(200)["seq"])
	for _, body := range []object{{}, {"ids": []string{}}, {"ids": ids, "upTo": 3}, {"upTo": 0}} {
		ann.do("POST", "/notifications/read", body).refused(422, cumin.CodeInvalid)
	}
}

func TestTheUnreadCountEqualsARecountWhateverHappensAtOnce(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	w := newWorld(t)
	ann := w.person("Ann")
	ids := w.tell(ann, 30)
	var wg sync.WaitGroup
	for i := range 4 {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		wg.Go(func() {
			for range 6 {
				some := make([]string, 4)
				for i := range some {
					some[i] = ids[r.IntN(len(ids))]
				}
				ann.do("POST", "/notifications/read", object{"ids": some}).want(200)
				if r.IntN(3) == 0 {
					ann.do("POST", "/notifications/read", object{"upTo": 1 + r.IntN(20)}).want(200)
				}
			}
		})
	}
	wg.Go(func() {
		for range 6 {
			w.tell(ann, 2)
		}
	})
	wg.Wait()
	inbox := ann.do("GET", "/notifications?limit=100", nil).want(200)
	unread := 0.0
	for _, read := range field[bool](inbox.items(), "read") {
		if !read {
			unread++
		}
	}
	require.Equal(t, unread, inbox["unread"], fmt.Sprint(inbox["seq"]))
	require.Equal(t, 42.0, inbox["seq"])
}
