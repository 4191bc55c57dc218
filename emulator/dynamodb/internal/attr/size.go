package attr

// MaxItemSize is the largest item in bytes, names included (400 KB).
const MaxItemSize = 409_600

// MaxNesting is how deep lists and maps may nest.
const MaxNesting = 32

// Size is the item's size in bytes as DynamoDB counts it for limits and
// capacity: the UTF-8 length of each name plus the size of its value.
func (it Item) Size() int {
	n := 0
	for i := range it {
		n += len(it[i].Name) + it[i].Value.Size()
	}
	return n
}

// Size is the value's size in bytes: text and binary by length, numbers about
// one byte per two digits plus one, true, false and null one, lists and maps
// three plus one per element besides the elements' own.
func (v Value) Size() int {
	switch v.Kind {
	case S, B:
		return len(v.Text)
	case N:
		return numberSize(v.Text)
	case BOOL, NULL:
		return 1
	case SS, NS, BS:
		n := 0
		for i := range v.List() {
			n += v.List()[i].Size()
		}
		return n
	case L:
		n := 3
		for i := range v.List() {
			n += 1 + v.List()[i].Size()
		}
		return n
	case M:
		return 3 + len(v.Map()) + v.Map().Size()
	}
	return 0
}

// Depth is how many levels of lists and maps the value has; 0 for a scalar.
func (v Value) Depth() int {
	deepest := 0
	switch v.Kind {
	case L:
		for i := range v.List() {
			deepest = max(deepest, v.List()[i].Depth())
		}
	case M:
		for i := range v.Map() {
			deepest = max(deepest, v.Map()[i].Value.Depth())
		}
	default:
		return 0
	}
	return deepest + 1
}
