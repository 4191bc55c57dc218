package product

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
)

type card struct {
	ID      string `json:"id"`
	Rank    string `json:"rank"`
	Version int64  `json:"version"`
}

func (c card) etag() string { return fmt.Sprintf(`"v%d"`, c.Version) }

// TestDropsIntoOneGapAreRebalancedAndNobodyNotices: two cards take turns below
// the first one, which halves the gap each time, while somebody else keeps a
// card open that lies there.
func TestDropsIntoOneGapAreRebalancedAndNobodyNotices(t *testing.T) {
	t.Parallel()
	ada := newUser(t, "ada")
	project := newProject(t, ada, "Sorting")
	tasks := project + "/tasks"
	add := func(title string) (c card) {
		ada.Must(t, http.MethodPost, tasks, map[string]string{"title": title}, &c)
		return c
	}
	first, one, two, last := add("first"), add("one"), add("two"), add("last")
	device := ada.Connect(t, client.WebSocket)
	device.Join(t, project[len(api+"/projects/"):])

	top, below := one, two
	for moves := 0; len(top.Rank) <= cumin.LongRank; moves++ {
		require.Less(t, moves, 1000, "ranks do not grow any more")
		move := map[string]string{"status": "todo", "after": first.ID, "before": top.ID}
		ada.Must(t, http.MethodPost, tasks+"/"+below.ID+"/move", move, &below, "If-Match", below.etag())
		top, below = below, top
	}
	opened := top // as read before it is rebalanced
	var rebalanced card
	stack.Eventually(t, patience, func() error {
		ada.Must(t, http.MethodGet, tasks+"/"+opened.ID, nil, &rebalanced)
		if len(rebalanced.Rank) > cumin.PlainRank {
			return fmt.Errorf("the rank is still %s", rebalanced.Rank)
		}
		return nil
	})
	require.Greater(t, rebalanced.Version, opened.Version)
	device.WaitEvent(t, "the new rank", func(e cumin.Event) bool {
		return e.Type == cumin.EventTaskMoved && strings.Contains(string(e.Data), rebalanced.Rank)
	})

	var column struct{ Items []card }
	ada.Must(t, http.MethodGet, tasks+"?status=todo", nil, &column)
	var order []string
	for _, c := range column.Items {
		order = append(order, c.ID)
	}
	require.Equal(t, []string{first.ID, top.ID, below.ID, last.ID}, order)

	ada.Must(t, http.MethodPatch, tasks+"/"+opened.ID, map[string]string{"title": "edited"}, &opened, "If-Match", opened.etag())
	require.Equal(t, rebalanced.Rank, opened.Rank)
	var history struct{ Items []cumin.Entry }
	ada.Must(t, http.MethodGet, tasks+"/"+opened.ID+"/history", nil, &history)
	for _, e := range history.Items {
		require.NotEqual(t, cumin.EntryType(cumin.EventTaskMoved), e.Type, "what nobody did is not told as history")
	}
}
