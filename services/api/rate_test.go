package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestABucketEmptiesAndFills(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	l := newLimiter(2, func() time.Time { return now }) // 2 a second, bursts of 8
	for i := range 8 {
		granted, left, _ := l.take("ann")
		require.True(t, granted)
		require.EqualValues(t, 7-i, left)
	}
	granted, _, wait := l.take("ann")
	require.False(t, granted)
	require.Equal(t, 500*time.Millisecond, wait)
	granted, _, _ = l.take("bob")
	require.True(t, granted, "each person has a bucket of their own")

	now = now.Add(500 * time.Millisecond)
	granted, _, _ = l.take("ann")
	require.True(t, granted)
	now = now.Add(time.Hour)
	_, left, _ := l.take("ann")
	require.EqualValues(t, 7, left, "a bucket does not fill beyond its size")
	require.Len(t, l.buckets, 1, "bob's has filled up and is forgotten")
}

func TestWhoAsksTooMuchIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, newLimiter(0.25, func() time.Time { return time.Unix(1000, 0) })) // one request, then one in 4 s
	ann := w.person("Ann")
	first := ann.do("GET", "/projects", nil)
	first.want(200)
	require.Equal(t, []string{"1", "0", "4"}, limits(first.header))
	second := ann.do("GET", "/projects", nil)
	second.refused(429, cumin.CodeRateLimited)
	require.Equal(t, []string{"1", "0", "4"}, limits(second.header))
	require.Equal(t, "4", second.header.Get("Retry-After"))
	require.Equal(t, 200, ann.do("GET", "/openapi.json", nil).status, "the document is not counted")
}

func limits(h http.Header) []string {
	return []string{h.Get("RateLimit-Limit"), h.Get("RateLimit-Remaining"), h.Get("RateLimit-Reset")}
}
