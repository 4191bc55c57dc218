package expr

import (
	"errors"
	"testing"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

func fuzzScope() *Scope {
	return &Scope{
		Names:  []Name{{Key: "#n", Attribute: "n"}, {Key: "#d", Attribute: "a.b"}},
		Values: []Value{{Key: ":n", Value: attr.Value{Kind: attr.N, Text: "1"}}, {Key: ":s", Value: attr.String("x")}, {Key: ":l", Value: attr.NewList(attr.L, nil)}, {Key: ":ss", Value: attr.NewList(attr.SS, []attr.Value{attr.String("a")})}},
	}
}

// FuzzExpressions: no text makes a parser or an evaluation panic, every refusal
// is an *Error, and an update leaves its input as it was and makes an item that
// can be stored.
func FuzzExpressions(f *testing.F) {
	for _, seed := range []string{
		"n = :n AND (begins_with(s, :s) OR NOT attribute_exists(l[1].k))", "n BETWEEN :n AND :n", "#n IN (:n, :s)", "size(l) > :n", "contains(ss, :s)",
		"SET n = n + :n, l[9] = :s, m.k = if_not_exists(#d, :n) REMOVE l[0] ADD ss :ss", "SET l = list_append(l, :l) DELETE ss :ss", "a.b[2], #n, m.k", "((", "SET", "n = ", "#", "[1]", "size(size(l)) = :n",
	} {
		f.Add(seed)
	}
	it, err := attr.ParseItem([]byte(`{"n":{"N":"5"},"s":{"S":"xyz"},"l":{"L":[{"N":"1"},{"M":{"k":{"S":"v"}}}]},"m":{"M":{"k":{"N":"2"}}},"ss":{"SS":["a","b"]}}`))
	if err != nil {
		f.Fatal(err)
	}
	before := string(it.AppendJSON(nil))
	f.Fuzz(func(t *testing.T, text string) {
		s := fuzzScope()
		c, err := s.Condition("ConditionExpression", text)
		refused(t, text, err)
		if err == nil {
			c.Holds(it)
			c.Holds(nil)
			c.Attributes(func(string) {})
		}
		_, err = s.KeyCondition(text)
		refused(t, text, err)
		p, err := s.Projection(text)
		refused(t, text, err)
		if err == nil && p.Of(it).Size() > it.Size() {
			t.Fatalf("%q selects more than there is: %s", text, p.Of(it).AppendJSON(nil))
		}
		u, err := s.Update(text)
		refused(t, text, err)
		if err != nil {
			return
		}
		next, err := u.Apply(it)
		refused(t, text, err)
		if after := string(it.AppendJSON(nil)); after != before {
			t.Fatalf("%q changed the old item to %s", text, after)
		}
		if err != nil {
			return
		}
		if again, err := attr.ParseItem(next.AppendJSON(nil)); err != nil || !again.Equal(next) {
			t.Fatalf("%q made %s: %v", text, next.AppendJSON(nil), err)
		}
	})
}

func refused(t *testing.T, text string, err error) {
	t.Helper()
	if _, ok := errors.AsType[*Error](err); err != nil && !ok {
		t.Fatalf("%q: %T is not an expression's error: %v", text, err, err)
	}
}
