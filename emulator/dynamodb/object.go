package dynamodb

import (
	"math"
	"strconv"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// object writes one JSON object straight into a buffer.
type object struct {
	out   []byte
	begun bool
}

func open(out []byte) object { return object{out: append(out, '{')} }

func (o *object) close() []byte { return append(o.out, '}') }

// name begins a member; its value is to be appended to o.out.
func (o *object) name(name string) {
	if o.begun {
		o.out = append(o.out, ',')
	}
	o.begun = true
	o.out = attr.AppendString(o.out, name)
	o.out = append(o.out, ':')
}

func (o *object) text(name, value string) {
	o.name(name)
	o.out = attr.AppendString(o.out, value)
}

func (o *object) integer(name string, n int) {
	o.name(name)
	o.out = strconv.AppendInt(o.out, int64(n), 10)
}

func (o *object) number(name string, n float64) {
	o.name(name)
	o.out = appendNumber(o.out, n)
}

func appendNumber(out []byte, n float64) []byte {
	if n == math.Trunc(n) {
		return strconv.AppendInt(out, int64(n), 10)
	}
	return strconv.AppendFloat(out, n, 'f', -1, 64)
}

func (o *object) item(name string, it attr.Item) {
	o.name(name)
	o.out = it.AppendJSON(o.out)
}
