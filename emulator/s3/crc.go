package s3

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
)

// combineCRC is the CRC of the concatenated parts, from their CRCs and sizes
// alone. Appending n bytes to a message multiplies its CRC by x^(8n) modulo the
// polynomial, so crc(AB) = crc(A)·x^(8|B|) + crc(B) (the initial and final
// inversions cancel).
func combineCRC(algorithm string, parts []part) (string, error) {
	f, ok := fields[algorithm]
	if !ok {
		return "", fmt.Errorf("%s cannot be combined", algorithm)
	}
	var total uint64
	for _, p := range parts {
		b, err := base64.StdEncoding.DecodeString(p.Checksum.Value)
		if err != nil || len(b) != f.bits/8 {
			return "", fmt.Errorf("part %d has no %s", p.Number, algorithm)
		}
		var crc uint64
		for _, x := range b {
			crc = crc<<8 | uint64(x)
		}
		total = f.multiply(total, f.power(8*uint64(p.Size))) ^ crc
	}
	b := make([]byte, f.bits/8)
	for i := range b {
		b[len(b)-1-i] = byte(total >> (8 * i))
	}
	return base64.StdEncoding.EncodeToString(b), nil
}

// field is GF(2)[x] modulo a CRC's polynomial. Values are bit-reflected, as the
// CRCs are: the highest bit is the coefficient of x^0.
type field struct {
	bits       int
	polynomial uint64
}

var fields = map[string]field{
	"CRC32":     {32, crc32.IEEE},
	"CRC32C":    {32, crc32.Castagnoli},
	"CRC64NVME": {64, nvmePolynomial},
}

func (f field) one() uint64 { return 1 << (f.bits - 1) }

func (f field) multiply(a, b uint64) uint64 {
	var product uint64
	for bit := f.one(); bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		carry := b & 1
		b >>= 1
		if carry != 0 {
			b ^= f.polynomial
		}
	}
	return product
}

// power is x^n.
func (f field) power(n uint64) uint64 {
	result, square := f.one(), f.one()>>1
	for ; n > 0; n >>= 1 {
		if n&1 != 0 {
			result = f.multiply(result, square)
		}
		square = f.multiply(square, square)
	}
	return result
}
