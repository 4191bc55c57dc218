package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheConstantRepeatsTheFirstAnswerUntilItForgets(t *testing.T) {
	t.Parallel()
	asked := 0
	c := &replay{answers: map[string]*httptest.ResponseRecorder{}, upstream: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("X-Asked", fmt.Sprint(asked))
		if r.URL.Path == "/refused" {
			w.WriteHeader(http.StatusBadRequest)
		}
		fmt.Fprint(w, "answer ", asked)
	})}
	call := func(method, path, target string) string {
		r := httptest.NewRequest(method, path, strings.NewReader("body"))
		r.Header.Set("X-Amz-Target", target)
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		return fmt.Sprintf("%d %s %s", w.Code, w.Header().Get("X-Asked"), w.Body)
	}
	require.Equal(t, "400 1 answer 1", call("POST", "/refused", "Put"))
	require.Equal(t, "200 2 answer 2", call("POST", "/", "Put"), "a refusal is not kept")
	require.Equal(t, "200 2 answer 2", call("POST", "/other", "Put"))
	require.Equal(t, "200 3 answer 3", call("POST", "/", "Get"))
	call("DELETE", forgetPath, "")
	require.Equal(t, "200 4 answer 4", call("POST", "/", "Put"))
}

func TestProcessorTimeIsReadBehindAnyName(t *testing.T) {
	t.Parallel()
	took, err := parseStat("42 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 150 25 0 0 20 0")
	require.NoError(t, err)
	require.Equal(t, 1750*time.Millisecond, took)
	_, err = parseStat("42 (short) S 1")
	require.Error(t, err)
}

func TestPercentilesCountFromTheQuickest(t *testing.T) {
	t.Parallel()
	var y tally
	require.Zero(t, y.percentile(99))
	for i := range 100 {
		y.times = append(y.times, time.Duration(100-i)*time.Millisecond)
	}
	require.Equal(t, 51*time.Millisecond, y.percentile(50))
	require.Equal(t, 100*time.Millisecond, y.percentile(99))
}
