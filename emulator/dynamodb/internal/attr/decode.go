package attr

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
)

// ValueError says why a well-formed JSON text is not an attribute value.
// Message is AWS's.
type ValueError struct{ Message string }

func (e *ValueError) Error() string { return e.Message }

// invalid is the opening of most of AWS's messages about values.
const invalid = "One or more parameter values were invalid: "

// ReadItem reads a JSON object of names and attribute values. What is wrong
// with it ends up in r.Err: a *ValueError, or one of package pull's.
func ReadItem(r *pull.Reader) Item {
	it := make(Item, 0, 8)
	r.Object(func(name string) {
		checkName(r, name)
		it = append(it, Field{name, readValue(r, 1)})
	})
	return it.sorted()
}

// MaxNameBytes is the longest name an attribute, nested or not, may have.
const MaxNameBytes = 65535

// NameError refuses names that no attribute may have. The words are those of
// DynamoDB Local 3.1, which shares them with the service.
func NameError(name string) *ValueError {
	switch {
	case name == "":
		return &ValueError{"Empty attribute name"}
	case len(name) > MaxNameBytes:
		return &ValueError{"Attribute name is too large, must be less than 65536 bytes"}
	}
	return nil
}

func checkName(r *pull.Reader, name string) {
	if err := NameError(name); err != nil {
		r.Fail(err)
	}
}

// sorted puts the fields in order; of two with the same name the later stays.
func (it Item) sorted() Item {
	slices.SortStableFunc(it, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	out := it[:0]
	for i := range it {
		if i+1 < len(it) && it[i+1].Name == it[i].Name {
			continue
		}
		out = append(out, it[i])
	}
	return out
}

// ReadValue reads an attribute value such as {"S":"text"}.
func ReadValue(r *pull.Reader) Value { return readValue(r, 1) }

func readValue(r *pull.Reader, depth int) Value {
	var v Value
	if depth > MaxNesting+1 {
		r.Fail(&ValueError{"Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"})
		return v
	}
	r.Object(func(name string) {
		kind := ParseKind(name)
		if kind == None {
			r.Fail(&ValueError{"Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"})
			return
		}
		if v.Kind != None {
			r.Fail(&ValueError{"Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"})
			return
		}
		v.Kind = kind
		v.read(r, depth)
	})
	if v.Kind == None {
		r.Fail(&ValueError{"Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"})
	}
	return v
}

// read reads what stands after the type's letters.
func (v *Value) read(r *pull.Reader, depth int) {
	switch v.Kind {
	case S, N, B:
		*v = readScalar(r, v.Kind)
	case BOOL:
		v.Bool = r.Bool()
	case NULL:
		if !r.Bool() {
			r.Fail(&ValueError{invalid + "Null attribute value types must have the value of true"})
		}
	case M:
		fields := make(Item, 0, 4)
		r.Object(func(name string) {
			checkName(r, name)
			fields = append(fields, Field{name, readValue(r, depth+1)})
		})
		*v = NewMap(fields.sorted())
	case L:
		var list []Value
		r.Array(func() { list = append(list, readValue(r, depth+1)) })
		*v = NewList(L, list)
	case SS, NS, BS:
		var list []Value
		r.Array(func() { list = append(list, readScalar(r, v.Kind.Elem())) })
		*v = NewList(v.Kind, list)
		if r.Err() == nil {
			v.checkSet(r)
		}
	}
}

func readScalar(r *pull.Reader, kind Kind) Value {
	v := Value{Kind: kind, Text: r.String()}
	if r.Err() != nil {
		return v
	}
	switch kind {
	case N:
		text, err := ParseNumber(v.Text)
		switch {
		case err == nil:
			v.Text = text
		case errors.Is(err, ErrNumberSyntax):
			if v.Text == "" {
				r.Fail(&ValueError{"The parameter cannot be converted to a numeric value"})
			} else {
				r.Fail(&ValueError{err.Error() + ": " + v.Text})
			}
		default:
			r.Fail(&ValueError{err.Error()})
		}
	case B:
		raw, err := base64.StdEncoding.DecodeString(v.Text)
		if err != nil {
			r.Fail(&pull.TypeError{Got: "STRING_VALUE", Want: "Blob (base64)"})
		}
		v.Text = string(raw)
	}
	return v
}

// checkSet refuses empty sets and members given twice.
func (v *Value) checkSet(r *pull.Reader) {
	set, err := NewSet(v.Kind, v.List())
	if err != nil {
		r.Fail(err)
		return
	}
	*v = set
}

// NewSet makes a set of members that are of its type. It refuses an empty one,
// and members given twice.
func NewSet(k Kind, members []Value) (Value, *ValueError) {
	v := NewList(k, members)
	if len(members) == 0 {
		switch k {
		case SS:
			return v, &ValueError{invalid + "An string set  may not be empty"}
		case NS:
			return v, &ValueError{invalid + "An number set  may not be empty"}
		default:
			return v, &ValueError{invalid + "Binary sets should not be empty"}
		}
	}
	order := func(a, b Value) int { return strings.Compare(a.Text, b.Text) }
	sorted := slices.SortedFunc(slices.Values(members), order)
	for i := 1; i < len(sorted); i++ {
		if sorted[i].Text == sorted[i-1].Text {
			return v, &ValueError{invalid + "Input collection " + v.Braced() + " contains duplicates."}
		}
	}
	v = NewList(k, sorted)
	SortSet(v)
	return v, nil
}

// SortSet puts a set's members, which must not be shared yet, in the order in
// which answers list them: text and binary by bytes, numbers by value.
func SortSet(v Value) {
	slices.SortFunc(v.List(), func(a, b Value) int {
		order, _ := a.Compare(b) // members of one set are of one ordered type
		return order
	})
}

// Braced lists a set's members the way error messages do: [a, b].
func (v Value) Braced() string {
	texts := make([]string, len(v.List()))
	for i, e := range v.List() {
		texts[i] = e.Text
		if e.Kind == B {
			texts[i] = base64.StdEncoding.EncodeToString([]byte(e.Text))
		}
	}
	return "[" + strings.Join(texts, ", ") + "]"
}
