package linear

import "testing"

func write(v int, call, back int64) Operation[int] {
	return Operation[int]{Call: call, Return: back, Step: func(int) (int, bool) { return v, true }}
}

func lost(v int, call, crash int64) Operation[int] {
	op := write(v, call, crash)
	op.Unanswered = true
	return op
}

func read(v int, call, back int64) Operation[int] {
	return Operation[int]{Call: call, Return: back, Step: func(s int) (int, bool) { return s, s == v }}
}

func TestAnOrderIsFoundWhereThereIsOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		history []Operation[int]
		want    bool
	}{
		{"one after the other", []Operation[int]{write(1, 1, 2), read(1, 3, 4)}, true},
		{"a stale read", []Operation[int]{write(1, 1, 2), read(0, 3, 4)}, false},
		{"a read during the write may see either", []Operation[int]{write(1, 1, 6), read(0, 2, 3), read(1, 4, 5)}, true},
		{"but not go back", []Operation[int]{write(1, 1, 6), read(1, 2, 3), read(0, 4, 5)}, false},
		{"two writes, read both ways by two", []Operation[int]{write(1, 1, 9), write(2, 1, 9), read(1, 10, 11), read(2, 12, 13)}, false},
		{"a lost write that happened", []Operation[int]{write(1, 1, 2), lost(2, 3, 5), read(2, 6, 7)}, true},
		{"a lost write that did not", []Operation[int]{write(1, 1, 2), lost(2, 3, 5), read(1, 6, 7)}, true},
		{"a lost write that happens after the crash", []Operation[int]{write(1, 1, 2), lost(2, 3, 5), read(1, 6, 7), read(2, 8, 9)}, false},
		{"a value that was seen and is lost", []Operation[int]{lost(2, 1, 5), read(2, 2, 3), read(0, 6, 7)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := Check(0, c.history); got != c.want {
				t.Fatalf("got %t", got)
			}
		})
	}
}
