package csvfile_test

import (
	"encoding/csv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/csvfile"
)

func TestCells(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ cell, want string }{
		"a plain word stays":                 {"plain", "plain"},
		"an empty cell stays empty":          {"", ""},
		"a comma is quoted":                  {"a,b", `"a,b"`},
		"a quote is doubled":                 {`say "hi"`, `"say ""hi"""`},
		"a line end is kept as it is":        {"a\nb\r\nc", "\"a\nb\r\nc\""},
		"a formula becomes text":             {"=1+1", "'=1+1"},
		"a formula with a comma, quoted":     {`=HYPERLINK("x","y")`, `"'=HYPERLINK(""x"",""y"")"`},
		"a plus":                             {"+49", "'+49"},
		"a minus":                            {"-1", "'-1"},
		"an at":                              {"@SUM", "'@SUM"},
		"a tab":                              {"\t=1", "'\t=1"},
		"a carriage return":                  {"\r=1", "\"'\r=1\""},
		"a line feed":                        {"\n=1", "\"'\n=1\""},
		"a NUL":                              {"\x00=1", "'\x00=1"},
		"a full-width equals sign":           {"＝1", "'＝1"},
		"an apostrophe, so that one can see": {"'tis", "''tis"},
		"an equals sign further in":          {"a=b", "a=b"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want+"\r\n", string(csvfile.Append(nil, c.cell)))
		})
	}
}

func TestLabelsStayApartInOneCell(t *testing.T) {
	t.Parallel()
	require.Equal(t, `bug,"a,b","say ""hi"""`, csvfile.List([]string{"bug", "a,b", `say "hi"`}))
	require.Empty(t, csvfile.List(nil))
}

// unguard undoes what Append does to a dangerous cell.
func unguard(c string) string { return strings.TrimPrefix(c, "'") }

func FuzzWhatWasPutInComesOut(f *testing.F) {
	for _, s := range []string{"", "'", "''=", "=1", `"`, "a,b", "x\ny", "ü\x00", "-", "＝"} {
		f.Add(s, "second")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if strings.Contains(a+b, "\r") {
			t.Skip("the reader of the standard library folds CRLF inside cells")
		}
		r := csv.NewReader(strings.NewReader(string(csvfile.Append(nil, a, b, "end"))))
		got, err := r.Read()
		require.NoError(t, err)
		require.Equal(t, []string{a, b, "end"}, []string{unguard(got[0]), unguard(got[1]), got[2]})
		for _, cell := range got {
			require.NotContains(t, []string{"=", "+", "-", "@"}, cell[:min(1, len(cell))])
		}
	})
}
