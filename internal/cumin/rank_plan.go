package cumin

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
)

// A rank grows by about a digit with every five drops into one gap. Long ones
// are shortened in the background (Ranks); the rules between that and people
// who drop cards at the same time are in docs/adr/0009.
const (
	// PlainRank is the longest rank that rebalancing leaves alone, in bytes: what
	// is longer may be rewritten at any time.
	PlainRank = 16
	// LongRank is the longest rank that may stay; one that is longer has its
	// column rebalanced.
	LongRank = 64
)

// Ranked is a task's place in its column.
type Ranked struct {
	ID   TaskID
	Rank string
}

// RankStep gives one task another rank.
type RankStep struct {
	ID       TaskID
	From, To string
}

// PlanRanks says how to shorten the ranks of a column; nothing when none is
// longer than LongRank. Every rank longer than PlainRank gets one that is
// spread evenly between the plain ones around it. The steps are in such an
// order that the tasks are in theirs after each of them, so that it does no
// harm to stop anywhere. The same column gives the same plan.
func PlanRanks(column []Ranked) ([]RankStep, error) {
	if !slices.ContainsFunc(column, func(t Ranked) bool { return len(t.Rank) > LongRank }) {
		return nil, nil
	}
	column = slices.SortedFunc(slices.Values(column), func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
	})
	var steps []RankStep
	for from := 0; from < len(column); from++ {
		to := from
		for to < len(column) && len(column[to].Rank) > PlainRank {
			to++
		}
		if to == from {
			continue
		}
		run, before, after := column[from:to], "", ""
		if from > 0 {
			before = column[from-1].Rank
		}
		if to < len(column) {
			after = column[to].Rank
		}
		fresh, err := spread(run, before, after)
		if err != nil {
			return nil, err
		}
		steps = append(steps, inOrder(run, fresh)...)
		from = to
	}
	return steps, nil
}

// spread is as many ranks as the run has tasks, evenly between the ranks
// before and after it, as short as leaves room between any two of them.
func spread(run []Ranked, before, after string) ([]string, error) {
	if after == "" { // others may be appending: stay below whatever they append
		last := run[len(run)-1].Rank
		n, err := scaled(last, rankDigits)
		if err != nil {
			return nil, err
		}
		if n.Add(n, big.NewInt(1)); len(n.Text(rankBase)) <= rankDigits {
			after = digits(n, rankDigits)
		}
	}
	for length := rankDigits; length <= MaxRank; length++ {
		low, err := scaled(before, length)
		if err != nil {
			return nil, err
		}
		high := new(big.Int).Exp(big.NewInt(rankBase), big.NewInt(int64(length)), nil)
		if after != "" {
			if high, err = scaled(after, length); err != nil {
				return nil, err
			}
		}
		step := high.Sub(high, low)
		if step.Div(step, big.NewInt(int64(len(run)+1))); step.Cmp(big.NewInt(rankRoom)) <= 0 {
			continue
		}
		ranks := make([]string, len(run))
		for i := range ranks {
			ranks[i] = digits(low.Add(low, step), length)
		}
		return ranks, nil
	}
	return nil, fmt.Errorf("spread %d ranks between %q and %q: no room within %d bytes", len(run), before, after, MaxRank)
}

// inOrder is the steps of a run: those that go up from the last to the first,
// then those that go down from the first to the last, so that none overtakes a
// neighbour that has still to go.
func inOrder(run []Ranked, fresh []string) []RankStep {
	var up, down []RankStep
	for i, t := range run {
		switch step := (RankStep{ID: t.ID, From: t.Rank, To: fresh[i]}); {
		case step.To > step.From:
			up = append(up, step)
		case step.To < step.From:
			down = append(down, step)
		}
	}
	slices.Reverse(up)
	return append(up, down...)
}

// digits writes n as a rank of that length.
func digits(n *big.Int, length int) string { return fmt.Sprintf("%0*s", length, n.Text(rankBase)) }
