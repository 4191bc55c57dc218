package dynamodb

import (
	"maps"
	"slices"
)

// Source of the units: Developer Guide, "DynamoDB provisioned capacity mode",
// Capacity unit consumption (read 2026-11).

// writeUnits is one per started KB.
func writeUnits(size int) float64 { return float64(max(1, (size+1023)/1024)) }

// readUnits is one per started 4 KB, half of that unless consistent.
func readUnits(size int, consistent bool) float64 {
	n := float64(max(1, (size+4095)/4096))
	if !consistent {
		n /= 2
	}
	return n
}

// capacity counts what one request consumed in one table.
type capacity struct {
	form  string // "", "NONE", "TOTAL" or "INDEXES"
	table string

	read, write float64 // in the table itself
	indexes     float64 // in all of them
	local       map[string]float64
	global      map[string]float64
	reads       bool // transactions also tell reads and writes apart
	writes      bool
}

// wanted reports whether the answer shall tell.
func (c *capacity) wanted() bool { return c.form == "TOTAL" || c.form == "INDEXES" }

// addIndex adds units consumed in an index.
func (c *capacity) addIndex(ix *index, units float64) {
	c.indexes += units
	if units == 0 || !c.wanted() {
		return
	}
	m := &c.global
	if ix.local {
		m = &c.local
	}
	if *m == nil {
		*m = map[string]float64{}
	}
	(*m)[ix.name] += units
}

// scale multiplies everything, for transactions.
func (c *capacity) scale(by float64) {
	c.read, c.write, c.indexes = c.read*by, c.write*by, c.indexes*by
	for _, m := range []map[string]float64{c.local, c.global} {
		for name := range m {
			m[name] *= by
		}
	}
}

func (c *capacity) total() float64 { return c.read + c.write + c.indexes }

// appendJSON appends a ConsumedCapacity object.
func (c *capacity) appendJSON(out []byte) []byte {
	o := open(out)
	o.text("TableName", c.table)
	o.number("CapacityUnits", c.total())
	if c.reads {
		o.number("ReadCapacityUnits", c.total())
	}
	if c.writes {
		o.number("WriteCapacityUnits", c.total())
	}
	if c.form == "INDEXES" {
		o.name("Table")
		o.out = c.appendUnits(o.out, c.read+c.write)
		c.appendIndexes(&o, "LocalSecondaryIndexes", c.local)
		c.appendIndexes(&o, "GlobalSecondaryIndexes", c.global)
	}
	return o.close()
}

func (c *capacity) appendUnits(out []byte, units float64) []byte {
	o := open(out)
	if c.reads {
		o.number("ReadCapacityUnits", units)
	}
	if c.writes {
		o.number("WriteCapacityUnits", units)
	}
	o.number("CapacityUnits", units)
	return o.close()
}

func (c *capacity) appendIndexes(o *object, member string, units map[string]float64) {
	if len(units) == 0 {
		return
	}
	o.name(member)
	inner := open(o.out)
	for _, name := range slices.Sorted(maps.Keys(units)) {
		inner.name(name)
		inner.out = c.appendUnits(inner.out, units[name])
	}
	o.out = inner.close()
}

// requestCapacity counts per table what a request over several tables consumed.
type requestCapacity struct {
	form   string
	tables []*capacity
}

func (r *requestCapacity) total() (units float64) {
	for _, c := range r.tables {
		units += c.total()
	}
	return units
}

// of returns the table's counter.
func (r *requestCapacity) of(name string) *capacity {
	for _, c := range r.tables {
		if c.table == name {
			return c
		}
	}
	c := &capacity{form: r.form, table: name}
	r.tables = append(r.tables, c)
	return c
}

// appendTo adds the ConsumedCapacity member when the request asked for it.
func (r *requestCapacity) appendTo(o *object) {
	if r.form != "TOTAL" && r.form != "INDEXES" {
		return
	}
	o.name("ConsumedCapacity")
	o.out = append(o.out, '[')
	for i, c := range r.tables {
		if i > 0 {
			o.out = append(o.out, ',')
		}
		o.out = c.appendJSON(o.out)
	}
	o.out = append(o.out, ']')
}
