package s3

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// naive lists by looking at every key.
func naive(keys []string, prefix, delimiter, after string) (names []string) {
	seen := map[string]bool{}
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok || key <= after {
			continue
		}
		name := key
		if i := strings.Index(rest, delimiter); delimiter != "" && i >= 0 {
			name = prefix + rest[:i+len(delimiter)]
		}
		if name != after && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

func TestListingsEqualANaiveOne(t *testing.T) {
	t.Parallel()
	word := func(r *rand.Rand, n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteString([]string{"a", "b", "/", "\xff", "é"}[r.IntN(5)])
		}
		return b.String()
	}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 3))
		b := newBucket("bucket", "", "", start)
		set := map[string]bool{}
		for range r.IntN(60) {
			set["k"+word(r, 6)] = true
		}
		keys := slices.Sorted(maps.Keys(set))
		for _, key := range keys {
			b.insert(&version{Key: key, ID: nullVersion})
		}
		prefix, after := "k"+word(r, 3), ""
		delimiter := []string{"", "/", "a", "/a"}[r.IntN(4)]
		if r.IntN(2) == 0 {
			after = "k" + word(r, 4)
		}
		l := listing{prefix: prefix, delimiter: delimiter, after: after, limit: 1 + r.IntN(7)}
		var got []string
		for more := true; more; {
			var page []entry
			page, more = b.walk(l, live)
			for _, e := range page {
				got = append(got, e.name)
				l.after = e.name
			}
		}
		if want := naive(keys, prefix, delimiter, after); !slices.Equal(got, want) {
			t.Fatalf("seed %d: keys %q, prefix %q, delimiter %q, after %q, pages of %d:\n got %q\nwant %q", seed, keys, prefix, delimiter, after, l.limit, got, want)
		}
	}
}

func TestAListingSkipsWhatIsUnderACommonPrefix(t *testing.T) {
	t.Parallel()
	b := newBucket("bucket", "", "", start)
	for i := range 2000 {
		b.insert(&version{Key: fmt.Sprintf("a/%06d", i)})
	}
	looked := 0
	entries, more := b.walk(listing{delimiter: "/", limit: 10}, func(*object) bool { looked++; return true })
	if len(entries) != 1 || more || looked != 1 {
		t.Errorf("got %v, more %v, after looking at %d keys", entries, more, looked)
	}
}
