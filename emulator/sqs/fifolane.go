package sqs

import (
	"cmp"
	"slices"
)

// fifoLane delivers each group in order and one batch at a time: while any
// message of a group is hidden, no other of it is delivered (SQS-3).
type fifoLane struct {
	groups map[string]*group
	// open holds groups all of whose messages are visible, ordered by their
	// oldest message; the heap stores that message.
	open heap
}

type group struct {
	name     string
	messages []*message // by seq
	hidden   int
	opener   *message // the message that stands for the group in the lane's heap
}

func newFIFOLane() *fifoLane {
	return &fifoLane{
		groups: map[string]*group{},
		open:   heap{slot: slotVisible, before: func(a, b *message) bool { return a.seq < b.seq }},
	}
}

func (l *fifoLane) add(m *message) {
	g := l.groups[m.group]
	if g == nil {
		g = &group{name: m.group}
		l.groups[m.group] = g
	}
	g.messages = slices.Insert(g.messages, g.index(m), m)
	g.hidden++ // until it is shown
	l.refresh(g)
}

func (l *fifoLane) show(m *message) {
	g := l.groups[m.group]
	g.hidden--
	l.refresh(g)
}

func (l *fifoLane) hide(m *message) {
	g := l.groups[m.group]
	g.hidden++
	l.refresh(g)
}

func (l *fifoLane) remove(m *message) {
	g := l.groups[m.group]
	if i := g.index(m); i == 0 {
		g.messages[0] = nil
		g.messages = g.messages[1:] // the usual case, however long the group
	} else {
		g.messages = slices.Delete(g.messages, i, i+1)
	}
	if m.state != visible {
		g.hidden--
	}
	l.refresh(g)
	if len(g.messages) == 0 {
		delete(l.groups, g.name)
	}
}

// index is where m is in the group, or belongs.
func (g *group) index(m *message) int {
	i, _ := slices.BinarySearchFunc(g.messages, m.seq, func(x *message, seq uint64) int { return cmp.Compare(x.seq, seq) })
	return i
}

// refresh puts the group into the heap by its first message, or takes it out.
func (l *fifoLane) refresh(g *group) {
	var opener *message
	if g.hidden == 0 && len(g.messages) > 0 {
		opener = g.messages[0]
	}
	if opener == g.opener {
		return
	}
	if g.opener != nil {
		l.open.remove(g.opener)
	}
	if opener != nil {
		l.open.push(opener)
	}
	g.opener = opener
}

func (l *fifoLane) next(t *turn) *message {
	if t.group != nil {
		for _, m := range t.group.messages {
			if m.state == visible {
				return m
			}
		}
	}
	m := l.open.first()
	if m == nil {
		return nil
	}
	t.group = l.groups[m.group]
	return m
}
