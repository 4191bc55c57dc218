package attr

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
)

// AppendKey appends the value, which must be S, N or B, so that the bytes order
// like the values and no encoding is a prefix of another: keys of several
// attributes are concatenations.
func AppendKey(out []byte, v Value) []byte {
	if v.Kind == N {
		return appendNumberKey(out, v.Text)
	}
	return append(AppendKeyPrefix(out, v.Text), 0, 1)
}

// AppendKeyPrefix appends the start of the encoding that all texts or binaries
// beginning with prefix share. A zero byte inside is followed by 0xFF, which
// orders after the terminator 0x00 0x01.
func AppendKeyPrefix(out []byte, prefix string) []byte {
	if strings.IndexByte(prefix, 0) < 0 {
		return append(out, prefix...)
	}
	for i := range len(prefix) {
		out = append(out, prefix[i])
		if prefix[i] == 0 {
			out = append(out, 0xFF)
		}
	}
	return out
}

// appendNumberKey encodes a canonical number: a sign byte, the exponent, two
// digits a byte, a terminator; all but the sign inverted when negative.
func appendNumberKey(out []byte, s string) []byte {
	d := mustDecimal(s)
	if d.digits == "" {
		return append(out, 1)
	}
	sign := byte(2)
	if d.neg {
		sign = 0
	}
	out = append(out, sign)
	body := len(out)
	out = append(out, byte(d.point+129)) // -129…126
	for i := 0; i < len(d.digits); i += 2 {
		pair := 10 * (d.digits[i] - '0')
		if i+1 < len(d.digits) {
			pair += d.digits[i+1] - '0'
		}
		out = append(out, pair+1)
	}
	out = append(out, 0)
	if d.neg {
		for i := body; i < len(out); i++ {
			out[i] = ^out[i]
		}
	}
	return out
}

// HashSize is the length of the hash at the start of a PartitionKey.
const HashSize = 8

// AppendPartition appends a hash of the partition's values and then the values
// themselves, so that partitions lie in hash order, as a Scan sees them, and
// each is one contiguous range.
func AppendPartition(out []byte, values ...Value) []byte {
	out = append(out, make([]byte, HashSize)...)
	start := len(out)
	for _, v := range values {
		out = AppendKey(out, v)
	}
	binary.BigEndian.PutUint64(out[start-HashSize:], hash(out[start:]))
	return out
}

// hash is FNV-1a with a final mix, so that keys that differ only at their end
// differ in the high bits too. It must stay the same for ever: positions of
// scans and boundaries of shards are made of it.
func hash(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// Hash reads the hash at the start of a key made with AppendPartition.
func Hash(key string) uint64 {
	return binary.BigEndian.Uint64([]byte(key[:HashSize]))
}

// After returns the least key greater than every key that starts with prefix;
// empty when there is none.
func After(prefix []byte) string {
	end := slices.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] != 0xFF {
			end[i]++
			return string(end[:i+1])
		}
	}
	return ""
}

// Segment is the range [low, high) of keys made with AppendPartition that
// belong to one of total equal parts of the hash's range; an empty high is no
// bound.
func Segment(i, total int) (low, high string) {
	bound := func(i int) string {
		quotient, _ := bits.Div64(uint64(i), 0, uint64(total)) // i/total of 2^64
		return string(binary.BigEndian.AppendUint64(nil, quotient))
	}
	if i > 0 {
		low = bound(i)
	}
	if i+1 < total {
		high = bound(i + 1)
	}
	return low, high
}
