package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

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

func TestTheUnreadAreFoundAmongManyAndTheOldInboxIsNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	ids := w.tell(ann, 30)
	ann.do("POST", "/notifications/read", object{"upTo": 10}).want(200)
	ann.do("POST", "/notifications/read", object{"ids": []string{ids[29], ids[14], ids[20]}}).want(200)
	var want []float64
	for seq := 30; seq > 10; seq-- {
		if seq != 30 && seq != 15 && seq != 21 {
			want = append(want, float64(seq))
		}
	}
	var got []float64
	for next := "/notifications?unread=true&limit=4"; next != ""; {
		page := ann.do("GET", next, nil).want(200)
		got = append(got, field[float64](page.items(), "seq")...)
		next = ""
		if cursor, more := page["nextCursor"].(string); more {
			next = "/notifications?unread=true&limit=4&cursor=" + cursor
		}
	}
	require.Equal(t, want, got)

	first := ann.do("GET", "/notifications", nil)
	first.want(200)
	ann.do("GET", "/notifications", nil, "If-None-Match", first.header.Get("ETag")).want(304)
	ann.do("POST", "/notifications/read", object{"ids": []string{ids[25]}}).want(200)
	ann.do("GET", "/notifications", nil, "If-None-Match", first.header.Get("ETag")).want(200)
}

func TestPeopleSayWhatTheyWantNoNotificationsOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	path := "/notifications/preferences"
	require.Equal(t, []any{}, ann.do("GET", path, nil).want(200)["muted"])
	set := ann.do("PUT", path, object{"muted": []string{"task.mentioned", "task.assigned", "task.mentioned"}}).want(200)
	require.Equal(t, []any{"task.assigned", "task.mentioned"}, set["muted"])
	require.Equal(t, set, ann.do("GET", path, nil).want(200))
	require.Equal(t, []any{}, bob.do("GET", path, nil).want(200)["muted"])
	for _, kind := range []string{"session.reuse_detected", "export.failed"} {
		ann.do("PUT", path, object{"muted": []string{kind}}).refused(422, cumin.CodeInvalid)
	}
	require.Equal(t, []any{}, ann.do("PUT", path, object{"muted": []string{}}).want(200)["muted"])
}

func TestFiveThousandUnreadOpenAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	w.tell(ann, 5000)
	began := time.Now()
	page := ann.do("GET", "/notifications?limit=50", nil).want(200)
	t.Logf("figure: the first page of 5,000 unread notifications in %s", time.Since(began).Round(time.Millisecond))
	require.Equal(t, 5000.0, page["unread"])
	require.Len(t, page.items(), 50)
	require.Zero(t, ann.do("POST", "/notifications/read", object{"upTo": 5000}).want(200)["unread"])
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
