package durable

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// The table that has a stream, and the one that shares transactions with it.
const (
	itemTable   = "items"
	markerTable = "markers"
)

func text(v string) object { return object{"S": v} }
func number(n int) object  { return object{"N": strconv.Itoa(n)} }

// tables makes the tables.
type tables struct{}

func (tables) setUp(c *client) error {
	for _, name := range []string{itemTable, markerTable} {
		in := object{
			"TableName": name, "BillingMode": "PAY_PER_REQUEST",
			"AttributeDefinitions": []object{{"AttributeName": "pk", "AttributeType": "S"}},
			"KeySchema":            []object{{"AttributeName": "pk", "KeyType": "HASH"}},
		}
		if name == itemTable {
			in["StreamSpecification"] = object{"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}
		}
		if err := c.dynamo("CreateTable", in, nil); err != nil {
			return err
		}
	}
	return nil
}

func (tables) act(*client) error   { return errIdle }
func (tables) check(*client) error { return nil }

// getNumber reads attribute n of an item; 0 when the item is missing.
func getNumber(c *client, table, pk string) (int, error) {
	var out struct {
		Item map[string]struct{ N string }
	}
	if err := c.dynamo("GetItem", object{"TableName": table, "Key": object{"pk": text(pk)}, "ConsistentRead": true}, &out); err != nil {
		return 0, err
	}
	if out.Item == nil {
		return 0, nil
	}
	return strconv.Atoi(out.Item["n"].N)
}

// items is the only writer of a few items, each of which has a version.
type items struct {
	name  string
	dice  *rand.Rand
	known [6]int // the version of each item; 0: there is none
	last  int    // version given out
	// asked is the write that was not answered; item is -1 for none.
	asked struct{ item, version int }
}

func newItems(name string, dice *rand.Rand) *items {
	a := &items{name: name, dice: dice}
	a.asked.item = -1
	return a
}

func (a *items) key(i int) string    { return fmt.Sprintf("%s/%d", a.name, i) }
func (a *items) setUp(*client) error { return nil }

func (a *items) act(c *client) error {
	i := a.dice.IntN(len(a.known))
	a.last++
	a.asked.item, a.asked.version = i, a.last
	in := object{"TableName": itemTable}
	operation := "PutItem"
	switch draw := a.dice.IntN(10); {
	case draw == 0:
		operation, a.asked.version = "DeleteItem", 0
		in["Key"] = object{"pk": text(a.key(i))}
	case draw < 4 && a.known[i] > 0:
		operation = "UpdateItem"
		in["Key"] = object{"pk": text(a.key(i))}
		in["UpdateExpression"], in["ConditionExpression"] = "SET n = :new", "n = :old"
		in["ExpressionAttributeValues"] = object{":new": number(a.last), ":old": number(a.known[i])}
	default:
		in["Item"] = object{"pk": text(a.key(i)), "n": number(a.last), "padding": text(padding[:a.dice.IntN(len(padding))])}
	}
	if err := c.dynamo(operation, in, nil); err != nil {
		return err
	}
	a.known[i] = a.asked.version
	a.asked.item = -1
	return nil
}

func (a *items) check(c *client) error {
	for i, want := range a.known {
		got, err := getNumber(c, itemTable, a.key(i))
		if err != nil {
			return err
		}
		if got != want && (a.asked.item != i || got != a.asked.version) {
			return fmt.Errorf("%s has version %d; acknowledged was %d, unanswered %+v", a.key(i), got, want, a.asked)
		}
		a.known[i] = got
	}
	a.asked.item = -1
	return nil
}
