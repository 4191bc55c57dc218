package iam

import "strings"

// Wildcards that are meant as themselves, in a pattern with its variables put in
// and in the text it is compared with.
var literal = strings.NewReplacer("*", "\x01", "?", "\x02")

// checkVariables refuses variables that nobody fills. Policies of 2008 have none.
func checkVariables(text string, variables bool) error {
	if !variables {
		return nil
	}
	for rest := text; ; {
		_, after, ok := strings.Cut(rest, "${")
		if !ok {
			return nil
		}
		name, after, closed := strings.Cut(after, "}")
		if !closed {
			return errSyntax()
		}
		key, _, _ := strings.Cut(name, ",")
		if key = strings.TrimSpace(key); key != "*" && key != "?" && key != "$" && !known(key) {
			return errUnevaluated("the policy variable ${" + name + "}")
		}
		rest = after
	}
}

// expand puts the values of ${key} and ${key, 'default'} into a pattern; what
// they hold of * and ? is meant as itself. ok is false when a value is missing:
// such a pattern matches nothing (IAM User Guide, "IAM policy elements:
// Variables and tags").
func expand(pattern string, keys Keys) (out string, ok bool) {
	var b strings.Builder
	for rest := pattern; ; {
		before, after, more := strings.Cut(rest, "${")
		b.WriteString(before)
		if !more {
			return b.String(), true
		}
		name, after, _ := strings.Cut(after, "}")
		key, fallback, hasDefault := strings.Cut(name, ",")
		key = strings.TrimSpace(key)
		values := keys[strings.ToLower(key)]
		switch {
		case key == "*" || key == "?" || key == "$":
			b.WriteString(literal.Replace(key))
		case len(values) == 1:
			b.WriteString(literal.Replace(values[0]))
		case len(values) == 0 && hasDefault:
			b.WriteString(literal.Replace(strings.Trim(strings.TrimSpace(fallback), "'")))
		default:
			return "", false
		}
		rest = after
	}
}
