package dynamodb

import (
	"context"
	"encoding/binary"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/btree"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// expireAtOnce is how many expired items are deleted under one hold of the
// table's lock.
const expireAtOnce = 1000

// tooOld is the age from which on a time to live is taken for a mistake and
// ignored. Source: Developer Guide, "Using time to live (TTL)" (read 2026-11).
const tooOld = 5 * 365 * 24 * time.Hour

// expiry orders a table's items by when their time to live ends, and holds the
// one timer set for the first of them. Guarded by table.mu.
type expiry struct {
	due   btree.Set[string] // second of expiry, big-endian, then the item's key
	timer clock.Timer
	at    int64 // the second the timer is set for
}

func (x *expiry) stop() {
	if x.timer != nil {
		x.timer.Stop()
		x.timer = nil
	}
}

// expirySecond reads an item's time to live; ok is false when it has none that
// counts.
func expirySecond(it attr.Item, attribute string) (second int64, ok bool) {
	v := it.Get(attribute)
	if v.Kind != attr.N {
		return 0, false
	}
	whole, _, _ := strings.Cut(v.Text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	return n, err == nil && n >= 0
}

func expiryKey(second int64, key string) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(second))) + key
}

// watchExpiry follows one changed item. Called with the table's lock held.
func (s *Service) watchExpiry(t *table, key string, old, next *entry) {
	if t.def.TTLAttribute == "" {
		return
	}
	if old != nil {
		if at, ok := expirySecond(old.item, t.def.TTLAttribute); ok {
			t.expiry.due.Delete(expiryKey(at, key))
		}
	}
	if next != nil {
		if at, ok := expirySecond(next.item, t.def.TTLAttribute); ok {
			t.expiry.due.Insert(expiryKey(at, key))
		}
	}
	s.armExpiry(t)
}

// armExpiry sets the timer for the first item due: a second after its time,
// when the clock has passed it. Called with the table's lock held.
func (s *Service) armExpiry(t *table) {
	now := s.clock.Now()
	first, ok := t.expiry.due.GetAt(0)
	oldest := expiryKey(max(now.Add(-tooOld).Unix(), 0), "")
	if ok && first < oldest { // skip the ones that are too old to count
		ok = false
		t.expiry.due.Ascend(oldest, func(k string) bool {
			first, ok = k, true
			return false
		})
	}
	if !ok {
		t.expiry.stop()
		return
	}
	second := int64(binary.BigEndian.Uint64([]byte(first[:8])))
	if t.expiry.timer != nil && t.expiry.at == second {
		return
	}
	t.expiry.stop()
	wait := time.Duration(math.MaxInt64)
	if left := second + 1 - now.Unix(); left < int64(wait/time.Second) {
		wait = time.Unix(second+1, 0).Sub(now)
	}
	t.expiry.at = second
	t.expiry.timer = s.clock.AfterFunc(wait, func() { s.expire(t) })
}

// expire deletes the items whose time is over, as the service and not as a
// user. It runs on the clock's goroutine.
func (s *Service) expire(t *table) {
	for {
		if err := t.lock(); err != nil {
			return // the table was deleted
		}
		t.expiry.stop()
		from := origin{now: s.clock.Now(), expired: true}
		low, high := expiryKey(max(from.now.Add(-tooOld).Unix(), 0), ""), expiryKey(from.now.Unix(), "")
		var writes []write
		t.expiry.due.Ascend(low, func(k string) bool {
			if k >= high || len(writes) == expireAtOnce {
				return false
			}
			key := k[8:]
			e, _ := t.items.Get(key)
			writes = append(writes, write{t: t, key: key, old: e})
			return true
		})
		if len(writes) == 0 {
			s.armExpiry(t)
			t.mu.Unlock()
			return
		}
		var batch store.Batch
		tk := s.commit(&batch, from, writes, nil)
		t.mu.Unlock()
		if err := tk.done(); err != nil {
			s.log.ErrorContext(context.Background(), "keep expired items", slog.String("table", t.def.ID.Name), slog.Any("err", err))
			return
		}
	}
}

// rewatch rebuilds the order of expiry after the attribute was chosen. Called
// with the table's lock held.
func (s *Service) rewatch(t *table) {
	t.expiry.stop()
	t.expiry.due = btree.Set[string]{}
	if t.def.TTLAttribute == "" {
		return
	}
	t.items.Scan(func(key string, e *entry) bool {
		if at, ok := expirySecond(e.item, t.def.TTLAttribute); ok {
			t.expiry.due.Insert(expiryKey(at, key))
		}
		return true
	})
	s.armExpiry(t)
}
