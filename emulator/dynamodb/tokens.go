package dynamodb

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// tokenLife is how long a ClientRequestToken protects from doing a transaction
// twice. Source: API Reference, TransactWriteItems (read 2026-11).
const tokenLife = 10 * time.Minute

// tokens remembers the client tokens of finished transactions.
type tokens struct {
	mu    sync.Mutex // guards what follows; taken with tables' locks held
	byKey map[string]token
	order []string // by age; the oldest first
	stale []string // expired, but still in the store
}

// token is one remembered transaction.
type token struct {
	Key     string
	Request [sha256.Size]byte // of the request's content
	At      time.Time
}

// claim remembers the request's token. repeated says that the same request was
// carried out under it before. Called with the locks of all tables of the
// request, so that a repetition cannot overtake the first one. A request
// without a token claims nothing.
func (ts *tokens) claim(who wire.Identity, in *transactWriteInput, now time.Time) (_ token, repeated bool, err error) {
	if !in.token.set {
		return token{}, false, nil
	}
	t := token{Key: tokenKey(who, in.token.text), Request: in.digest(), At: now}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.forget(now)
	if old, ok := ts.byKey[t.Key]; ok {
		if old.Request != t.Request {
			return token{}, false, errIdempotentMismatch()
		}
		return token{}, true, nil
	}
	ts.remember(t)
	return t, false, nil
}

// tokenKey tells client tokens of all accounts and regions apart.
func tokenKey(who wire.Identity, token string) string {
	return who.Account + "/" + who.Region + "/" + token
}

func (ts *tokens) remember(t token) {
	if ts.byKey == nil {
		ts.byKey = map[string]token{}
	}
	ts.byKey[t.Key] = t
	ts.order = append(ts.order, t.Key)
}

// forget drops tokens that have expired. Called with mu held.
func (ts *tokens) forget(now time.Time) {
	for len(ts.order) > 0 {
		t, ok := ts.byKey[ts.order[0]]
		if ok && now.Sub(t.At) < tokenLife {
			return
		}
		delete(ts.byKey, ts.order[0])
		ts.stale = append(ts.stale, ts.order[0])
		ts.order = ts.order[1:]
	}
}

// release gives back the token of a transaction that was cancelled.
func (ts *tokens) release(t token) {
	if t.Key == "" {
		return
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	delete(ts.byKey, t.Key)
}

// tokenBucket keeps tokens in the store, so that a restart does not forget.
const tokenBucket = "dynamodb/tokens"

// keep adds the token to the transaction's own batch, and what became of the
// expired ones.
func (ts *tokens) keep(b *store.Batch, t token) {
	if t.Key == "" {
		return
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	for _, key := range ts.stale {
		if _, claimed := ts.byKey[key]; !claimed {
			b.Delete(tokenBucket, []byte(key))
		}
	}
	ts.stale = nil
	value, err := json.Marshal(t)
	if err != nil {
		panic("dynamodb: encode token: " + err.Error()) // a struct of plain fields always encodes
	}
	b.Put(tokenBucket, []byte(t.Key), value)
}

// load reads the kept tokens.
func (ts *tokens) load(from store.Store) error {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	err := from.Load(tokenBucket, func(_, value []byte) error {
		var t token
		if err := json.Unmarshal(value, &t); err != nil {
			return fmt.Errorf("read client token: %w", err)
		}
		ts.remember(t)
		return nil
	})
	slices.SortFunc(ts.order, func(a, b string) int { return ts.byKey[a].At.Compare(ts.byKey[b].At) })
	return err
}

// digest identifies the content of the request, apart from the token, from what
// only shapes the answer, and from the order of placeholders.
func (in *transactWriteInput) digest() [sha256.Size]byte {
	var b []byte
	for _, a := range in.actions {
		o := open(b)
		o.integer("kind", int(a.kind))
		o.text("table", a.tableName)
		o.item("item", a.item)
		o.item("key", a.keyItem)
		o.text("condition", a.conditionText.text)
		o.text("update", a.updateText.text)
		if a.statement.set {
			o.text("statement", a.statement.text)
		}
		names := slices.SortedFunc(slices.Values(a.scope.Names), func(x, y expr.Name) int { return strings.Compare(x.Key, y.Key) })
		for _, n := range names {
			o.text(n.Key, n.Attribute)
		}
		values := slices.SortedFunc(slices.Values(a.scope.Values), func(x, y expr.Value) int { return strings.Compare(x.Key, y.Key) })
		for _, v := range values {
			o.name(v.Key)
			o.out = v.Value.AppendJSON(o.out)
		}
		b = o.close()
	}
	return sha256.Sum256(b)
}
