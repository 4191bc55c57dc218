package sqs

// slot names a heap of a queue; a message knows its position in each.
type slot int

const (
	slotVisible slot = iota
	slotHidden
	slotExpiry
	slotCount
)

// heap is a binary heap of messages from which any can be removed.
type heap struct {
	slot   slot
	before func(a, b *message) bool
	list   []*message
}

// first is the smallest message, nil when there is none.
func (h *heap) first() *message {
	if len(h.list) == 0 {
		return nil
	}
	return h.list[0]
}

func (h *heap) push(m *message) {
	h.list = append(h.list, m)
	m.slots[h.slot] = len(h.list)
	h.up(len(h.list) - 1)
}

// remove takes m out; it does nothing when m is not in the heap.
func (h *heap) remove(m *message) {
	i := m.slots[h.slot] - 1
	if i < 0 {
		return
	}
	last := len(h.list) - 1
	h.swap(i, last)
	h.list[last] = nil
	h.list = h.list[:last]
	m.slots[h.slot] = 0
	if i < last {
		h.down(i)
		h.up(i)
	}
}

func (h *heap) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !h.before(h.list[i], h.list[parent]) {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (h *heap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h.list) {
			return
		}
		if right := child + 1; right < len(h.list) && h.before(h.list[right], h.list[child]) {
			child = right
		}
		if !h.before(h.list[child], h.list[i]) {
			return
		}
		h.swap(i, child)
		i = child
	}
}

func (h *heap) swap(i, j int) {
	h.list[i], h.list[j] = h.list[j], h.list[i]
	h.list[i].slots[h.slot], h.list[j].slots[h.slot] = i+1, j+1
}
