package iam

import (
	"regexp"
	"strings"
	"testing"
)

// A policy's text never panics, and what a Deny of everything is added to
// allows nothing.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:Get*"],"Resource":"*"}]}`, "dynamodb:GetItem", table)
	f.Add(`{"Statement":{"Effect":"Deny","NotAction":"s3:*","NotResource":["arn:aws:s3:::b/*"]}}`, "s3:GetObject", "arn:aws:s3:::b/k")
	f.Add(`{"Statement":null}`, "", "*")
	no, err := ParsePolicy(`{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, action, resource string) {
		p, err := ParsePolicy(text)
		if err != nil {
			return
		}
		r := Request{action, resource}
		if d := Evaluate([]Policy{p}, r); d.Allowed && d.Explicit {
			t.Fatalf("allowed and denied at once: %s %v", text, r)
		}
		if d := Evaluate([]Policy{p, no}, r); d.Allowed {
			t.Fatalf("allowed against a denial: %s %v", text, r)
		}
	})
}

// glob agrees with a regular expression of the same meaning.
func FuzzGlob(f *testing.F) {
	for _, seed := range [][2]string{{"a*b?c", "axxbyc"}, {"*", ""}, {"**a", "ba"}, {"?", "é"}, {"a*a*a", "aaaa"}, {"table/*", "table/t/index/i"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 50 || !ascii(pattern) || !ascii(text) { // a ? is a byte, and . a letter
			return
		}
		quoted := strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(regexp.QuoteMeta(pattern))
		want := regexp.MustCompile(`(?s)^` + quoted + `$`).MatchString(text)
		if got := glob(pattern, text); got != want {
			t.Fatalf("glob(%q, %q) = %v, want %v", pattern, text, got, want)
		}
	})
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] > 126 {
			return false
		}
	}
	return true
}
