package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/dynamodb"
)

// row is an item of the model: pk and sk are its key in the model's map, "a/1".
type row struct {
	n    int
	g    string // empty: not in the index byRank
	rank int
	ttl  int64 // 0: none
}

func (r row) json(key string) string {
	pk, sk, _ := strings.Cut(key, "/")
	out := fmt.Sprintf(`{"pk":{"S":%q},"sk":{"S":%q},"n":{"N":"%d"}`, pk, sk, r.n)
	if r.g != "" {
		out += fmt.Sprintf(`,"gpk":{"S":%q},"rank":{"N":"%d"}`, r.g, r.rank)
	}
	if r.ttl != 0 {
		out += fmt.Sprintf(`,"ttl":{"N":"%d"}`, r.ttl)
	}
	return out + "}"
}

func keyJSON(key string) string {
	pk, sk, _ := strings.Cut(key, "/")
	return fmt.Sprintf(`{"pk":{"S":%q},"sk":{"S":%q}}`, pk, sk)
}

// history drives a Service and a map side by side with the same random steps.
type history struct {
	w       *world
	r       *rand.Rand
	rows    map[string]row
	restart func() *world // nil: in memory
}

func TestRandomHistoriesAgreeWithAMap(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			h := &history{w: songWorld(t), r: rand.New(rand.NewPCG(seed, 1)), rows: map[string]row{}}
			h.run(400)
		})
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d with restarts", seed), func(t *testing.T) {
			t.Parallel()
			d := openDurable(t, filepath.Join(t.TempDir(), "state.db"), clock.NewFrozen(start))
			d.do("CreateTable", songs)
			d.do("UpdateTimeToLive", `{"TableName":"songs","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}`)
			h := &history{w: d.world, r: rand.New(rand.NewPCG(seed, 2)), rows: map[string]row{}}
			h.restart = func() *world {
				d = d.reopen()
				return d.world
			}
			h.run(150)
		})
	}
}

func (h *history) run(steps int) {
	h.w.t.Helper()
	for range steps {
		switch h.r.IntN(12) {
		case 0, 1, 2, 3, 4, 5:
			h.write()
		case 6, 7:
			h.transact()
		case 8:
			h.query()
		case 9:
			h.partition()
		case 10:
			h.advance()
		case 11:
			h.shards()
		}
	}
	h.replay()
}

func (h *history) key() string { return fmt.Sprintf("%c/%d", 'a'+rune(h.r.IntN(3)), h.r.IntN(5)) }

func (h *history) row() row {
	r := row{n: h.r.IntN(5)}
	if h.r.IntN(3) > 0 {
		r.g, r.rank = string('g'+rune(h.r.IntN(2))), h.r.IntN(7)-3
	}
	if h.r.IntN(4) == 0 {
		r.ttl = h.w.clock.Now().Unix() + int64(h.r.IntN(3000))
	}
	return r
}

// step is one write: what to send, whether its condition holds, and what it
// makes of the model.
type step struct {
	action string // the name in a transaction: Put, Update, Delete, ConditionCheck
	body   string // members besides TableName
	holds  bool
	apply  func()
}

