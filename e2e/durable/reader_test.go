package durable

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
)

// change is one record of the stream.
type change struct {
	sequence, event, pk string
	old, next           string // images as JSON, empty for none
}

// shard is what was read of one shard.
type shard struct {
	id       string
	iterator string // empty: to be asked for
	ended    bool
	changes  []change
	folded   int // how many of them are in the reader's picture of the table
}

// reader reads the stream of the items. What it saw before a death must be there
// afterwards, under the same numbers, and its iterators go on. The changes, one
// after the other, must make the table: each finds the image that the one before
// left, so none is missing and none is there twice.
type reader struct {
	dice   *rand.Rand
	arn    string
	shards []*shard // parents before children
	table  map[string]string
}

func newReader(dice *rand.Rand) *reader { return &reader{dice: dice, table: map[string]string{}} }

func (a *reader) setUp(c *client) error {
	var out struct {
		Table struct{ LatestStreamArn string }
	}
	err := c.dynamo("DescribeTable", object{"TableName": itemTable}, &out)
	a.arn = out.Table.LatestStreamArn
	return err
}

// act reads every shard once.
func (a *reader) act(c *client) error {
	_, err := a.round(c)
	return err
}

func (a *reader) check(c *client) error {
	for more := true; more; {
		var err error
		if more, err = a.round(c); err != nil {
			return err
		}
	}
	if err := a.fold(); err != nil {
		return err
	}
	if err := a.compare(c); err != nil {
		return err
	}
	if a.dice.IntN(4) == 0 {
		return a.again(c)
	}
	return nil
}

// round reads every shard once; more says that something was there.
func (a *reader) round(c *client) (more bool, err error) {
	if err := a.list(c); err != nil {
		return false, err
	}
	for _, sh := range a.shards {
		if sh.ended {
			continue
		}
		before := len(sh.changes)
		if err := a.read(c, sh); err != nil {
			return false, fmt.Errorf("shard %s: %w", sh.id, err)
		}
		more = more || sh.ended || len(sh.changes) > before
	}
	return more, nil
}

// list learns of new shards.
func (a *reader) list(c *client) error {
	var out struct {
		StreamDescription struct{ Shards []struct{ ShardId string } }
	}
	if err := c.streams("DescribeStream", object{"StreamArn": a.arn}, &out); err != nil {
		return err
	}
	found := out.StreamDescription.Shards
	for i, sh := range a.shards {
		if i >= len(found) || found[i].ShardId != sh.id {
			return fmt.Errorf("shard %s is gone", sh.id)
		}
	}
	for _, sh := range found[len(a.shards):] {
		a.shards = append(a.shards, &shard{id: sh.ShardId})
	}
	return nil
}

// read takes what follows in a shard, by its iterator of before the death when
// that has not expired.
func (a *reader) read(c *client, sh *shard) error {
	if sh.iterator == "" {
		in := object{"StreamArn": a.arn, "ShardId": sh.id, "ShardIteratorType": "TRIM_HORIZON"}
		if n := len(sh.changes); n > 0 {
			in["ShardIteratorType"], in["SequenceNumber"] = "AFTER_SEQUENCE_NUMBER", sh.changes[n-1].sequence
		}
		var out struct{ ShardIterator string }
		if err := c.streams("GetShardIterator", in, &out); err != nil {
			return err
		}
		sh.iterator = out.ShardIterator
	}
	var out struct {
		NextShardIterator string
		Records           []struct {
			EventName string
			Dynamodb  struct {
				SequenceNumber     string
				Keys               map[string]struct{ S string }
				OldImage, NewImage map[string]any
			}
		}
	}
	err := c.streams("GetRecords", object{"ShardIterator": sh.iterator}, &out)
	if refusedWith(err, "ExpiredIteratorException") {
		sh.iterator = ""
		return a.read(c, sh)
	}
	if err != nil {
		return err
	}
	for _, r := range out.Records {
		next := change{sequence: r.Dynamodb.SequenceNumber, event: r.EventName, pk: r.Dynamodb.Keys["pk"].S}
		if next.old, err = canonical(r.Dynamodb.OldImage); err != nil {
			return err
		}
		if next.next, err = canonical(r.Dynamodb.NewImage); err != nil {
			return err
		}
		if n := len(sh.changes); n > 0 && next.sequence <= sh.changes[n-1].sequence {
			return fmt.Errorf("record %s follows %s", next.sequence, sh.changes[n-1].sequence)
		}
		sh.changes = append(sh.changes, next)
	}
	sh.iterator, sh.ended = out.NextShardIterator, out.NextShardIterator == ""
	return nil
}

// canonical is an image as JSON with its members in order; empty for none.
func canonical(image map[string]any) (string, error) {
	if image == nil {
		return "", nil
	}
	b, err := json.Marshal(image)
	return string(b), err
}

// fold makes the new changes in the picture of the table.
func (a *reader) fold() error {
	for _, sh := range a.shards {
		for _, r := range sh.changes[sh.folded:] {
			if had := a.table[r.pk]; had != r.old {
				return fmt.Errorf("record %s of %s changes %q, but the records before left %q", r.sequence, r.pk, r.old, had)
			}
			if r.next == "" {
				delete(a.table, r.pk)
			} else {
				a.table[r.pk] = r.next
			}
		}
		sh.folded = len(sh.changes)
	}
	return nil
}

// compare compares the picture with the table.
func (a *reader) compare(c *client) error {
	found := 0
	var from any
	for {
		in := object{"TableName": itemTable, "ConsistentRead": true}
		if from != nil {
			in["ExclusiveStartKey"] = from
		}
		var out struct {
			Items            []map[string]any
			LastEvaluatedKey map[string]any
		}
		if err := c.dynamo("Scan", in, &out); err != nil {
			return err
		}
		for _, item := range out.Items {
			got, err := canonical(item)
			if err != nil {
				return err
			}
			pk, _ := item["pk"].(object)["S"].(string)
			if a.table[pk] != got {
				return fmt.Errorf("the table has %q, the stream made %q", got, a.table[pk])
			}
			found++
		}
		if out.LastEvaluatedKey == nil {
			break
		}
		from = out.LastEvaluatedKey
	}
	if found != len(a.table) {
		return fmt.Errorf("the table has %d items, the stream made %d", found, len(a.table))
	}
	return nil
}

// again reads the whole stream anew and compares it with what was read.
func (a *reader) again(c *client) error {
	fresh := &reader{arn: a.arn}
	for more := true; more; {
		var err error
		if more, err = fresh.round(c); err != nil {
			return err
		}
	}
	for i, sh := range a.shards {
		if !slices.Equal(sh.changes, fresh.shards[i].changes) {
			return fmt.Errorf("shard %s had %d records when read bit by bit, and other %d now", sh.id, len(sh.changes), len(fresh.shards[i].changes))
		}
	}
	return nil
}
