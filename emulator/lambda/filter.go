package lambda

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// filter is one event filter pattern: an object of the record's shape whose
// leaves are lists of rules, any of which may hold: a value (null and "" too),
// prefix, suffix, equals-ignore-case, exists, anything-but, numeric. "$or" lists
// patterns of which one must hold (Developer Guide, "Control which events Lambda
// sends to your function", filter rule syntax).
type filter map[string]any

const maxFilters = 5

func errFilter() *wire.Error { return errInvalid("Invalid filter pattern definition.") }

func parseFilters(patterns []string) ([]filter, error) {
	if len(patterns) > maxFilters {
		return nil, errInvalid("The maximum number of filters is %d.", maxFilters)
	}
	var out []filter
	for _, text := range patterns {
		var f filter
		if err := json.Unmarshal([]byte(text), &f); err != nil || f == nil || !validPattern(f) {
			return nil, errFilter()
		}
		out = append(out, f)
	}
	return out, nil
}

func validPattern(p map[string]any) bool {
	for name, v := range p {
		switch v := v.(type) {
		case map[string]any:
			if name == either || !validPattern(v) {
				return false
			}
		case []any:
			if name == either {
				if !validEither(v) {
					return false
				}
				continue
			}
			if len(v) == 0 || slices.ContainsFunc(v, func(rule any) bool { return !validRule(rule) }) {
				return false
			}
		default:
			return false
		}
	}
	return len(p) > 0
}

// either is the name of a list of patterns of which one must hold.
const either = "$or"

func validEither(patterns []any) bool {
	return len(patterns) >= 2 && !slices.ContainsFunc(patterns, func(p any) bool {
		m, ok := p.(map[string]any)
		return !ok || !validPattern(m)
	})
}

func validRule(rule any) bool {
	switch rule := rule.(type) {
	case map[string]any:
		if len(rule) != 1 {
			return false
		}
		for name, arg := range rule {
			switch name {
			case "prefix", "suffix", "equals-ignore-case":
				_, ok := arg.(string)
				return ok
			case "exists":
				_, ok := arg.(bool)
				return ok
			case "anything-but":
				return validAnythingBut(arg)
			case "numeric":
				return validNumeric(arg)
			}
		}
		return false
	case []any:
		return false
	}
	return true
}

func validAnythingBut(arg any) bool {
	switch arg := arg.(type) {
	case []any:
		return len(arg) > 0 && !slices.ContainsFunc(arg, func(v any) bool {
			switch v.(type) {
			case string, float64:
				return false
			}
			return true
		})
	case string, float64:
		return true
	}
	return false
}

func validNumeric(arg any) bool {
	list, ok := arg.([]any)
	if !ok || len(list) != 2 && len(list) != 4 {
		return false
	}
	for i := 0; i < len(list); i += 2 {
		op, _ := list[i].(string)
		if _, number := list[i+1].(float64); !number || !slices.Contains([]string{"=", "<", "<=", ">", ">="}, op) {
			return false
		}
	}
	return true
}

// matchAny reports whether one of the filters accepts the record. The body of
// a message is looked into when it is JSON; an object pattern drops a message
// whose body is not.
func matchAny(filters []filter, event json.RawMessage) bool {
	var record map[string]any
	if err := json.Unmarshal(event, &record); err != nil {
		return false
	}
	if body, ok := record["body"].(string); ok {
		var parsed any
		if err := json.Unmarshal([]byte(body), &parsed); err == nil {
			if _, object := parsed.(map[string]any); object {
				record["body"] = parsed
			}
		}
	}
	return slices.ContainsFunc(filters, func(f filter) bool { return matchObject(f, record) })
}

func matchObject(pattern, value map[string]any) bool {
	for name, p := range pattern {
		if name == either {
			if !slices.ContainsFunc(p.([]any), func(p any) bool { return matchObject(p.(map[string]any), value) }) {
				return false
			}
			continue
		}
		v, exists := value[name]
		switch p := p.(type) {
		case map[string]any:
			inner, ok := v.(map[string]any)
			if !ok {
				inner = nil // {"exists": false} below an absent object still holds
			}
			if !matchObject(p, inner) {
				return false
			}
		case []any:
			if !slices.ContainsFunc(p, func(rule any) bool { return matchValue(rule, v, exists) }) {
				return false
			}
		}
	}
	return true
}

// matchValue matches one rule; a list in the record matches when one of its
// elements does.
func matchValue(rule, v any, exists bool) bool {
	if list, ok := v.([]any); ok {
		return slices.ContainsFunc(list, func(e any) bool { return matchScalar(rule, e, true) })
	}
	return matchScalar(rule, v, exists)
}

func matchScalar(rule, v any, exists bool) bool {
	ops, ok := rule.(map[string]any)
	if !ok {
		return exists && rule == v
	}
	text, isText := v.(string)
	for name, arg := range ops {
		switch name {
		case "exists":
			_, inner := v.(map[string]any)
			return arg == (exists && !inner)
		case "prefix":
			return isText && strings.HasPrefix(text, arg.(string))
		case "suffix":
			return isText && strings.HasSuffix(text, arg.(string))
		case "equals-ignore-case":
			return isText && strings.EqualFold(text, arg.(string))
		case "anything-but":
			if list, many := arg.([]any); many {
				return exists && !slices.Contains(list, v)
			}
			return exists && arg != v
		case "numeric":
			n, number := v.(float64)
			return number && inRange(n, arg.([]any))
		}
	}
	return false
}

func inRange(n float64, bounds []any) bool {
	for i := 0; i < len(bounds); i += 2 {
		limit := bounds[i+1].(float64)
		holds := false
		switch bounds[i] {
		case "=":
			holds = n == limit
		case "<":
			holds = n < limit
		case "<=":
			holds = n <= limit
		case ">":
			holds = n > limit
		case ">=":
			holds = n >= limit
		}
		if !holds {
			return false
		}
	}
	return true
}
