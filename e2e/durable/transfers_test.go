package durable

import (
	"fmt"
	"sync/atomic"
)

// transfers makes transactions over two tables: a marker in each, which must not
// be there yet, and one added to a sum. What was not answered is sent again
// under its client token, and must have happened exactly once then.
type transfers struct {
	name  string
	sum   *atomic.Int64 // transactions of all actors that certainly happened
	last  int
	asked bool // the last one was not answered
}

const sumKey = "sum"

func (a *transfers) setUp(*client) error { return nil }

func (a *transfers) id() string { return fmt.Sprintf("%s/%d", a.name, a.last) }

func (a *transfers) act(c *client) error {
	a.last++
	a.asked = true
	return a.send(c)
}

func (a *transfers) send(c *client) error {
	marker := func(table string) object {
		return object{"Put": object{"TableName": table, "Item": object{"pk": text(a.id()), "n": number(a.last)}, "ConditionExpression": "attribute_not_exists(pk)"}}
	}
	err := c.dynamo("TransactWriteItems", object{"ClientRequestToken": a.id(), "TransactItems": []object{
		marker(itemTable), marker(markerTable),
		{"Update": object{
			"TableName": markerTable, "Key": object{"pk": text(sumKey)},
			"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": object{":one": number(1)},
		}},
	}}, nil)
	// Two actors meet at the sum; AWS cancels one of them, which did nothing.
	if refusedWith(err, "TransactionConflict") {
		a.asked = false
		return nil
	}
	if err != nil {
		return err
	}
	a.asked = false
	a.sum.Add(1)
	return nil
}

func (a *transfers) check(c *client) error {
	if a.last == 0 {
		return nil
	}
	one, err := getNumber(c, itemTable, a.id())
	if err != nil {
		return err
	}
	other, err := getNumber(c, markerTable, a.id())
	if err != nil {
		return err
	}
	if one != other {
		return fmt.Errorf("half of transaction %s is there: %d and %d", a.id(), one, other)
	}
	if a.asked {
		return a.send(c)
	}
	if one != a.last {
		return fmt.Errorf("transaction %s was acknowledged and is gone", a.id())
	}
	return nil
}

// ledger compares the sum with all transactions.
type ledger struct{ sum *atomic.Int64 }

func (ledger) setUp(*client) error { return nil }
func (ledger) act(*client) error   { return errIdle }

func (a ledger) check(c *client) error {
	got, err := getNumber(c, markerTable, sumKey)
	if err != nil {
		return err
	}
	if want := int(a.sum.Load()); got != want {
		return fmt.Errorf("the sum is %d after %d transactions", got, want)
	}
	return nil
}
