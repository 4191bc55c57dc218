package gotest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestARunIsToldPackageByPackage(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	f := follower{out: &out, output: map[string]*strings.Builder{}, packages: map[string]*Package{}}
	require.NoError(t, f.follow(strings.NewReader(`
{"Action":"run","Package":"a","Test":"TestX"}
{"Action":"output","Package":"a","Test":"TestX","Output":"    x_test.go:1: figure: 12 tried\n"}
{"Action":"pass","Package":"a","Test":"TestX/sub","Elapsed":0.1}
{"Action":"pass","Package":"a","Test":"TestX","Elapsed":0.1}
{"Action":"output","Package":"a","Test":"TestY","Output":"not runnable on b: needs clock\n"}
{"Action":"skip","Package":"a","Test":"TestY","Elapsed":0}
{"Action":"pass","Package":"a","Elapsed":1.5}
{"Action":"output","Package":"b","Test":"TestZ","Output":"it broke\n"}
{"Action":"fail","Package":"b","Test":"TestZ","Elapsed":0.1}
{"Action":"fail","Package":"b","Elapsed":0.5}
{"Action":"output","Package":"c","Output":"panic: oh\n"}
{"Action":"fail","Package":"c","Elapsed":0.5}
`)))
	require.Equal(t, Result{
		{Path: "a", Took: 1500 * time.Millisecond, Tests: []Test{
			{Name: "TestX/sub", Outcome: Passed}, {Name: "TestX", Outcome: Passed, Parent: true},
			{Name: "TestY", Outcome: Skipped, Output: "not runnable on b: needs clock\n"},
		}},
		{Path: "b", Took: 500 * time.Millisecond, Tests: []Test{{Name: "TestZ", Outcome: Failed, Output: "it broke\n"}}},
		{Path: "c", Took: 500 * time.Millisecond, Broken: true},
	}, f.result())
	require.Equal(t, []int{2, 2, 1}, []int{f.result().Count(Passed), f.result().Count(Failed), f.result().Count(Skipped)})
	for _, shown := range []string{"12 tried", "it broke", "panic: oh", "skip  a TestY"} {
		require.Contains(t, out.String(), shown)
	}
}
