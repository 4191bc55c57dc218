package durable

import (
	"fmt"
	"strconv"
	"sync"
)

// counter is an item that several actors add one to.
type counter struct {
	mu         sync.Mutex   // guards what follows
	floor      int          // what the counter was when it was last compared
	values     map[int]bool // answers since
	unanswered int
}

const counterKey = "counter"

// adder adds one, again and again.
type adder struct{ *counter }

func (adder) setUp(*client) error { return nil }
func (adder) check(*client) error { return nil }

func (a adder) act(c *client) error {
	a.mu.Lock()
	a.unanswered++
	a.mu.Unlock()
	var out struct {
		Attributes map[string]struct{ N string }
	}
	err := c.dynamo("UpdateItem", object{
		"TableName": itemTable, "Key": object{"pk": text(counterKey)}, "ReturnValues": "UPDATED_NEW",
		"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": object{":one": number(1)},
	}, &out)
	if err != nil {
		return err
	}
	got, err := strconv.Atoi(out.Attributes["n"].N)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unanswered--
	if got <= a.floor || a.values[got] {
		return fmt.Errorf("the counter was %d before, and %d was answered (a second time: %t)", a.floor, got, a.values[got])
	}
	if a.values == nil {
		a.values = map[int]bool{}
	}
	a.values[got] = true
	return nil
}

// counterCheck compares the counter with all additions.
type counterCheck struct{ *counter }

func (counterCheck) setUp(*client) error { return nil }
func (counterCheck) act(*client) error   { return errIdle }

func (a counterCheck) check(c *client) error {
	got, err := getNumber(c, itemTable, counterKey)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if least := a.floor + len(a.values); got < least || got > least+a.unanswered {
		return fmt.Errorf("the counter is %d; it was %d, then %d additions were acknowledged and %d not answered", got, a.floor, len(a.values), a.unanswered)
	}
	for value := range a.values {
		if value > got {
			return fmt.Errorf("the counter is %d, but %d was answered", got, value)
		}
	}
	a.floor, a.values, a.unanswered = got, nil, 0
	return nil
}
