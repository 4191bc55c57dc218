// Package fault breaks the embedded AWS on purpose, in the ways AWS may:
// deliveries that come twice, batches that come again late, functions killed
// at the worst moment, operations that fail or are slow. Engines ask at named
// points whether a rule strikes; with no rules the question is one atomic load.
//
// The dice are seeded, so a run whose events come in the same order meets the
// same faults. Every strike is counted, so a test can tell a fault survived
// from a fault that never happened.
package fault

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Kind is what goes wrong.
type Kind string

// The kinds, and what Target names for each.
const (
	// Duplicate delivers a stream batch or a message again after it was
	// handled. Target: a function's name or a queue's ARN.
	Duplicate Kind = "duplicate"
	// Replay delivers a stream batch again after later ones. Target: a function's name.
	Replay Kind = "replay"
	// Reorder holds a stream batch back for Delay of the emulator's time, while
	// those of other shards and lanes overtake it. Target: a function's name.
	Reorder Kind = "reorder"
	// Kill ends a function's process; Point says when. Target: a function's name.
	Kill Kind = "kill"
	// Error makes an operation answer Code instead of running. Target:
	// service.Operation, e.g. "dynamodb.PutItem".
	Error Kind = "error"
	// Latency delays an operation by Delay of real time. Target as for Error.
	Latency Kind = "latency"
	// Lost lets an operation take effect and cuts the connection instead of
	// answering, so that clients ask again. Target as for Error.
	Lost Kind = "lost"
	// Stale makes a read of a global secondary index miss the last writes.
	// Target: table/index.
	Stale Kind = "stale"
	// Overlap keeps a transaction of DynamoDB in flight for Delay of real time; what
	// meets one of its items meanwhile is refused with TransactionConflict. By
	// itself a transaction here takes no time that anything could fall into.
	// Target: "dynamodb.TransactWriteItems".
	Overlap Kind = "overlap"
	// PowerLoss ends an AWS that keeps a folder, at a sync to the disk: what was
	// not synced is lost wholly or in part, as the dice fall. Target: "state", the
	// file of all services, or "objects", the bodies of S3.
	PowerLoss Kind = "power-loss"
)

// Point is when a Kill strikes.
type Point string

// The points of a Kill.
const (
	Start     Point = "start"      // when the function has got its event
	AfterCall Point = "after-call" // when its n-th AWS call has taken effect (Rule.Call)
	End       Point = "end"        // when it has answered, before anyone knows
)

// Rule says what goes wrong how often.
type Rule struct {
	Kind   Kind   `json:"kind"`
	Target string `json:"target,omitempty"` // empty or "*": any; a trailing * matches a prefix
	// P is the probability of a strike at each opportunity, above 0 up to 1; 0 means 1.
	P float64 `json:"p,omitempty"`
	// Times bounds the strikes; 0 is no bound.
	Times int `json:"times,omitempty"`
	// After is how many opportunities pass before the first strike.
	After int `json:"after,omitempty"`

	Point   Point  `json:"point,omitempty"`   // Kill only
	Call    int    `json:"call,omitempty"`    // Kill at AfterCall: the number of the call, from 1
	Code    string `json:"code,omitempty"`    // Error only: AWS's code, e.g. ProvisionedThroughputExceededException
	Status  int    `json:"status,omitempty"`  // Error only: HTTP status; 400 when 0
	Message string `json:"message,omitempty"` // Error only
	// Reason is, of an Error that cancels a transaction, why, e.g. TransactionConflict.
	Reason string `json:"reason,omitempty"`
	Delay  string `json:"delay,omitempty"` // Latency, Reorder and Overlap: a Go duration
}

// Report is a rule and how often it met an opportunity and struck.
type Report struct {
	Rule
	Met   int `json:"met"`
	Fired int `json:"fired"`
}

// Set is the rules in force. The nil Set never strikes. Safe for concurrent use.
type Set struct {
	armed atomic.Bool // rules is not empty

	mu    sync.Mutex // guards what follows
	dice  *rand.Rand
	rules []*Report
	total map[Kind]int // strikes since New, over all rules ever set
	watch func(Rule, string)
}

// New returns a Set without rules whose dice start from seed.
func New(seed uint64) *Set {
	return &Set{dice: rand.New(rand.NewPCG(seed, 0x63756d696e)), total: map[Kind]int{}}
}

