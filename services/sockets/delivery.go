package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/services/sockets/socketio"
)

// delivery brings one device its notifications: in order of their sequence,
// without gaps, each once per connection, at most maxUnacked on their way.
//
// A push is a hint that the inbox has grown. The one that is next in turn is
// sent as it came; one out of turn (SQS keeps no order and repeats) makes the
// inbox be read from where the device stands. A device that does not
// acknowledge in time is disconnected; it returns with its cursor and is
// replayed to. So the newest sequence a device has seen is always a true
// cursor: there is nothing below it that it has not.
type delivery struct {
	session *session
	cursor  *int64 // as the device said; nil: from now on

	mu      sync.Mutex // guards what follows
	last    int64      // newest sequence sent
	want    int64      // newest sequence heard of
	held    map[int64]json.RawMessage
	replay  []row // read from the inbox, to be sent before anything held
	synced  bool  // the device knows that the replay is over
	sync    syncMark
	unacked int
	working bool // a goroutine of work runs
	over    bool
}

// syncMark is the payload of `sync`: what the device has now. Not complete:
// more was missed than is replayed; the device lists its inbox.
type syncMark struct {
	Cursor   int64 `json:"cursor"`
	Complete bool  `json:"complete"`
}

// row is a notification as the device gets it.
type row struct {
	seq  int64
	data json.RawMessage
}

func newDelivery(se *session, cursor *int64) *delivery {
	return &delivery{session: se, cursor: cursor, held: map[int64]json.RawMessage{}, working: true}
}

// start reads what was missed and begins to send. Until then pushes are held:
// working is true from the beginning.
func (d *delivery) start() {
	go func() {
		if err := d.catchUp(); err != nil {
			d.fail("replay", err)
			return
		}
		d.work()
	}()
}

// catchUp reads the missed notifications. The registry row is there, so what
// is written after this read is pushed.
func (d *delivery) catchUp() error {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	h, user := d.session.hub, d.session.user
	if d.cursor == nil {
		head, err := h.inbox.Head(ctx, user)
		d.begin(nil, head.Seq, syncMark{Cursor: head.Seq, Complete: true})
		return err
	}
	rows, head, err := d.after(ctx, *d.cursor, maxReplay)
	if err != nil {
		return err
	}
	// A cursor above the head is from an inbox that was lost; nothing would ever
	// be above it again.
	last, mark := min(*d.cursor, head.Seq), syncMark{Complete: true}
	if len(rows) == maxReplay && rows[len(rows)-1].seq < head.Seq {
		mark = syncMark{Cursor: head.Seq}
	}
	d.begin(rows, last, mark)
	return nil
}

func (d *delivery) begin(rows []row, last int64, mark syncMark) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.replay, d.last, d.sync = rows, last, mark
}

// push tells of a notification; data is its JSON.
func (d *delivery) push(seq int64, data json.RawMessage) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if seq <= d.last || d.over {
		return
	}
	if len(d.held) < maxHeld {
		d.held[seq] = data
	}
	d.want = max(d.want, seq)
	d.wake()
}

// wake starts work if there is any. Called with mu held.
func (d *delivery) wake() {
	more := d.last < d.want || len(d.replay) > 0 || !d.synced
	if more && !d.working && !d.over && d.unacked < maxUnacked {
		d.working = true
		go d.work()
	}
}

// work sends until there is nothing left or too much is unacknowledged; an
// acknowledgement wakes it again.
func (d *delivery) work() {
	for {
		step, seq, data := d.next()
		switch step {
		case stepRest:
			return
		case stepSync:
			d.session.emit("sync", d.sync)
		case stepSend:
			d.send(seq, data)
		case stepRead:
			if err := d.read(); err != nil {
				d.fail("read the inbox", err)
				return
			}
		}
	}
}

type step int

const (
	stepRest step = iota // nothing to do for now
	stepSend             // the notification returned
	stepSync             // tell the device that it has everything
	stepRead             // what is next is only in the inbox
)

// next decides, and books what it decides.
func (d *delivery) next() (step, int64, json.RawMessage) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.over || d.unacked >= maxUnacked:
		d.working = false
		return stepRest, 0, nil
	case len(d.replay) > 0:
		r := d.replay[0]
		d.replay = d.replay[1:]
		return stepSend, d.book(r.seq), r.data
	case !d.synced && d.unacked > 0: // the device has not got the replay yet
		d.working = false
		return stepRest, 0, nil
	case !d.synced:
		d.synced = true
		if d.sync.Complete {
			d.sync.Cursor = d.last
		} else {
			d.last = max(d.last, d.sync.Cursor)
		}
		return stepSync, 0, nil
	case d.last >= d.want:
		d.working = false
		return stepRest, 0, nil
	}
	if data, ok := d.held[d.last+1]; ok {
		return stepSend, d.book(d.last + 1), data
	}
	return stepRead, 0, nil
}

// book notes that a notification is on its way. Called with mu held.
func (d *delivery) book(seq int64) int64 {
	d.last = seq
	d.unacked++
	for held := range d.held {
		if held <= seq {
			delete(d.held, held)
		}
	}
	return seq
}

// read fetches what is above last.
func (d *delivery) read() error {
	ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
	defer cancel()
	d.mu.Lock()
	last, want := d.last, d.want
	d.mu.Unlock()
	rows, _, err := d.after(ctx, last, maxUnacked)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.replay = rows
	if len(rows) == 0 { // rows are written before they are pushed, so these have expired
		d.last = max(d.last, want)
	}
	return nil
}

// after reads and encodes the person's notifications above a sequence.
func (d *delivery) after(ctx context.Context, seq int64, limit int) ([]row, cumin.InboxHead, error) {
	found, head, err := d.session.hub.inbox.After(ctx, d.session.user, seq, limit)
	if err != nil {
		return nil, head, err
	}
	rows := make([]row, len(found))
	for i, n := range found {
		data, err := json.Marshal(n)
		if err != nil {
			return nil, head, fmt.Errorf("encode notification %d: %w", n.Seq, err)
		}
		rows[i] = row{n.Seq, data}
	}
	return rows, head, nil
}

func (d *delivery) send(seq int64, data json.RawMessage) {
	args := socketio.Args{Values: []json.RawMessage{data}}
	err := d.session.socket.Ask("notification", args, d.session.hub.timing.ack, func(_ socketio.Args, err error) {
		if errors.Is(err, socketio.ErrAckTimeout) && d.stop() {
			d.session.hub.log.Info("notification not acknowledged in time",
				slog.String("user", string(d.session.user)), slog.Int64("seq", seq))
			d.session.socket.Abort()
		}
		d.acked()
	})
	if err != nil {
		d.stop() // the connection has ended
	}
}

func (d *delivery) acked() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unacked--
	d.wake()
}

// fail closes the connection, so that the device tries again.
func (d *delivery) fail(what string, err error) {
	d.session.hub.log.Warn(what, slog.String("user", string(d.session.user)), slog.Any("err", err))
	d.stop()
	d.session.socket.Close()
}

// stop ends the delivery; true the first time.
func (d *delivery) stop() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	first := !d.over
	d.over = true
	return first
}
