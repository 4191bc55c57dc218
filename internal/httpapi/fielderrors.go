package httpapi

import (
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// fieldOf says one schema violation in our code and words. The value itself is
// not echoed: it may be a password.
func fieldOf(err error) cumin.FieldError {
	f := cumin.FieldError{Code: "invalid", Message: "It is not valid."}
	detailer, ok := err.(huma.ErrorDetailer)
	if !ok {
		return f
	}
	detail := detailer.ErrorDetail()
	f.Pointer = pointerOf(detail.Location)
	for _, rule := range fieldRules {
		if rest, ok := strings.CutPrefix(detail.Message, rule.says); ok && (rest == "" || strings.HasSuffix(rule.says, " ")) {
			f.Code, f.Message = rule.code, strings.Replace(rule.words, "%s", alternatives(rest), 1)
			break
		}
	}
	if name, ok := strings.CutPrefix(detail.Message, "expected required property "); ok {
		f.Pointer += "/" + strings.TrimSuffix(name, " to be present") // Huma names the parent
	}
	return f
}

// fieldRules turn what Huma says (its package validation, and where it reads
// parameters) into our field codes and words, which are those of internal/cumin.
// Where says ends in a space, the rest of the sentence is %s; else it is the
// whole of it. The first that fits holds.
var fieldRules = []struct{ says, code, words string }{
	{"expected required property ", "required", "It is missing."},
	{"required ", "required", "It is missing."},
	{"unexpected property", "unknown_field", "There is no such field here."},
	{"unknown query parameter", "unknown_field", "There is no such parameter here."},
	{"expected at most one value, but received multiple values", "repeated", "It may be given only once."},
	{"expected length >= 1", "too_short", "It must not be empty."},
	{"expected length >= ", "too_short", "It must have at least %s characters."},
	{"expected length <= ", "too_long", "It may have at most %s characters."},
	{"expected array length >= 1", "too_few", "There must be at least one."},
	{"expected array length >= ", "too_few", "There must be at least %s."},
	{"expected array length <= ", "too_many", "There may be at most %s."},
	{"expected object with at least 1 properties", "too_few", "Something must be given."},
	{"expected object with at most 1 properties", "too_many", "Only one of them may be given."},
	{"expected array items to be unique", "repeated", "The same may not be given twice."},
	{"expected value to be one of ", "not_allowed", "It must be %s."},
	{"expected number >= ", "too_small", "It must be %s or more."},
	{"expected number <= ", "too_large", "It must be %s or less."},
	{"expected number", "wrong_type", "It must be a number."},
	{"expected integer", "wrong_type", "It must be a whole number."},
	{"invalid integer", "wrong_type", "It must be a whole number."},
	{"expected boolean", "wrong_type", "It must be true or false."},
	{"invalid boolean", "wrong_type", "It must be true or false."},
	{"expected array", "wrong_type", "It must be a list."},
	{"expected object", "wrong_type", "It must be an object."},
	{"expected string", "wrong_type", "It must be text."},
	{"expected string to be RFC 5322 email: ", "wrong_format", "This is not an e-mail address."},
	{"expected string to be RFC 3339 date", "wrong_format", "It must be a date like 2026-12-31."},
	{"expected string to be ", "wrong_format", "It must be %s."}, // the schema's patternDescription
}

// alternatives makes a list that Huma quotes, "a, b, c", into words.
func alternatives(rest string) string {
	list, quoted := strings.CutPrefix(rest, `"`)
	if !quoted {
		return rest
	}
	list = strings.TrimSuffix(list, `"`)
	if last := strings.LastIndex(list, ", "); last >= 0 {
		return list[:last] + " or " + list[last+len(", "):]
	}
	return list
}

// pointerOf turns "body.labels[3]" into "/labels/3" and "query.limit" into
// "query/limit".
func pointerOf(location string) string {
	p := strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(location)
	return strings.TrimPrefix(p, "body")
}
