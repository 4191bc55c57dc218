package emulator

import (
	"bytes"
	"crypto/md5"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/internal/linear"
)

// What concurrent clients see of an item or an object must be what they could
// have seen one after the other, also across losses of power: an operation that
// was not answered happened before the loss or never, and what anybody has seen
// stays. The state is a number; 0 is none.

const (
	linearClients = 5
	linearLives   = 3
	linearWrites  = 20  // transactions of a life, at most
	mostAsked     = 150 // operations of a life, about
)

// attempt is one operation: how to do it, and what it does to the state.
type attempt struct {
	do   func(endpoint string) (answer string, err error) // an error: not answered
	step func(answer string) func(state int) (next int, fits bool)
}

// history collects what clients saw of one key.
type history struct {
	clock atomic.Int64

	mu  sync.Mutex // guards ops
	ops []linear.Operation[int]
}

// live lets clients ask until the power is lost, in the midst of a transaction if
// there are enough.
func (h *history) live(t *testing.T, dir string, seed uint64, draw func(*rand.Rand) attempt) {
	t.Helper()
	aws, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	prepareKeys(t, aws)
	arm(t, aws, fault.Rule{Kind: fault.PowerLoss, Target: "state", After: rand.New(rand.NewPCG(seed, 0)).IntN(linearWrites)})
	var asked atomic.Int64
	var wg sync.WaitGroup
	var unanswered []linear.Operation[int]
	for client := range linearClients {
		wg.Go(func() {
			dice := rand.New(rand.NewPCG(seed, uint64(client)))
			for {
				if asked.Add(1) == mostAsked {
					wg.Go(func() {
						if err := aws.LosePower(seed); err != nil {
							t.Error(err)
						}
					})
				}
				a := draw(dice)
				op := linear.Operation[int]{Call: h.clock.Add(1)}
				answer, err := a.do(aws.Endpoint())
				op.Return = h.clock.Add(1)
				h.mu.Lock()
				if err != nil {
					if _, cut := errors.AsType[*url.Error](err); !cut && !errors.Is(err, io.ErrUnexpectedEOF) {
						t.Error(err)
					}
					op.Unanswered = true
					op.Step = func(s int) (int, bool) { next, _ := a.step("")(s); return next, true }
					unanswered = append(unanswered, op)
					h.mu.Unlock()
					return
				}
				op.Step = a.step(answer)
				h.ops = append(h.ops, op)
				h.mu.Unlock()
			}
		})
	}
	wg.Wait()
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}
	for _, op := range unanswered {
		op.Return = h.clock.Add(1)
		h.ops = append(h.ops, op)
	}
}

// prepareKeys makes the table and the bucket, unless they are there.
func prepareKeys(t *testing.T, aws *AWS) {
	t.Helper()
	answer, err := request(t, aws, "DescribeTable", `{"TableName":"table"}`)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		createTable(t, aws, "table")
		rest(t, aws, "s3", "PUT", "/bucket", nil)
	}
}

func TestWhatConcurrentClientsSeeHasAnOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		draw func(*rand.Rand) attempt
	}{{"an item", drawItem}, {"an object", drawObject}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answered, lost := 0, 0
			for seed := range uint64(4) {
				dir := t.TempDir()
				h := new(history)
				for life := range uint64(linearLives) {
					h.live(t, dir, seed<<8|life, c.draw)
				}
				if !linear.Check(0, h.ops) {
					t.Errorf("seed %d: no order explains what %d operations saw", seed, len(h.ops))
				}
				for _, op := range h.ops {
					if op.Unanswered {
						lost++
					} else {
						answered++
					}
				}
			}
			if answered == 0 || lost == 0 {
				t.Fatalf("%d operations answered and %d lost: nothing was proved", answered, lost)
			}
			t.Logf("%d operations answered, %d in flight when the power was lost", answered, lost)
		})
	}
}

// exchange sends a request and reads the whole answer.
func exchange(r *http.Request) (status int, body []byte, err error) {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}

