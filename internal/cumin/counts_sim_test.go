package cumin_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// The simulation: tasks change, their changes go into a stream, and workers
// that crash, repeat, overlap and write late bring them into the counts. At
// the end the counts must equal the tasks, and never may one be negative.

// planner is PlanCounts or something that claims to replace it.
type planner func([]cumin.StatusChange, map[cumin.TaskRef]cumin.Marker) []cumin.CountTransaction

// addPlan is what a first draft does: add what the images say, no markers.
func addPlan(changes []cumin.StatusChange, _ map[cumin.TaskRef]cumin.Marker) []cumin.CountTransaction {
	var plan []cumin.CountTransaction
	for _, c := range changes {
		tx := cumin.CountTransaction{Project: c.Project}
		count(&tx, c.From, -1)
		count(&tx, c.To, +1)
		plan = append(plan, tx)
	}
	return plan
}

// imagePlan moves markers under their conditions but takes away the image's
// old status instead of the marker's.
func imagePlan(changes []cumin.StatusChange, markers map[cumin.TaskRef]cumin.Marker) []cumin.CountTransaction {
	plan := cumin.PlanCounts(changes, markers)
	newest := map[cumin.TaskID]cumin.StatusChange{}
	for _, c := range changes {
		if c.Version > newest[c.Task].Version {
			newest[c.Task] = c
		}
	}
	for i := range plan {
		plan[i].Todo, plan[i].InProgress, plan[i].Done = 0, 0, 0
		for _, m := range plan[i].Moves {
			count(&plan[i], newest[m.Task].From, -1)
			count(&plan[i], m.To.Status, +1)
		}
	}
	return plan
}

func count(tx *cumin.CountTransaction, s cumin.Status, n int64) {
	switch s {
	case todo:
		tx.Todo += n
	case doing:
		tx.InProgress += n
	case done:
		tx.Done += n
	}
}

// world is one seeded history.
type world struct {
	rng     *rand.Rand
	plan    planner
	tasks   map[cumin.TaskID]cumin.Task
	stream  []cumin.StatusChange
	markers map[cumin.TaskRef]cumin.Marker
	counts  [3]int64 // todo, in progress, done
	workers []*worker
	cursor  int // everything before it was acknowledged
	lowest  int64
}

// worker is one invocation: it reads, plans, then writes transaction by
// transaction. Between any two steps others may run, and it may be given up
// by whoever waits for it and write on all the same.
type worker struct {
	batch []cumin.StatusChange
	end   int // acknowledging moves the cursor here; -1: nobody waits for it any more
	plan  []cumin.CountTransaction
	ready bool
}

const project = cumin.ProjectID("P")

func newWorld(seed uint64, plan planner) *world {
	w := &world{
		rng: rand.New(rand.NewPCG(seed, 17)), plan: plan,
		tasks: map[cumin.TaskID]cumin.Task{}, markers: map[cumin.TaskRef]cumin.Marker{},
	}
	for range 20 + w.rng.IntN(60) {
		w.change()
	}
	return w
}

// change lets one person do one thing to one task.
func (w *world) change() {
	id := cumin.TaskID(fmt.Sprintf("t%d", w.rng.IntN(12)))
	before, exists := w.tasks[id]
	after := before
	after.Version++
	switch {
	case !exists:
		after = cumin.Task{Project: project, ID: id, Version: 1, Status: cumin.Columns[w.rng.IntN(3)]}
		w.tasks[id] = after
		w.stream = append(w.stream, cumin.StatusChangeOf(nil, &after))
		return
	case w.rng.IntN(5) == 0:
		after.Title += "x"
	case w.rng.IntN(6) == 0:
		after.Status = gone
	default:
		after.Status = cumin.Columns[w.rng.IntN(3)]
	}
	w.tasks[id] = after
	w.stream = append(w.stream, cumin.StatusChangeOf(&before, &after))
}

// step does one thing that can happen to the consumers.
func (w *world) step() {
	switch n := w.rng.IntN(10); {
	case n < 2 || len(w.workers) == 0:
		w.deliver()
	case n == 2: // its invoker gives up waiting; it writes on, late
		w.workers[w.rng.IntN(len(w.workers))].end = -1
	case n == 3: // killed
		w.drop(w.rng.IntN(len(w.workers)))
	default:
		w.run(w.rng.IntN(len(w.workers)))
	}
}

