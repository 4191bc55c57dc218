package emulator

import (
	"encoding/json"
	"fmt"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

const clockBucket = "emulator/clock"

// restoreClock puts the clock where it was moved to before a restart: tokens
// and leases written then would lie in the future. A clock that was never
// moved runs with the wall clock.
func (a *AWS) restoreClock() error {
	return a.store.Load(clockBucket, func(_, value []byte) error {
		var s clock.State
		if err := json.Unmarshal(value, &s); err != nil {
			return fmt.Errorf("restore the clock: %w", err)
		}
		a.clock.Restore(s)
		return nil
	})
}

// keepClock keeps where the clock was moved to. What the move made due is in
// the store before it: a timer that fired stays fired.
func (a *AWS) keepClock(s clock.State) error {
	value, err := json.Marshal(s)
	if err != nil {
		return err
	}
	b := new(store.Batch)
	b.Put(clockBucket, []byte("state"), value)
	return a.store.Apply(b)()
}
