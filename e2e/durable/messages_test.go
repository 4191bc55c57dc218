package durable

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

const (
	messageQueue = "messages"
	// mostWaiting is how many messages are there at most, roughly.
	mostWaiting = 40
)

type message struct{ Body, ReceiptHandle string }

// messages sends to, receives and deletes from a standard queue that nobody else
// uses.
type messages struct {
	dice  *rand.Rand
	last  int
	there map[string]bool // sends that were acknowledged, unless their deletion was too
	// unsent and undeleted were asked for and not answered.
	unsent, undeleted map[string]bool
}

func newMessages(dice *rand.Rand) *messages {
	return &messages{dice: dice, there: map[string]bool{}, unsent: map[string]bool{}, undeleted: map[string]bool{}}
}

func (a *messages) setUp(c *client) error {
	return c.sqs("CreateQueue", object{"QueueName": messageQueue}, nil)
}

func (a *messages) act(c *client) error {
	if a.dice.IntN(mostWaiting) >= len(a.there) {
		return a.send(c)
	}
	list, err := receive(c, messageQueue, 3)
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := a.delete(c, m); err != nil {
			return err
		}
	}
	return nil
}

// send sends one message, or a batch.
func (a *messages) send(c *client) error {
	size := 1
	if a.dice.IntN(3) == 0 {
		size = 2 + a.dice.IntN(4)
	}
	var bodies []string
	var entries []object
	for i := range size {
		a.last++
		body := fmt.Sprintf("message %d %s", a.last, padding[:a.dice.IntN(len(padding))])
		bodies = append(bodies, body)
		entries = append(entries, object{"Id": fmt.Sprint(i), "MessageBody": body})
		a.unsent[body] = true
	}
	var err error
	if size == 1 {
		err = c.sqs("SendMessage", object{"QueueUrl": messageQueue, "MessageBody": bodies[0]}, nil)
	} else {
		var out struct{ Successful []any }
		err = c.sqs("SendMessageBatch", object{"QueueUrl": messageQueue, "Entries": entries}, &out)
		if err == nil && len(out.Successful) != size {
			err = fmt.Errorf("%d of a batch of %d were sent", len(out.Successful), size)
		}
	}
	if err != nil {
		return err
	}
	for _, body := range bodies {
		delete(a.unsent, body)
		a.there[body] = true
	}
	return nil
}

func (a *messages) delete(c *client, m message) error {
	if !a.there[m.Body] {
		return fmt.Errorf("%.20q was received and is not in the queue", m.Body)
	}
	a.undeleted[m.Body] = true
	if err := c.sqs("DeleteMessage", object{"QueueUrl": messageQueue, "ReceiptHandle": m.ReceiptHandle}, nil); err != nil {
		return err
	}
	delete(a.undeleted, m.Body)
	delete(a.there, m.Body)
	return nil
}

// receive takes up to n messages, which stay hidden for the visibility timeout.
func receive(c *client, queue string, n int) ([]message, error) {
	var out struct{ Messages []message }
	err := c.sqs("ReceiveMessage", object{"QueueUrl": queue, "MaxNumberOfMessages": n, "VisibilityTimeout": visibility}, &out)
	return out.Messages, err
}

// check receives everything; the clock makes it visible again.
func (a *messages) check(c *client) error {
	found := map[string]bool{}
	for {
		list, err := receive(c, messageQueue, 10)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		for _, m := range list {
			switch {
			case found[m.Body]:
				return fmt.Errorf("%.20q is there twice", m.Body)
			case !a.there[m.Body] && !a.unsent[m.Body]:
				return fmt.Errorf("%.20q was deleted and is back", m.Body)
			}
			found[m.Body] = true
		}
	}
	for _, body := range slices.Sorted(maps.Keys(a.there)) {
		if !found[body] && !a.undeleted[body] {
			return fmt.Errorf("%.20q was acknowledged and is gone", body)
		}
	}
	a.there = found
	clear(a.unsent)
	clear(a.undeleted)
	return nil
}

// line is a FIFO queue of numbers with one message group. What was not answered
// is sent again under its deduplication id, so that every number is received
// once and in order.
type line struct {
	group      string
	sent, done int // newest number sent, newest deleted
	unsent     bool
	undeleted  bool // the deletion of done+1
	sequence   string
}

func (a *line) queue() string { return "line-" + a.group + ".fifo" }

func (a *line) setUp(c *client) error {
	return c.sqs("CreateQueue", object{"QueueName": a.queue(), "Attributes": object{"FifoQueue": "true"}}, nil)
}

func (a *line) act(c *client) error {
	if a.sent-a.done < 5 {
		a.unsent = true
		return a.send(c)
	}
	return a.take(c)
}

func (a *line) send(c *client) error {
	number := fmt.Sprint(a.sent + 1)
	var out struct{ SequenceNumber string }
	err := c.sqs("SendMessage", object{"QueueUrl": a.queue(), "MessageBody": number, "MessageGroupId": a.group, "MessageDeduplicationId": number}, &out)
	if err != nil {
		return err
	}
	if out.SequenceNumber <= a.sequence {
		return fmt.Errorf("number %s got sequence number %s after %s", number, out.SequenceNumber, a.sequence)
	}
	a.sequence, a.unsent = out.SequenceNumber, false
	a.sent++
	return nil
}

// take receives and deletes the next number.
func (a *line) take(c *client) error {
	list, err := receive(c, a.queue(), 1)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		if a.undeleted && a.sent == a.done+1 {
			a.done, a.undeleted = a.done+1, false
		}
		if a.sent != a.done {
			return fmt.Errorf("nothing was received; %d were sent and %d deleted", a.sent, a.done)
		}
		return nil
	}
	switch list[0].Body {
	case fmt.Sprint(a.done + 1):
	case fmt.Sprint(a.done + 2):
		if !a.undeleted {
			return fmt.Errorf("%s was received after %d", list[0].Body, a.done)
		}
		a.done++
	default:
		return fmt.Errorf("%s was received after %d (its deletion unanswered: %t)", list[0].Body, a.done, a.undeleted)
	}
	a.undeleted = true
	if err := c.sqs("DeleteMessage", object{"QueueUrl": a.queue(), "ReceiptHandle": list[0].ReceiptHandle}, nil); err != nil {
		return err
	}
	a.undeleted = false
	a.done++
	return nil
}

func (a *line) check(c *client) error {
	if a.unsent {
		if err := a.send(c); err != nil {
			return err
		}
	}
	return a.take(c)
}
