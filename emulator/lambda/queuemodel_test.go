package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// queueHistory is one run of a mapping of a queue.
type queueHistory struct {
	history
	queues *fakeQueues
	most   int // batches at once

	running int                 // guarded by history.mu, as what follows
	groups  map[string][]string // message ids in order, by group
}

func (h *queueHistory) plan() {
	d := h.dice
	size := 1 + d.IntN(10)
	h.settings.FunctionName, h.settings.BatchSize = "f", &size
	if d.IntN(2) == 0 {
		h.settings.FunctionResponseTypes = &[]string{"ReportBatchItemFailures"}
	}
	if !h.queues.fifo && d.IntN(2) == 0 {
		window := 1 + d.IntN(5)
		size := 1 + d.IntN(40)
		h.settings.MaximumBatchingWindowInSeconds, h.settings.BatchSize = &window, &size
	}
	h.most = defaultQueueConcurrency
	if d.IntN(2) == 0 {
		h.most = 2 + d.IntN(3)
		h.settings.ScalingConfig = &ScalingConfig{&h.most}
	}
	h.flaky = []float64{0, 0, 0.3}[d.IntN(3)]
	h.poison = []float64{0, 0.1, 0.3}[d.IntN(3)]
}

func (h *queueHistory) function(_ context.Context, event []byte) ([]byte, error) {
	var e struct {
		Records []struct{ MessageID, Group string }
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running++
	defer func() { h.running-- }()
	if h.running > h.most || len(e.Records) > *h.settings.BatchSize {
		h.t.Errorf("seed %d: %d batches at once, the last of %d messages", h.seed, h.running, len(e.Records))
	}
	var failed []map[string]string
	var done []string
	bad := map[string]bool{} // groups with a failure
	for _, r := range e.Records {
		h.attempts[r.MessageID]++
		h.checkGroup(r.Group, r.MessageID, done)
		if h.poisoned(r.MessageID) || h.chance("flaky", r.MessageID, h.attempts[r.MessageID]) < h.flaky || h.queues.fifo && bad[r.Group] {
			failed = append(failed, map[string]string{"itemIdentifier": r.MessageID})
			bad[r.Group] = true
			continue
		}
		done = append(done, r.MessageID)
	}
	if len(failed) > 0 && !h.reports() {
		return nil, errors.New("no")
	}
	for _, id := range done {
		h.fates[id] = handled
	}
	return json.Marshal(map[string]any{"batchItemFailures": failed})
}

// checkGroup wants the earlier messages of a FIFO group to be done with, given
// up, or before this one in its batch.
func (h *queueHistory) checkGroup(group, id string, done []string) {
	if !h.queues.fifo {
		return
	}
	dead := h.queues.deadIDs()
	for _, earlier := range h.groups[group] {
		if earlier == id {
			return
		}
		inBatch := h.attempts[earlier] > 0 && h.attempts[earlier] >= h.attempts[id]
		if h.fates[earlier] == waiting && !slices.Contains(done, earlier) && !slices.Contains(dead, earlier) && !inBatch {
			h.t.Errorf("seed %d: %s overtook %s of its group", h.seed, id, earlier)
		}
	}
}

func (h *queueHistory) run() {
	s := modelService(h.t, h.clock, store.Memory{}, nil, h.queues, nil)
	defer s.Close()
	if _, err := s.HandleFunc("f", h.function); err != nil {
		h.t.Fatal(err)
	}
	ctx := wire.WithIdentity(context.Background(), wire.Identity{Account: wire.DefaultAccount, Region: wire.DefaultRegion})
	made, err := s.CreateMapping(ctx, &CreateMappingInput{EventSourceArn: sourceARN, MappingSettings: h.settings})
	if err != nil {
		h.t.Fatal(err)
	}
	messages := 10 + h.dice.IntN(60)
	for step, sent := 0, 0; sent < messages || h.queues.left() > 0; step++ {
		synctest.Wait()
		switch {
		case step > 20_000:
			h.t.Fatalf("seed %d: %d messages are left after %d steps", h.seed, h.queues.left(), step)
		case sent < messages && h.dice.IntN(3) > 0:
			id, group := "m"+strconv.Itoa(sent), strconv.Itoa(h.dice.IntN(4))
			h.mu.Lock()
			h.groups[group] = append(h.groups[group], id)
			h.mu.Unlock()
			h.queues.add(id, group)
			sent++
		case sent < messages && h.dice.IntN(15) == 0: // turned off and on
			for _, enabled := range []bool{false, true} {
				if _, err := s.UpdateMapping(ctx, made.UUID, &MappingSettings{Enabled: &enabled}); err != nil {
					h.t.Fatal(err)
				}
			}
		default:
			h.clock.Advance(time.Duration(h.dice.IntN(20_000)) * time.Millisecond)
		}
	}
	h.checkAll(messages)
}

func (h *queueHistory) checkAll(messages int) {
	dead := h.queues.deadIDs()
	for i := range messages {
		id := "m" + strconv.Itoa(i)
		died := slices.Contains(dead, id)
		switch {
		case died == (h.fates[id] == handled):
			h.t.Errorf("seed %d: %s: handled %t, given up %t", h.seed, id, h.fates[id] == handled, died)
		case h.poisoned(id) && !died, h.reports() && !h.queues.fifo && h.flaky == 0 && died && !h.poisoned(id):
			h.t.Errorf("seed %d: %s: poison %t, given up %t", h.seed, id, h.poisoned(id), died)
		}
	}
}

func (f *fakeQueues) deadIDs() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.dead)
}

func TestEveryMessageIsHandledOrGivenUp(t *testing.T) {
	t.Parallel()
	dead := 0
	for i := range *modelSeeds {
		seed := *modelFirst + uint64(i)
		synctest.Test(t, func(t *testing.T) {
			c := clock.NewFrozen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			h := &queueHistory{
				queues:  &fakeQueues{clock: c, fifo: seed%2 == 1, maxReceives: 3, changed: make(chan struct{})},
				groups:  map[string][]string{},
				history: history{t: t, seed: seed, dice: rand.New(rand.NewPCG(seed, 2)), clock: c, fates: map[string]fate{}, attempts: map[string]int{}},
			}
			h.plan()
			h.run()
			dead += len(h.queues.dead)
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d histories, %d messages given up", *modelSeeds, dead)
	if *modelSeeds >= 100 && dead == 0 {
		t.Error("nothing was ever given up: the model tests too little")
	}
}
