package dynamodb

import (
	"context"
	"sync"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Holder is what Faults may also be: it keeps transactions in flight. Without
// one a transaction takes no time, and nothing can meet it half-way; with one it
// is in flight from when its items are found until it is answered, and writes
// and transactions that meet it are refused as on AWS.
type Holder interface {
	// Hold returns when the transaction, of an operation such as
	// "TransactWriteItems", may go on.
	Hold(ctx context.Context, operation string)
}

// inFlight is the transactions that have begun and not ended.
type inFlight struct {
	hold Holder // nil: none ever is

	mu     sync.Mutex      // guards what follows; held alone
	items  map[string]bool // by itemID
	tokens map[string]bool // client tokens, by account and region
}

// itemID tells items of all tables apart.
func itemID(t *table, key string) string { return t.def.UUID + key }

// enter puts a transaction in flight and keeps it there as long as the Holder
// does. Its error says which items another one has, or that it is itself under
// way. leave is to be called when the transaction has ended.
func (f *inFlight) enter(ctx context.Context, in *transactWriteInput) (leave func(), err error) {
	if f.hold == nil {
		return func() {}, nil
	}
	ids, token := make([]string, len(in.actions)), ""
	for i, a := range in.actions {
		ids[i] = itemID(a.t, a.key)
	}
	if in.token.set {
		token = tokenKey(wire.IdentityFrom(ctx), in.token.text)
	}
	if err := f.mark(ids, token); err != nil {
		return nil, err
	}
	f.hold.Hold(ctx, "TransactWriteItems")
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, id := range ids {
			delete(f.items, id)
		}
		delete(f.tokens, token)
	}, nil
}

// mark takes all items and the token, or none.
func (f *inFlight) mark(ids []string, token string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if token != "" && f.tokens[token] {
		return errTransactionInProgress()
	}
	if err := f.conflicts(ids); err != nil {
		return err
	}
	if f.items == nil {
		f.items, f.tokens = map[string]bool{}, map[string]bool{}
	}
	for _, id := range ids {
		f.items[id] = true
	}
	if token != "" {
		f.tokens[token] = true
	}
	return nil
}

// conflicts says which of a transaction's items another has; called with mu
// held.
func (f *inFlight) conflicts(ids []string) error {
	reasons := make([]cancellationReason, len(ids))
	met := false
	for i, id := range ids {
		reasons[i].Code = "None"
		if f.items[id] {
			reasons[i], met = cancellationReason{Code: "TransactionConflict", Message: ongoing}, true
		}
	}
	if !met {
		return nil
	}
	return errCanceled(reasons)
}

// checkRead is conflicts for a transaction that only reads.
func (f *inFlight) checkRead(ids []string) error {
	if f.hold == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.conflicts(ids)
}

// checkWrite refuses a write to an item that a transaction has.
func (f *inFlight) checkWrite(a *action) error {
	if f.hold == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.items[itemID(a.t, a.key)] {
		return errTransactionConflict()
	}
	return nil
}
