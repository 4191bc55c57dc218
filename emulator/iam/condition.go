package iam

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// condition is one key under one operator. A statement's conditions must all
// hold.
type condition struct {
	test     test
	negated  bool   // none of the values may match
	set      string // "", forallvalues or foranyvalue
	ifExists bool
	null     bool // Null: whether the key is there
	key      string
	values   []string // as written; variables are put in when asked
}

// test compares one value of a request with one of the policy.
type test func(have, want string) bool

// operators are the condition operators without their negations and suffixes
// (IAM User Guide, "IAM JSON policy elements: Condition operators").
var operators = map[string]test{
	"StringEquals":             func(have, want string) bool { return literal.Replace(have) == literal.Replace(want) },
	"StringEqualsIgnoreCase":   func(have, want string) bool { return strings.EqualFold(literal.Replace(have), literal.Replace(want)) },
	"StringLike":               func(have, want string) bool { return glob(want, literal.Replace(have)) },
	"NumericEquals":            numeric(func(c int) bool { return c == 0 }),
	"NumericLessThan":          numeric(func(c int) bool { return c < 0 }),
	"NumericLessThanEquals":    numeric(func(c int) bool { return c <= 0 }),
	"NumericGreaterThan":       numeric(func(c int) bool { return c > 0 }),
	"NumericGreaterThanEquals": numeric(func(c int) bool { return c >= 0 }),
	"DateEquals":               date(func(c int) bool { return c == 0 }),
	"DateLessThan":             date(func(c int) bool { return c < 0 }),
	"DateLessThanEquals":       date(func(c int) bool { return c <= 0 }),
	"DateGreaterThan":          date(func(c int) bool { return c > 0 }),
	"DateGreaterThanEquals":    date(func(c int) bool { return c >= 0 }),
	"Bool":                     strings.EqualFold,
	"BinaryEquals":             binaryEquals,
	"IpAddress":                within,
	"ArnEquals":                arnLike, // AWS's two ARN operators do the same
	"ArnLike":                  arnLike,
}

// negations are operators that hold when another does not.
var negations = map[string]string{
	"StringNotEquals": "StringEquals", "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase", "StringNotLike": "StringLike",
	"NumericNotEquals": "NumericEquals", "DateNotEquals": "DateEquals", "NotIpAddress": "IpAddress", "ArnNotEquals": "ArnEquals", "ArnNotLike": "ArnLike",
}

func parseConditions(raw json.RawMessage) ([]condition, error) {
	blocks, err := object(raw)
	if err != nil {
		return nil, errSyntax()
	}
	var out []condition
	for _, operator := range slices.Sorted(maps.Keys(blocks)) {
		base, err := parseOperator(operator)
		if err != nil {
			return nil, err
		}
		keys, err := object(blocks[operator])
		if err != nil {
			return nil, errSyntax()
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			c := base
			c.key = strings.ToLower(key)
			if !strings.Contains(key, ":") {
				return nil, errPolicy("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
			}
			if !known(key) {
				return nil, errUnevaluated("the condition key " + key)
			}
			if c.values, err = conditionValues(keys[key]); err != nil {
				return nil, err
			}
			out = append(out, c)
		}
	}
	return out, nil
}

// parseOperator reads [ForAllValues:|ForAnyValue:]OPERATOR[IfExists].
func parseOperator(text string) (c condition, err error) {
	name := text
	if set, rest, ok := strings.Cut(text, ":"); ok {
		c.set, name = strings.ToLower(set), rest
		if c.set != "forallvalues" && c.set != "foranyvalue" {
			return c, errPolicy("Invalid Condition type : %s.", text)
		}
	}
	name, c.ifExists = strings.CutSuffix(name, "IfExists")
	if name == "Null" && c.set == "" && !c.ifExists {
		c.null = true
		return c, nil
	}
	if positive, ok := negations[name]; ok {
		name, c.negated = positive, true
	}
	var ok bool
	if c.test, ok = operators[name]; !ok {
		return c, errPolicy("Invalid Condition type : %s.", text)
	}
	return c, nil
}

// conditionValues reads one value or a list; true and 7 stand for their texts.
func conditionValues(raw json.RawMessage) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	var out []string
	for _, raw := range list {
		var v any
		if err := json.Unmarshal(raw, &v); err != nil {
			return nil, errSyntax()
		}
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case bool, float64:
			out = append(out, string(raw))
		default:
			return nil, errSyntax()
		}
	}
	return out, nil
}

// holds evaluates the condition. A key that is not there fails a positive
// operator and satisfies a negated one; with ForAllValues it satisfies, with
// ForAnyValue it fails.
func (c *condition) holds(keys Keys, variables bool) bool {
	have := keys[c.key]
	if c.null {
		missing := strconv.FormatBool(len(have) == 0)
		return slices.ContainsFunc(c.values, func(v string) bool { return strings.EqualFold(v, missing) })
	}
	if len(have) == 0 {
		return c.ifExists || c.set == "forallvalues" || c.set == "" && c.negated
	}
	want := make([]string, 0, len(c.values))
	for _, v := range c.values {
		if variables {
			expanded, ok := expand(v, keys)
			if !ok {
				continue // a value that does not exist equals nothing
			}
			v = expanded
		}
		want = append(want, v)
	}
	matches := func(value string) bool {
		return slices.ContainsFunc(want, func(w string) bool { return c.test(value, w) })
	}
	switch c.set {
	case "forallvalues":
		return !slices.ContainsFunc(have, func(v string) bool { return matches(v) == c.negated })
	case "foranyvalue":
		return slices.ContainsFunc(have, func(v string) bool { return matches(v) != c.negated })
	}
	return slices.ContainsFunc(have, matches) != c.negated
}

func numeric(holds func(int) bool) test {
	return func(have, want string) bool {
		a, errA := strconv.ParseFloat(have, 64)
		b, errB := strconv.ParseFloat(want, 64)
		if errA != nil || errB != nil {
			return false
		}
		switch {
		case a < b:
			return holds(-1)
		case a > b:
			return holds(1)
		}
		return a == b && holds(0) // NaN is nothing
	}
}

func date(holds func(int) bool) test {
	return func(have, want string) bool {
		a, okA := instant(have)
		b, okB := instant(want)
		return okA && okB && holds(a.Compare(b))
	}
}

// instant reads ISO 8601 in its common lengths, or seconds since 1970.
func instant(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0), err == nil
}

func binaryEquals(have, want string) bool {
	a, errA := base64.StdEncoding.DecodeString(have)
	b, errB := base64.StdEncoding.DecodeString(want)
	return errA == nil && errB == nil && string(a) == string(b)
}

// within reports whether an address is in a range in CIDR notation, or is the
// one address.
func within(have, want string) bool {
	address, err := netip.ParseAddr(have)
	if err != nil {
		return false
	}
	if prefix, err := netip.ParsePrefix(want); err == nil {
		return prefix.Contains(address.Unmap())
	}
	one, err := netip.ParseAddr(want)
	return err == nil && one.Unmap() == address.Unmap()
}

// arnLike compares ARNs part by part; wildcards stay within their part.
func arnLike(have, want string) bool { return matchResource(want, literal.Replace(have)) }