// drawItem draws an operation of DynamoDB on one item. Its answer is the number
// in it, or "refused".
func drawItem(dice *rand.Rand) attempt {
	value, guess := 1+dice.IntN(4), dice.IntN(5)
	operation, more := "", ""
	var next func(int) int
	number := func(s string) func(int) (int, bool) { // reads: the state before
		return func(state int) (int, bool) { return next(state), s == strconv.Itoa(state) }
	}
	step := number
	switch dice.IntN(5) {
	case 0:
		operation, more = "GetItem", `,"ConsistentRead":true`
		next = func(state int) int { return state }
	case 1:
		operation, more = "DeleteItem", `,"ReturnValues":"ALL_OLD"`
		next = func(int) int { return 0 }
	case 2:
		operation, more = "UpdateItem", fmt.Sprintf(`,"ReturnValues":"ALL_OLD","UpdateExpression":"SET n = :v","ExpressionAttributeValues":{":v":{"N":"%d"}}`, value)
		next = func(int) int { return value }
	case 3:
		operation, more = "UpdateItem", `,"ReturnValues":"ALL_NEW","UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}`
		next = func(state int) int { return state + 1 }
		step = func(s string) func(int) (int, bool) {
			return func(state int) (int, bool) { return state + 1, s == strconv.Itoa(state+1) }
		}
	case 4:
		operation = "UpdateItem"
		more = fmt.Sprintf(`,"ReturnValues":"ALL_NEW","UpdateExpression":"SET n = :v","ConditionExpression":"n = :old","ExpressionAttributeValues":{":v":{"N":"%d"},":old":{"N":"%d"}}`, value, guess)
		step = func(s string) func(int) (int, bool) {
			return func(state int) (int, bool) {
				if state == 0 || state != guess {
					return state, s == "refused"
				}
				return value, s == strconv.Itoa(value)
			}
		}
	}
	return attempt{step: step, do: func(endpoint string) (string, error) {
		r, err := http.NewRequest(http.MethodPost, endpoint, strings.NewReader(`{"TableName":"table","Key":{"pk":{"S":"item"}}`+more+"}"))
		if err != nil {
			return "", err
		}
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		status, body, err := exchange(r)
		if err != nil {
			return "", err
		}
		if bytes.Contains(body, []byte("ConditionalCheckFailedException")) {
			return "refused", nil
		}
		var out struct{ Item, Attributes map[string]struct{ N string } }
		if err := json.Unmarshal(body, &out); err != nil || status != http.StatusOK {
			return "", fmt.Errorf("%d %s", status, body)
		}
		for _, image := range []map[string]struct{ N string }{out.Item, out.Attributes} {
			if image != nil {
				return image["n"].N, nil
			}
		}
		return "0", nil
	}}
}

// drawObject draws an operation of S3 on one object. Its answer is the body of
// a GET, "0" where there is none, and of the others "done" or "refused".
func drawObject(dice *rand.Rand) attempt {
	value, guess := 1+dice.IntN(4), 1+dice.IntN(4)
	method, header, condition := http.MethodPut, "", ""
	always := func(next func(int) int) func(string) func(int) (int, bool) {
		return func(s string) func(int) (int, bool) {
			return func(state int) (int, bool) { return next(state), s == "done" }
		}
	}
	when := func(holds func(int) bool) func(string) func(int) (int, bool) {
		return func(s string) func(int) (int, bool) {
			return func(state int) (int, bool) {
				if !holds(state) {
					return state, s == "refused"
				}
				return value, s == "done"
			}
		}
	}
	var step func(string) func(int) (int, bool)
	switch dice.IntN(5) {
	case 0:
		method = http.MethodGet
		step = func(s string) func(int) (int, bool) {
			return func(state int) (int, bool) { return state, s == strconv.Itoa(state) }
		}
	case 1:
		method, step = http.MethodDelete, always(func(int) int { return 0 })
	case 2:
		step = always(func(int) int { return value })
	case 3:
		header, condition = "If-None-Match", "*"
		step = when(func(state int) bool { return state == 0 })
	case 4:
		header, condition = "If-Match", fmt.Sprintf(`"%x"`, md5.Sum([]byte(strconv.Itoa(guess))))
		step = when(func(state int) bool { return state == guess })
	}
	return attempt{step: step, do: func(endpoint string) (string, error) {
		r, err := http.NewRequest(method, endpoint+"/bucket/key", nil)
		if err != nil {
			return "", err
		}
		if method == http.MethodPut {
			text := strconv.Itoa(value)
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
		}
		r.Header.Set("Authorization", auth("s3"))
		if header != "" {
			r.Header.Set(header, condition)
		}
		status, body, err := exchange(r)
		switch {
		case err != nil:
			return "", err
		case method == http.MethodGet && status == http.StatusOK:
			return string(body), nil
		case method == http.MethodGet && status == http.StatusNotFound:
			return "0", nil
		case status/100 == 2:
			return "done", nil
		case status == http.StatusPreconditionFailed || status == http.StatusNotFound:
			return "refused", nil
		}
		return "", errors.New(strconv.Itoa(status) + string(body))
	}}
}
