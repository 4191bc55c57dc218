package attr

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestEveryByteIsEscapedWhereverItIs writes each character at each place of a
// text longer than the words that are looked at together.
func TestEveryByteIsEscapedWhereverItIs(t *testing.T) {
	t.Parallel()
	for c := range rune(0x100) {
		for at := range 20 {
			for _, after := range []int{0, 3, 20} {
				want := strings.Repeat("é", at%2) + strings.Repeat("a", at) + string(c) + strings.Repeat("z", after)
				text := AppendString(nil, want)
				var got string
				if err := json.Unmarshal(text, &got); err != nil || got != want {
					t.Fatalf("%q was written as %s, which reads as %q, %v", want, text, got, err)
				}
			}
		}
	}
}

func BenchmarkAppendString(b *testing.B) {
	text := strings.Repeat("plain text ", 40)
	out := make([]byte, 0, 1<<10)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		out = AppendString(out[:0], text)
	}
}
