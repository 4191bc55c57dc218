package trace

import (
	"iter"
	"slices"
)

// Node is an event with everything that followed from it. An event with several
// causes, such as the batch of two records, stands under the one that was noted
// first.
type Node struct {
	Event
	Effects []*Node `json:"effects,omitempty"` // in the order in which they began
}

// Trace returns an event and all that followed; ok is false when neither it nor
// anything caused by it is held. An unknown cause whose effects are known, for
// instance forgotten meanwhile, is an Origin.
func (l *Log) Trace(id string) (root *Node, ok bool) {
	if l == nil {
		return nil, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	root = &Node{Event: Event{ID: id, Kind: Origin}}
	n, known := l.byID[id]
	if known {
		root.Event = l.event(n)
	} else if len(l.effects[id]) == 0 {
		return nil, false
	}
	seen := map[uint64]bool{}
	l.grow(root, seen)
	if !known {
		root.At = root.Effects[0].At
	}
	return root, true
}

// grow hangs a node's effects under it. Called with the lock held.
func (l *Log) grow(n *Node, seen map[uint64]bool) {
	for _, at := range l.effects[n.ID] {
		if !seen[at] {
			seen[at] = true
			n.Effects = append(n.Effects, &Node{Event: l.event(at)})
		}
	}
	for _, effect := range n.Effects {
		l.grow(effect, seen)
	}
}

// Roots returns the events without causes from which an event follows, or the
// IDs of causes that are not held, as Origins. The event itself when it has none.
func (l *Log) Roots(id string) []Event {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var roots []Event
	seen := map[string]bool{}
	var climb func(id string)
	climb = func(id string) {
		if seen[id] {
			return
		}
		seen[id] = true
		n, ok := l.byID[id]
		if !ok {
			if len(l.effects[id]) > 0 {
				roots = append(roots, Event{ID: id, Kind: Origin})
			}
			return
		}
		e := l.event(n)
		if len(e.Causes) == 0 {
			roots = append(roots, e)
		}
		for _, cause := range e.Causes {
			climb(cause)
		}
	}
	climb(id)
	return roots
}

// Recent returns up to limit events without causes that had effects, the newest
// first.
func (l *Log) Recent(limit int) []Event {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	out := []Event{}
	for n := l.next; n > 0 && n+uint64(len(l.ring)) > l.next && len(out) < limit; n-- {
		e := &l.ring[(n-1)%uint64(l.bound)]
		if len(e.Causes) == 0 && len(l.effects[e.ID]) > 0 {
			out = append(out, l.event(n-1))
		}
	}
	return out
}

// All visits the node and everything under it, causes before effects, each once.
func (n *Node) All() iter.Seq[*Node] {
	return func(yield func(*Node) bool) { n.visit(yield) }
}

func (n *Node) visit(yield func(*Node) bool) bool {
	return yield(n) && !slices.ContainsFunc(n.Effects, func(e *Node) bool { return !e.visit(yield) })
}

// Find returns the nodes of a kind and a name, in the order of All; an empty
// name is any.
func (n *Node) Find(kind Kind, name string) []*Node {
	var found []*Node
	for e := range n.All() {
		if e.Kind == kind && (name == "" || e.Name == name) {
			found = append(found, e)
		}
	}
	return found
}

// Total is the bill of the node and everything under it. What several causes
// share, such as the run on a batch of their records, is in the total of each.
func (n *Node) Total() Bill {
	var b Bill
	for e := range n.All() {
		b.Add(e.Bill)
	}
	return b
}
