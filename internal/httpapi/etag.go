package httpapi

import (
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/internal/cumin"
)

// ETag is the strong entity tag of a version: "v7" in quotes.
func ETag(version int64) string { return `"v` + strconv.FormatInt(version, 10) + `"` }

// IfMatch reads the version a write names. Missing: if_match_required. "*",
// lists and foreign tags are refused as malformed: a write names one version.
func IfMatch(header string) (int64, error) {
	if strings.TrimSpace(header) == "" {
		return 0, cumin.Refuse(cumin.CodeMatchRequired, `Say which version you change: If-Match: "v7".`)
	}
	version, ok := parseTag(strings.TrimSpace(header))
	if !ok {
		return 0, cumin.Refuse(cumin.CodeMalformed, `If-Match must be one tag as we gave it, for instance "v7".`)
	}
	return version, nil
}

// NotModified reports whether an If-None-Match header already names etag:
// then the answer is 304. Comparison is weak (RFC 9110 §13.1.2).
func NotModified(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == strings.TrimPrefix(etag, "W/") && tag != "" {
			return true
		}
	}
	return false
}

func parseTag(tag string) (int64, bool) {
	digits, ok := strings.CutPrefix(tag, `"v`)
	if !ok {
		return 0, false
	}
	digits, ok = strings.CutSuffix(digits, `"`)
	if !ok || digits == "" || digits[0] == '+' || digits[0] == '-' {
		return 0, false
	}
	version, err := strconv.ParseInt(digits, 10, 64)
	return version, err == nil
}