// Put replaces the rules; the counts start again at zero. It refuses all when
// one makes no sense.
func (s *Set) Put(rules ...Rule) error {
	next := make([]*Report, len(rules))
	for i, r := range rules {
		if err := r.check(); err != nil {
			return fmt.Errorf("rule %d: %w", i+1, err)
		}
		next[i] = &Report{Rule: r}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = next
	s.armed.Store(len(next) > 0)
	return nil
}

// Watch calls f at each strike from now on, with what it struck. f must not call
// back.
func (s *Set) Watch(f func(rule Rule, target string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watch = f
}

// Clear removes all rules.
func (s *Set) Clear() { _ = s.Put() } // no rules, nothing to refuse

// Reports returns the rules with their counts, in the order they were put.
func (s *Set) Reports() []Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Report, len(s.rules))
	for i, r := range s.rules {
		out[i] = *r
	}
	return out
}

// Fired returns the strikes per kind since New, also of rules since replaced.
func (s *Set) Fired() map[Kind]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[Kind]int, len(s.total))
	for k, n := range s.total {
		out[k] = n
	}
	return out
}

// Hit reports whether a rule of this kind and point strikes at target.
func (s *Set) Hit(kind Kind, target string, point Point) bool {
	_, hit := s.strike(kind, target, func(r *Report) bool { return r.Point == point })
	return hit
}

// HitCall reports whether a Kill strikes a function after its call-th AWS call.
func (s *Set) HitCall(function string, call int) bool {
	_, hit := s.strike(Kill, function, func(r *Report) bool { return r.Point == AfterCall && r.Call == call })
	return hit
}

// Hold returns how long a function's batch is held back; 0 for not at all.
func (s *Set) Hold(function string) time.Duration {
	rule, hit := s.strike(Reorder, function, func(*Report) bool { return true })
	if !hit {
		return 0
	}
	delay, _ := time.ParseDuration(rule.Delay) // checked by Put
	return delay
}

// InFlight returns how long a transaction is kept in flight; 0 for not at all.
func (s *Set) InFlight(operation string) time.Duration {
	rule, hit := s.strike(Overlap, operation, func(*Report) bool { return true })
	if !hit {
		return 0
	}
	delay, _ := time.ParseDuration(rule.Delay) // checked by Put
	return delay
}

// Operation returns the error and latency rules that strike an operation, as
// service.Operation. Both may.
func (s *Set) Operation(name string) (broken Rule, fails bool, delay time.Duration) {
	any := func(*Report) bool { return true }
	if slow, hit := s.strike(Latency, name, any); hit {
		delay, _ = time.ParseDuration(slow.Delay) // checked by Put
	}
	broken, fails = s.strike(Error, name, any)
	return broken, fails, delay
}

// PowerLoss reports whether the power fails at a sync of a file, and the seed of
// what survives.
func (s *Set) PowerLoss(file string) (seed uint64, hit bool) {
	if _, hit := s.strike(PowerLoss, file, func(*Report) bool { return true }); !hit {
		return 0, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dice.Uint64(), true
}

func (s *Set) strike(kind Kind, target string, fits func(*Report) bool) (Rule, bool) {
	if s == nil || !s.armed.Load() {
		return Rule{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rules {
		if r.Kind != kind || !fits(r) || !matches(r.Target, target) {
			continue
		}
		r.Met++
		if r.Met <= r.After || r.Times > 0 && r.Fired >= r.Times || r.P > 0 && s.dice.Float64() >= r.P {
			continue
		}
		r.Fired++
		s.total[kind]++
		if s.watch != nil {
			s.watch(r.Rule, target)
		}
		return r.Rule, true
	}
	return Rule{}, false
}

func matches(pattern, target string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(target, prefix)
	}
	return pattern == "" || pattern == target
}

func (r Rule) check() error {
	if r.P < 0 || r.P > 1 || r.Times < 0 || r.After < 0 {
		return fmt.Errorf("p is between 0 and 1, times and after are not negative")
	}
	switch r.Kind {
	case Duplicate, Replay, Lost, Stale, PowerLoss:
	case Kill:
		if r.Point != Start && r.Point != End && (r.Point != AfterCall || r.Call < 1) {
			return fmt.Errorf("kill wants the point start, end, or after-call with a call from 1")
		}
	case Error:
		if r.Code == "" {
			return fmt.Errorf("error wants the code AWS would answer")
		}
	case Latency, Reorder, Overlap:
		if d, err := time.ParseDuration(r.Delay); err != nil || d <= 0 {
			return fmt.Errorf("%s wants a delay such as \"250ms\"", r.Kind)
		}
	default:
		return fmt.Errorf("there is no kind %q", r.Kind)
	}
	return nil
}

// Armed reports whether any rule is in force; false for the nil Set.
func (s *Set) Armed() bool { return s != nil && s.armed.Load() }
