package cumin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// crowdedColumn is a column in which cards were dropped into some gaps again
// and again, in its order.
func crowdedColumn(t *testing.T, r *rand.Rand) []Ranked {
	t.Helper()
	var column []Ranked
	add := func(at int) {
		after, before := "", ""
		if at > 0 {
			after = column[at-1].Rank
		}
		if at < len(column) {
			before = column[at].Rank
		}
		rank, err := RankBetween(after, before, r.Int64N)
		require.NoError(t, err)
		column = slices.Insert(column, at, Ranked{ID: TaskID(fmt.Sprintf("%04d", len(column))), Rank: rank})
	}
	for range 20 {
		add(r.IntN(len(column) + 1))
	}
	for range 1 + r.IntN(2) {
		for at, n := r.IntN(len(column)+1), 0; n < 350; n++ {
			add(at)
		}
	}
	return column
}

func TestRebalancingKeepsTheOrderAtEveryStep(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	for range 3 {
		column := crowdedColumn(t, r)
		want := slices.Clone(column)
		steps, err := PlanRanks(column)
		require.NoError(t, err)
		for i := range steps {
			at := slices.IndexFunc(want, func(c Ranked) bool { return c.ID == steps[i].ID })
			require.Equal(t, want[at].Rank, steps[i].From)
			want[at].Rank = steps[i].To
			for _, n := range []int{at, at + 1} {
				if n > 0 && n < len(want) {
					require.Less(t, want[n-1].Rank, want[n].Rank, "step %d of %d", i, len(steps))
				}
			}
		}
		for i, c := range want {
			require.Equal(t, column[i].ID, c.ID)
			require.LessOrEqual(t, len(c.Rank), PlainRank+8, "%v", c) // between two plain ones that are neighbours
		}
		again, err := PlanRanks(want)
		require.NoError(t, err)
		require.Empty(t, again)
	}
}

func TestWhatRebalancingRewrites(t *testing.T) {
	t.Parallel()
	long := func(prefix, tail string) string { return prefix + strings.Repeat("0", LongRank) + tail }
	cases := []struct {
		name   string
		column []string
		want   []string // ranks afterwards; "" is left alone
	}{
		{"an empty column", nil, nil},
		{"nothing long enough", []string{"8000000000", "8000000000" + strings.Repeat("0", 50) + "1", "9"}, []string{"", "", ""}},
		{"one between two", []string{"8000000000", long("8000000000", "1"), "9000000000"}, []string{"", "8i00000000", ""}},
		{"at the start", []string{long("8000000000", "1"), "9000000000"}, []string{"4i00000000", ""}},
		{"two with one rank, by id", []string{"8", long("8", "1"), long("8", "1"), "9"}, []string{"", "8c00000000", "8o00000000", ""}},
		{"at the end, below whatever is appended meanwhile", []string{"8000000000", long("8000000000", "1")}, []string{"", "8000000000i00"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var column []Ranked
			for i, rank := range c.column {
				column = append(column, Ranked{ID: TaskID(fmt.Sprint(i)), Rank: rank})
			}
			steps, err := PlanRanks(column)
			require.NoError(t, err)
			got := make([]string, len(column))
			if column == nil {
				got = nil
			}
			for _, s := range steps {
				var i int
				_, err := fmt.Sscan(string(s.ID), &i)
				require.NoError(t, err)
				got[i] = s.To
			}
			require.Equal(t, c.want, got)
		})
	}
}
