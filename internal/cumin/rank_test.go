package cumin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// seeded makes a source that a failing test can be replayed with.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func TestRandomDropsKeepTheOrderAndStayShort(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	var column []string
	for range 3000 {
		at := r.IntN(len(column) + 1)
		after, before := "", ""
		if at > 0 {
			after = column[at-1]
		}
		if at < len(column) {
			before = column[at]
		}
		rank, err := RankBetween(after, before, r.Int64N)
		require.NoError(t, err)
		column = slices.Insert(column, at, rank)
	}
	require.True(t, slices.IsSorted(column))
	require.Len(t, slices.Compact(slices.Clone(column)), len(column), "no two ranks are equal")
	longest := slices.MaxFunc(column, func(a, b string) int { return len(a) - len(b) })
	require.LessOrEqual(t, len(longest), 24, "longest rank %s", longest)
}

func TestOrderAndLengthHoldAtEveryPlaceOfAColumn(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		place func(column []string) (after, before string)
		drops int
		limit int // bytes of the longest rank
	}{
		{"always at the end", func(c []string) (string, string) { return c[len(c)-1], "" }, 3_000, rankDigits},
		{"always at the start", func(c []string) (string, string) { return "", c[0] }, 3_000, rankDigits},
		{"always after the first card", func(c []string) (string, string) { return c[0], c[1] }, 800, rankDigits + 800/3},
		{"always before the last card", func(c []string) (string, string) { return c[len(c)-2], c[len(c)-1] }, 800, rankDigits + 800/3},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := seeded(t)
			column := []string{"8000000000", "9000000000"}
			for range c.drops {
				after, before := c.place(column)
				rank, err := RankBetween(after, before, r.Int64N)
				require.NoError(t, err)
				require.Greater(t, rank, after)
				if before != "" {
					require.Less(t, rank, before)
				}
				require.LessOrEqual(t, len(rank), c.limit)
				at, _ := slices.BinarySearch(column, rank)
				column = slices.Insert(column, at, rank)
			}
		})
	}
}

func TestTwoDropsAtOnePlaceDiffer(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	same := 0
	for range 2000 {
		one, err := RankBetween("8000000000", "8000000001", r.Int64N)
		require.NoError(t, err)
		other, err := RankBetween("8000000000", "8000000001", r.Int64N)
		require.NoError(t, err)
		if one == other {
			same++
		}
	}
	require.Less(t, same, 20, "of 2000 pairs; about 3 are expected")
}

func TestRanksThatCannotBeGiven(t *testing.T) {
	t.Parallel()
	full := fmt.Sprintf("%0*d", MaxRank, 1)
	cases := []struct{ name, after, before, want string }{
		{"neighbours in the wrong order", "b", "a", "not in order"},
		{"neighbours with one rank", "a", "a", "not in order"},
		{"no rank", "A!", "", "is not a rank"},
		{"a gap too narrow for any length", full[:MaxRank-1] + "1", full[:MaxRank-1] + "2", "no room"},
		{"a gap that is none: trailing zeros", "a", "a0", "no room"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := RankBetween(c.after, c.before, rand.Int64N)
			require.ErrorContains(t, err, c.want)
		})
	}
}