func (h *history) step(key string) step {
	old, exists := h.rows[key]
	switch h.r.IntN(4) {
	case 0:
		next, s := h.row(), step{action: "Put", holds: true}
		s.body = `"Item":` + next.json(key)
		if h.r.IntN(3) == 0 {
			s.body, s.holds = s.body+`,"ConditionExpression":"attribute_not_exists(pk)"`, !exists
		}
		s.apply = func() { h.rows[key] = next }
		return s
	case 1:
		limit := h.r.IntN(6)
		return step{
			action: "Update", holds: !exists || old.n < limit,
			body: fmt.Sprintf(`"Key":%s,"UpdateExpression":"ADD n :one REMOVE #t","ConditionExpression":"attribute_not_exists(n) OR n < :limit","ExpressionAttributeNames":{"#t":"ttl"},
				"ExpressionAttributeValues":{":one":{"N":"1"},":limit":{"N":"%d"}}`, keyJSON(key), limit),
			apply: func() {
				old.n, old.ttl = old.n+1, 0
				h.rows[key] = old
			},
		}
	case 2:
		return step{
			action: "Delete", holds: exists && old.n > 1,
			body:  `"Key":` + keyJSON(key) + `,"ConditionExpression":"n > :one","ExpressionAttributeValues":{":one":{"N":"1"}}`,
			apply: func() { delete(h.rows, key) },
		}
	}
	to := h.r.IntN(7) - 3
	return step{
		action: "Update", holds: exists && old.g != "",
		body: fmt.Sprintf(`"Key":%s,"UpdateExpression":"SET #r = :to","ConditionExpression":"attribute_exists(gpk)","ExpressionAttributeNames":{"#r":"rank"},"ExpressionAttributeValues":{":to":{"N":"%d"}}`, keyJSON(key), to),
		apply: func() {
			old.rank = to
			h.rows[key] = old
		},
	}
}

func (h *history) write() {
	h.w.t.Helper()
	s := h.step(h.key())
	body := `{"TableName":"songs",` + s.body + `}`
	if !s.holds {
		h.w.refuses(s.action+"Item", body, "ConditionalCheckFailedException", "")
		return
	}
	h.w.do(s.action+"Item", body)
	s.apply()
}

func (h *history) transact() {
	h.w.t.Helper()
	keys := map[string]bool{}
	var items []string
	var steps []step
	all := true
	for range 1 + h.r.IntN(4) {
		key := h.key()
		if keys[key] {
			continue
		}
		keys[key] = true
		s := h.step(key)
		steps, all = append(steps, s), all && s.holds
		items = append(items, fmt.Sprintf(`{%q:{"TableName":"songs",%s}}`, s.action, s.body))
	}
	body := `{"TransactItems":[` + strings.Join(items, ",") + `]}`
	if !all {
		h.w.refuses("TransactWriteItems", body, "TransactionCanceledException", "ConditionalCheckFailed")
		return
	}
	h.w.do("TransactWriteItems", body)
	for _, s := range steps {
		s.apply()
	}
}

// query reads one partition of the index, in pages, in either direction.
func (h *history) query() {
	h.w.t.Helper()
	g, forward := string('g'+rune(h.r.IntN(2))), h.r.IntN(2) == 0
	var want []string
	for key, r := range h.rows {
		if r.g == g {
			want = append(want, r.json(key))
		}
	}
	got := h.w.items("Query", fmt.Sprintf(`"IndexName":"byRank","Limit":%d,"ScanIndexForward":%t,"KeyConditionExpression":"gpk = :g","ExpressionAttributeValues":{":g":{"S":%q}}`, 1+h.r.IntN(5), forward, g))
	ranks := make([]int, len(got))
	for i, it := range got {
		ranks[i] = rankOf(h.w.t, it)
	}
	if !forward {
		slices.Reverse(ranks)
	}
	if !slices.IsSorted(ranks) {
		h.w.t.Fatalf("index is out of order (forward %t): %v", forward, ranks)
	}
	h.same(got, want)
}

func rankOf(t testing.TB, item string) int {
	t.Helper()
	var v struct {
		Rank struct {
			N json.Number `json:"N"`
		} `json:"rank"`
	}
	decode(t, item, &v)
	n, err := v.Rank.N.Int64()
	if err != nil {
		t.Fatal(err)
	}
	return int(n)
}

// partition reads one partition of the table, whose order the model knows.
func (h *history) partition() {
	h.w.t.Helper()
	pk := string('a' + rune(h.r.IntN(3)))
	var want []string
	for _, key := range slices.Sorted(maps.Keys(h.rows)) {
		if strings.HasPrefix(key, pk) {
			want = append(want, canonical(h.w.t, h.rows[key].json(key)))
		}
	}
	got := h.w.items("Query", fmt.Sprintf(`"ConsistentRead":true,"Limit":%d,"KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":%q}}`, 1+h.r.IntN(4), pk))
	if !slices.Equal(got, want) {
		h.w.t.Fatalf("partition %s\n got %v\nwant %v", pk, got, want)
	}
}

