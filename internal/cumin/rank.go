package cumin

import (
	"fmt"
	"math/big"
)

// A rank is a fraction between 0 and 1 written in base 36 (0-9, a-z, which
// order as bytes as they do as digits), without the leading "0.". A task moves
// by getting a rank between its new neighbours; no other item is written.
//
// Every new rank has a random part, so that two people who drop at one place
// at one time get different ranks. At either end of a column the length stays
// at rankDigits; n drops that all fall between the last one and one fixed
// neighbour add about n/5 digits, n drops at random places far fewer.
const (
	rankBase   = 36
	rankDigits = 10
	// rankRoom is how many free values a gap must have at some length before
	// one of them is picked; two pickers meet with a chance of about 2/rankRoom.
	rankRoom = rankBase * rankBase
	// rankStep is the widest step beyond the first or last task: room for
	// 20 halvings between two appended tasks, and for 2 billion appends.
	rankStep = rankBase * rankBase * rankBase * rankBase
	// MaxRank is the longest rank that is given out, in bytes; DynamoDB's sort
	// keys end at 1,024.
	MaxRank = 512
)

// Pick returns a random number in [0, n); rand.Int64N is one.
type Pick func(n int64) int64

// RankBetween returns a rank that sorts after `after` and before `before`. An
// empty after is the column's start, an empty before its end. It fails when
// there is no such rank (after is not below before, or the gap would need more
// than MaxRank bytes) and for what is no rank.
func RankBetween(after, before string, pick Pick) (string, error) {
	if before != "" && after >= before {
		return "", fmt.Errorf("rank between %q and %q: they are not in order", after, before)
	}
	for length := rankDigits; length <= MaxRank; length++ {
		low, err := scaled(after, length)
		if err != nil {
			return "", err
		}
		high := new(big.Int).Exp(big.NewInt(rankBase), big.NewInt(int64(length)), nil)
		if before != "" {
			if high, err = scaled(before, length); err != nil {
				return "", err
			}
		}
		gap := new(big.Int).Sub(high, low) // free values: gap-1
		if gap.Cmp(big.NewInt(rankRoom)) <= 0 {
			continue
		}
		place := new(big.Int).Add(low, big.NewInt(offset(gap.Int64(), after == "", before == "", pick)))
		return digits(place, length), nil
	}
	return "", fmt.Errorf("rank between %q and %q: no room within %d bytes", after, before, MaxRank)
}

// offset picks a place in (0, gap): near the open end's neighbour where one end
// is open, so that appending costs little room; in the middle half otherwise.
func offset(gap int64, first, last bool, pick Pick) int64 {
	if first != last && gap > 2*rankStep {
		step := rankStep/2 + pick(rankStep/2) + 1
		if first {
			return gap - step
		}
		return step
	}
	return gap/4 + pick(gap/2) + 1
}

// isRank tells whether a text could have been given out as a rank.
func isRank(text string) bool {
	_, err := scaled(text, rankDigits)
	return err == nil && len(text) <= MaxRank
}

// scaled is the first digits of a rank as a whole number, the rest dropped.
func scaled(rank string, digits int) (*big.Int, error) {
	for i := range len(rank) {
		if b := rank[i]; (b < '0' || b > '9') && (b < 'a' || b > 'z') {
			return nil, fmt.Errorf("%q is not a rank", rank)
		}
	}
	if len(rank) > digits {
		rank = rank[:digits]
	}
	if rank == "" {
		return new(big.Int), nil
	}
	n, ok := new(big.Int).SetString(rank, rankBase)
	if !ok {
		return nil, fmt.Errorf("%q is not a rank", rank)
	}
	missing := big.NewInt(int64(digits - len(rank)))
	return n.Mul(n, missing.Exp(big.NewInt(rankBase), missing, nil)), nil
}
