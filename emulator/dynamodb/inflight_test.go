package dynamodb_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/dynamodb"
)

// barrier holds the first transaction until it is opened, and tells when it has
// one.
type barrier struct {
	reached, opened chan struct{}
	held            atomic.Bool
}

func (*barrier) Armed() bool       { return false }
func (*barrier) Stale(string) bool { return false }

func (b *barrier) Hold(context.Context, string) {
	if b.held.CompareAndSwap(false, true) {
		close(b.reached)
		<-b.opened
	}
}

func TestWhatMeetsATransactionInFlightIsRefused(t *testing.T) {
	t.Parallel()
	b := &barrier{reached: make(chan struct{}), opened: make(chan struct{})}
	w := open(t, dynamodb.Config{Clock: clock.NewFrozen(start), Faults: b})
	w.do("CreateTable", songs)
	first := `{"ClientRequestToken":"t","TransactItems":[` + addA + `]}`
	var wg sync.WaitGroup
	wg.Go(func() { w.do("TransactWriteItems", first) })
	<-b.reached

	const ongoing = "Transaction is ongoing for the item"
	key := `"Key":{"pk":{"S":"a"},"sk":{"S":"1"}}`
	w.refuses("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"}}}`, "TransactionConflictException", ongoing)
	w.refuses("UpdateItem", `{"TableName":"songs",`+key+`}`, "TransactionConflictException", ongoing)
	w.refuses("DeleteItem", `{"TableName":"songs",`+key+`}`, "TransactionConflictException", ongoing)
	w.refuses("ExecuteStatement", statement(`DELETE FROM songs WHERE pk = 'a' AND sk = '1'`), "TransactionConflictException", ongoing)
	w.refuses("TransactWriteItems", `{"TransactItems":[`+putB+`,`+addA+`]}`, "TransactionCanceledException", "specific reasons [None, TransactionConflict]")
	w.refuses("TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"songs",`+key+`}}]}`, "TransactionCanceledException", "specific reasons [TransactionConflict]")
	w.refuses("TransactWriteItems", first, "TransactionInProgressException", "already in progress")
	w.gives("GetItem", `{"TableName":"songs",`+key+`}`, `{}`) // reads see what was before
	w.do("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"2"}}}`)
	w.do("TransactWriteItems", `{"TransactItems":[`+putB+`]}`)

	close(b.opened)
	wg.Wait()
	w.do("TransactWriteItems", first) // the same again, and done once
	w.do("TransactWriteItems", `{"TransactItems":[`+addA+`]}`)
	w.gives("GetItem", `{"TableName":"songs","ProjectionExpression":"n",`+key+`}`, `{"Item":{"n":{"N":"2"}}}`)
}

func TestTransactionsThatNothingHoldsWaitForEachOther(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				w.do("TransactWriteItems", `{"TransactItems":[`+addA+`]}`)
			}
		})
	}
	wg.Wait()
	w.gives("GetItem", `{"TableName":"songs","ProjectionExpression":"n","Key":{"pk":{"S":"a"},"sk":{"S":"1"}}}`, `{"Item":{"n":{"N":"200"}}}`)
}