// items follows all pages and returns canonical items.
func (w *world) items(operation, parameters string) []string {
	w.t.Helper()
	var items []string
	from := "null"
	for {
		var out struct {
			Items            []json.RawMessage
			LastEvaluatedKey json.RawMessage
		}
		decode(w.t, w.do(operation, fmt.Sprintf(`{"TableName":"songs","ExclusiveStartKey":%s,%s}`, from, parameters)), &out)
		for _, it := range out.Items {
			items = append(items, canonical(w.t, string(it)))
		}
		if out.LastEvaluatedKey == nil {
			return items
		}
		from = string(out.LastEvaluatedKey)
	}
}

// same wants the same items in whatever order.
func (h *history) same(got, want []string) {
	h.w.t.Helper()
	for i := range want {
		want[i] = canonical(h.w.t, want[i])
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		h.w.t.Fatalf("got  %v\nwant %v", got, want)
	}
}

func (h *history) advance() {
	h.w.t.Helper()
	h.w.clock.Advance(time.Duration(h.r.IntN(1200)) * time.Second)
	now := h.w.clock.Now().Unix()
	maps.DeleteFunc(h.rows, func(_ string, r row) bool { return r.ttl != 0 && r.ttl < now })
	var want []string
	for key, r := range h.rows {
		want = append(want, r.json(key))
	}
	h.same(h.w.items("Scan", `"Limit":3`), want)
}

// shards splits an open shard, or restarts the Service.
func (h *history) shards() {
	h.w.t.Helper()
	if h.restart != nil && h.r.IntN(2) == 0 {
		h.w = h.restart()
		return
	}
	arn := h.w.streamARN("songs")
	shards, err := h.w.s.Shards(arn)
	if err != nil {
		h.w.t.Fatal(err)
	}
	open := slices.DeleteFunc(shards, func(s dynamodb.Shard) bool { return s.Closed })
	if len(open) < 6 {
		if err := h.w.s.SplitShard(arn, open[h.r.IntN(len(open))].ID); err != nil {
			h.w.t.Fatal(err)
		}
	}
}

// replay applies the stream's records to nothing, shard by shard with parents
// first: every old image must be what the records before made, and the end must
// be the model.
func (h *history) replay() {
	h.w.t.Helper()
	arn := h.w.streamARN("songs")
	shards, err := h.w.s.Shards(arn)
	if err != nil {
		h.w.t.Fatal(err)
	}
	items := map[string]string{}
	for _, sh := range shards {
		got, err := h.w.s.Read(arn, sh.ID, "", 10_000)
		if err != nil {
			h.w.t.Fatal(err)
		}
		last := ""
		for _, r := range got.Items {
			if r.Sequence <= last {
				h.w.t.Fatalf("shard %s: sequence %s after %s", sh.ID, r.Sequence, last)
			}
			last = r.Sequence
			var e struct {
				DynamoDB struct{ Keys, OldImage, NewImage json.RawMessage }
			}
			decode(h.w.t, string(r.Event), &e)
			key := canonical(h.w.t, string(e.DynamoDB.Keys))
			if old := orEmpty(h.w.t, e.DynamoDB.OldImage); old != items[key] {
				h.w.t.Fatalf("record %s: old image %s, but the records before made %s", r.Sequence, old, items[key])
			}
			items[key] = orEmpty(h.w.t, e.DynamoDB.NewImage)
			if items[key] == "" {
				delete(items, key)
			}
		}
	}
	var want []string
	for key, r := range h.rows {
		want = append(want, r.json(key))
	}
	h.same(slices.Collect(maps.Values(items)), want)
}

func orEmpty(t testing.TB, image json.RawMessage) string {
	t.Helper()
	if image == nil {
		return ""
	}
	return canonical(t, string(image))
}
