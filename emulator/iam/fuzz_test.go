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
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username, 'x'}/${*}","Condition":{"ForAnyValue:StringLikeIfExists":{"aws:username":["${aws:userid}*",7,true]},"Null":{"aws:userid":"true"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"DateLessThan":{"aws:CurrentTime":"2026-01-01"},"NumericLessThan":{"aws:EpochTime":1}}}}`, "s3:GetObject", "arn:aws:s3:::b/k")
	no, err := ParsePolicy(`{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, action, resource string) {
		p, err := ParsePolicy(text)
		if err != nil {
			return
		}
		r := Request{Action: action, Resource: resource, Keys: Keys{"aws:username": {"ann", action}, "aws:sourceip": {resource}, "aws:currenttime": {"2026-06-01T12:00:00Z"}}}
		if d := Evaluate([]Policy{p}, r); d.Allowed && d.Explicit {
			t.Fatalf("allowed and denied at once: %s %+v", text, r)
		}
		if d := Evaluate([]Policy{p, no}, r); d.Allowed {
			t.Fatalf("allowed against a denial: %s %+v", text, r)
		}
	})
}

// The policy of a resource never panics, whoever asks.
func FuzzResourcePolicy(f *testing.F) {
	f.Add(`{"Statement":{"Effect":"Allow","Principal":{"AWS":["000000000000","*"],"Service":"sns.amazonaws.com"},"Action":"sqs:*","Resource":"*"}}`, "sqs:SendMessage")
	f.Add(`{"Statement":{"Effect":"Deny","NotPrincipal":"*","Action":"sqs:*","Resource":"*"}}`, "sqs:SendMessage")
	f.Fuzz(func(t *testing.T, text, action string) {
		p, err := ParseResourcePolicy(text)
		if err != nil {
			return
		}
		for _, who := range []Principal{{}, {Service: "sns.amazonaws.com"}, {Account: "000000000000", ARN: root("000000000000")}} {
			evaluateResource(p, who, Request{Action: action, Resource: "*"})
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