// deliver hands a batch to a new worker: usually what comes next, sometimes an
// old stretch again, at boundaries of its own and at times shuffled.
func (w *world) deliver() {
	if len(w.workers) > 4 {
		return
	}
	from := w.cursor
	again := w.rng.IntN(4) == 0
	if again {
		from = w.rng.IntN(len(w.stream))
	}
	end := min(len(w.stream), from+1+w.rng.IntN(25))
	batch := slices.Clone(w.stream[from:end])
	if again && w.rng.IntN(2) == 0 {
		w.rng.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
	}
	for _, other := range w.workers {
		if other.end >= 0 && !again {
			other.end = -1 // a shard has one invocation that counts
		}
	}
	next := &worker{batch: batch, end: end}
	if again {
		next.end = -1
	}
	w.workers = append(w.workers, next)
}

func (w *world) run(i int) {
	k := w.workers[i]
	if !k.ready {
		read := map[cumin.TaskRef]cumin.Marker{}
		for _, ref := range cumin.CountedTasks(k.batch) {
			if m, ok := w.markers[ref]; ok {
				read[ref] = m
			}
		}
		k.plan, k.ready = w.plan(k.batch, read), true
		return
	}
	if len(k.plan) == 0 {
		w.cursor = max(w.cursor, k.end)
		w.drop(i)
		return
	}
	applied := w.apply(k.plan[0])
	if applied && w.rng.IntN(8) == 0 {
		applied = w.apply(k.plan[0]) // the answer was lost and the write sent again
	}
	k.plan = k.plan[1:]
	if !applied {
		k.ready = false // go round
	}
}

func (w *world) drop(i int) { w.workers = slices.Delete(w.workers, i, i+1) }

// apply is the store: all conditions hold, or nothing happens.
func (w *world) apply(tx cumin.CountTransaction) bool {
	for _, m := range tx.Moves {
		if w.markers[cumin.TaskRef{Project: tx.Project, Task: m.Task}].Version != m.Read {
			return false
		}
	}
	for _, m := range tx.Moves {
		w.markers[cumin.TaskRef{Project: tx.Project, Task: m.Task}] = m.To
	}
	for i, n := range [3]int64{tx.Todo, tx.InProgress, tx.Done} {
		w.counts[i] += n
		w.lowest = min(w.lowest, w.counts[i])
	}
	return true
}

// settle lets everything run out, as a stream does once nobody writes.
func (w *world) settle() {
	for len(w.workers) > 0 || w.cursor < len(w.stream) {
		if len(w.workers) == 0 {
			w.deliver()
		}
		w.run(w.rng.IntN(len(w.workers)))
	}
}

// exact reports whether the counts are the tasks'.
func (w *world) exact() bool {
	var want [3]int64
	for _, t := range w.tasks {
		if i := slices.Index(cumin.Columns[:], t.Status); i >= 0 {
			want[i]++
		}
	}
	return w.counts == want && w.lowest >= 0
}

func simulate(seed uint64, plan planner) *world {
	w := newWorld(seed, plan)
	for range 300 {
		w.step()
		if w.rng.IntN(4) == 0 {
			w.change()
		}
	}
	w.settle()
	return w
}

const seeds = 1_000

func TestCountsEqualTheTasksWhateverTheStreamDoes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(seeds) {
		w := simulate(seed, cumin.PlanCounts)
		require.True(t, w.exact(), "seed %d: counts %v, lowest ever %d, tasks %v", seed, w.counts, w.lowest, w.tasks)
	}
}

func TestTheSimulationCatchesPlannersThatDrift(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]planner{"plain ADD": addPlan, "old status from the image": imagePlan} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := 0
			for seed := range uint64(seeds) {
				if !simulate(seed, plan).exact() {
					wrong++
				}
			}
			t.Logf("drifts in %d of %d worlds", wrong, seeds)
			require.Greater(t, wrong, seeds/2, "worlds in which it drifts")
		})
	}
}
