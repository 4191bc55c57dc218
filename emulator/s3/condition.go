package s3

import (
	"net/http"
	"strings"
	"time"
)

// writable checks the conditions of a write: If-None-Match: * for a key that
// must not exist, If-Match for one that must be unchanged (User Guide,
// "Conditional writes"; S3-4).
func (b *bucket) writable(key string, h http.Header) error {
	none, match := h.Get("If-None-Match"), h.Get("If-Match")
	if none == "" && match == "" {
		return nil
	}
	v, err := b.find(key, "")
	exists := err == nil && !v.Marker
	if none != "" {
		if none != "*" {
			return errUnbuilt("If-None-Match with an ETag on a write")
		}
		if exists {
			return errPrecondition("If-None-Match")
		}
	}
	return checkMatch(match, v, exists, key)
}

func (b *bucket) deletable(key string, h http.Header) error {
	match := h.Get("If-Match")
	if match == "" {
		return nil
	}
	v, err := b.find(key, "")
	return checkMatch(match, v, err == nil && !v.Marker, key)
}

func checkMatch(match string, v *version, exists bool, key string) error {
	switch {
	case match == "":
		return nil
	case !exists:
		return errNoKey(key)
	case !matchesETag(match, v.ETag):
		return errPrecondition("If-Match")
	}
	return nil
}

// readable checks the conditions of a read in the order of RFC 9110 §13.2.2;
// prefix is "" or "X-Amz-Copy-Source-". A copy answers 412 where a read answers
// 304.
func (v *version) readable(h http.Header, prefix string) error {
	if match := h.Get(prefix + "If-Match"); match != "" {
		if !matchesETag(match, v.ETag) {
			return errPrecondition("If-Match")
		}
	} else if since, ok := timeHeader(h, prefix+"If-Unmodified-Since"); ok && v.seconds().After(since) {
		return errPrecondition("If-Unmodified-Since")
	}
	unchanged, condition := false, "If-None-Match"
	if none := h.Get(prefix + "If-None-Match"); none != "" {
		unchanged = matchesETag(none, v.ETag)
	} else if since, ok := timeHeader(h, prefix+"If-Modified-Since"); ok {
		unchanged, condition = !v.seconds().After(since), "If-Modified-Since"
	}
	switch {
	case !unchanged:
		return nil
	case prefix != "":
		return errPrecondition(condition)
	}
	return errNotModified()
}

// seconds is the time of the last change as headers carry it.
func (v *version) seconds() time.Time { return v.Modified.Truncate(time.Second) }

func timeHeader(h http.Header, name string) (time.Time, bool) {
	t, err := http.ParseTime(h.Get(name))
	return t, err == nil
}

func matchesETag(list, etag string) bool {
	for candidate := range strings.SplitSeq(list, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.Trim(strings.TrimPrefix(candidate, "W/"), `"`) == etag {
			return true
		}
	}
	return false
}
