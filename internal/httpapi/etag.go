package httpapi

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/internal/cumin"
)

// ETag is the strong entity tag of a version: "v7" in quotes.
func ETag(version int64) string { return `"v` + strconv.FormatInt(version, 10) + `"` }

// ETagBeside is ETag of an answer that also tells what has a version of its
// own, from 1 on: "v7-3". Who writes names the first of them, or both.
func ETagBeside(version, other int64) string {
	if other == 0 {
		return ETag(version)
	}
	return fmt.Sprintf(`"v%d-%d"`, version, other)
}

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
	if !ok {
		return 0, false
	}
	digits, beside, two := strings.Cut(digits, "-")
	version, err := strconv.ParseUint(digits, 10, 63)
	if two && err == nil {
		_, err = strconv.ParseUint(beside, 10, 63)
	}
	return int64(version), err == nil
}
