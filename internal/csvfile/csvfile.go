// Package csvfile writes CSV that every program reads the same way and that no
// spreadsheet runs: RFC 4180 (comma, CRLF, quotes doubled), UTF-8 without a
// byte order mark, and formula-like cells made text.
//
// encoding/csv is not used to write: with CRLF line ends it also rewrites the
// line ends inside cells, so a file would not give back what was put in.
package csvfile

import (
	"strings"
	"unicode/utf8"
)

// Append appends one record to dst. A cell that a spreadsheet could take for a
// formula, or that begins with an apostrophe, gets an apostrophe in front;
// taking one leading apostrophe off a cell that has one undoes it. Sources:
// OWASP "CSV Injection" (2026-08), SECURITY.md R23.
func Append(dst []byte, cells ...string) []byte {
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCell(dst, c)
	}
	return append(dst, "\r\n"...)
}

func appendCell(dst []byte, c string) []byte {
	guard := dangerous(c)
	if !guard && !strings.ContainsAny(c, "\",\r\n") {
		return append(dst, c...)
	}
	if guard && !strings.ContainsAny(c, "\",\r\n") {
		return append(append(dst, '\''), c...)
	}
	dst = append(dst, '"')
	if guard {
		dst = append(dst, '\'')
	}
	for {
		before, after, quoted := strings.Cut(c, `"`)
		dst = append(dst, before...)
		if !quoted {
			return append(dst, '"')
		}
		dst = append(dst, `""`...)
		c = after
	}
}

// dangerous reports whether a cell begins with what starts a formula in some
// spreadsheet, full-width forms included, or with the apostrophe that marks a
// guarded cell.
func dangerous(c string) bool {
	r, _ := utf8.DecodeRuneInString(c)
	switch r {
	case '=', '+', '-', '@', '\t', '\r', '\n', 0, '\'', '＝', '＋', '－', '＠':
		return c != ""
	}
	return false
}

// List packs several values into one cell: a record of its own, so that a
// value with a comma stays one value.
func List(values []string) string {
	var b []byte
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		if strings.ContainsAny(v, "\",\r\n") {
			v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
		b = append(b, v...)
	}
	return string(b)
}
