package iam

import (
	"strings"
	"testing"
)

func TestWhenAConditionHolds(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, condition string
		keys            map[string][]string
		want            bool
	}{
		{"the same text", `"StringEquals":{"aws:username":"ann"}`, map[string][]string{"aws:username": {"ann"}}, true},
		{"one of several", `"StringEquals":{"aws:username":["bob","ann"]}`, map[string][]string{"aws:username": {"ann"}}, true},
		{"another text", `"StringEquals":{"aws:username":"ann"}`, map[string][]string{"aws:username": {"Ann"}}, false},
		{"no text at all", `"StringEquals":{"aws:username":"ann"}`, nil, false},
		{"a star is a star", `"StringEquals":{"aws:username":"a*"}`, map[string][]string{"aws:username": {"ann"}}, false},
		{"whatever the case", `"StringEqualsIgnoreCase":{"aws:username":"ann"}`, map[string][]string{"aws:username": {"ANN"}}, true},
		{"a pattern", `"StringLike":{"aws:username":"a?n*"}`, map[string][]string{"aws:username": {"anna"}}, true},
		{"not this text", `"StringNotEquals":{"aws:username":"ann"}`, map[string][]string{"aws:username": {"bob"}}, true},
		{"none of several", `"StringNotEquals":{"aws:username":["ann","bob"]}`, map[string][]string{"aws:username": {"bob"}}, false},
		{"not this text, and there is none", `"StringNotEquals":{"aws:username":"ann"}`, nil, true},
		{"not like", `"StringNotLike":{"aws:username":"a*"}`, map[string][]string{"aws:username": {"ann"}}, false},
		{"if it is there, and it is not", `"StringEqualsIfExists":{"aws:username":"ann"}`, nil, true},
		{"if it is there, and it is another", `"StringEqualsIfExists":{"aws:username":"ann"}`, map[string][]string{"aws:username": {"bob"}}, false},
		{"the key's case does not matter", `"StringEquals":{"AWS:UserName":"ann"}`, map[string][]string{"aws:username": {"ann"}}, true},
		{"two operators must both hold", `"StringLike":{"aws:username":"a*"},"StringNotEquals":{"aws:username":"ann"}`, map[string][]string{"aws:username": {"ann"}}, false},
		{"two keys must both hold", `"StringEquals":{"aws:username":"ann","aws:userid":"1"}`, map[string][]string{"aws:username": {"ann"}}, false},
		{"a number", `"NumericEquals":{"aws:EpochTime":"7"}`, map[string][]string{"aws:epochtime": {"7.0"}}, true},
		{"a number written as one", `"NumericLessThan":{"aws:EpochTime":8}`, map[string][]string{"aws:epochtime": {"7"}}, true},
		{"at most", `"NumericLessThanEquals":{"aws:EpochTime":"7"}`, map[string][]string{"aws:epochtime": {"7"}}, true},
		{"more than", `"NumericGreaterThan":{"aws:EpochTime":"7"}`, map[string][]string{"aws:epochtime": {"7"}}, false},
		{"no number", `"NumericGreaterThanEquals":{"aws:EpochTime":"7"}`, map[string][]string{"aws:epochtime": {"many"}}, false},
		{"not a number", `"NumericNotEquals":{"aws:EpochTime":"7"}`, map[string][]string{"aws:epochtime": {"8"}}, true},
		{"before a date", `"DateLessThan":{"aws:CurrentTime":"2026-06-02"}`, map[string][]string{"aws:currenttime": {"2026-06-01T12:00:00Z"}}, true},
		{"after a time in seconds", `"DateGreaterThan":{"aws:CurrentTime":"1700000000"}`, map[string][]string{"aws:currenttime": {"2026-06-01T12:00:00Z"}}, true},
		{"at a time in another zone", `"DateEquals":{"aws:CurrentTime":"2026-06-01T14:00:00+02:00"}`, map[string][]string{"aws:currenttime": {"2026-06-01T12:00:00Z"}}, true},
		{"true", `"Bool":{"aws:SecureTransport":"true"}`, map[string][]string{"aws:securetransport": {"true"}}, true},
		{"true, not as text", `"Bool":{"aws:SecureTransport":true}`, map[string][]string{"aws:securetransport": {"false"}}, false},
		{"in a range of addresses", `"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, map[string][]string{"aws:sourceip": {"10.1.2.3"}}, true},
		{"one address", `"IpAddress":{"aws:SourceIp":"10.1.2.3"}`, map[string][]string{"aws:sourceip": {"10.1.2.3"}}, true},
		{"an address of six", `"IpAddress":{"aws:SourceIp":"2001:db8::/32"}`, map[string][]string{"aws:sourceip": {"2001:db8::1"}}, true},
		{"outside a range", `"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, map[string][]string{"aws:sourceip": {"127.0.0.1"}}, true},
		{"an ARN", `"ArnEquals":{"aws:SourceArn":"arn:aws:sns:*:0:topic"}`, map[string][]string{"aws:sourcearn": {"arn:aws:sns:eu-1:0:topic"}}, true},
		{"a star stays in its part of an ARN", `"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:topic"}`, map[string][]string{"aws:sourcearn": {"arn:aws:sns:eu-1:0:topic"}}, false},
		{"not an ARN", `"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:0:t*"}`, map[string][]string{"aws:sourcearn": {"arn:aws:sns:eu-1:0:topic"}}, false},
		{"bytes", `"BinaryEquals":{"aws:username":"YQ=="}`, map[string][]string{"aws:username": {"YQ=="}}, true},
		{"missing, as it should be", `"Null":{"aws:username":"true"}`, nil, true},
		{"there, as it should be", `"Null":{"aws:username":"false"}`, map[string][]string{"aws:username": {"ann"}}, true},
		{"missing, as it should not be", `"Null":{"aws:username":false}`, nil, false},
		{"all of several", `"ForAllValues:StringEquals":{"aws:PrincipalTag/t":["a","b"]}`, map[string][]string{"aws:principaltag/t": {"a", "b"}}, true},
		{"not all of several", `"ForAllValues:StringEquals":{"aws:PrincipalTag/t":["a"]}`, map[string][]string{"aws:principaltag/t": {"a", "b"}}, false},
		{"all of none", `"ForAllValues:StringEquals":{"aws:PrincipalTag/t":["a"]}`, nil, true},
		{"any of several", `"ForAnyValue:StringLike":{"aws:PrincipalTag/t":["b*"]}`, map[string][]string{"aws:principaltag/t": {"a", "bc"}}, true},
		{"any of none", `"ForAnyValue:StringEquals":{"aws:PrincipalTag/t":["a"]}`, nil, false},
		{"any that is not", `"ForAnyValue:StringNotEquals":{"aws:PrincipalTag/t":["a"]}`, map[string][]string{"aws:principaltag/t": {"a", "b"}}, true},
		{"all that are not", `"ForAllValues:StringNotEquals":{"aws:PrincipalTag/t":["a"]}`, map[string][]string{"aws:principaltag/t": {"a", "b"}}, false},
		{"what a variable says", `"StringEquals":{"aws:PrincipalTag/owner":"${aws:username}"}`, map[string][]string{"aws:username": {"ann"}, "aws:principaltag/owner": {"ann"}}, true},
		{"what a variable says when it says nothing", `"StringEquals":{"aws:PrincipalTag/owner":"${aws:username}"}`, map[string][]string{"aws:principaltag/owner": {""}}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := ParsePolicy(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{` + c.condition + `}}}`)
			if err != nil {
				t.Fatal(err)
			}
			if got := Evaluate([]Policy{p}, Request{Action: "s3:GetObject", Resource: "*", Keys: c.keys}); got.Allowed != c.want {
				t.Fatalf("%s under %v: got %v", c.condition, c.keys, got.Allowed)
			}
		})
	}
}

func TestWhatVariablesStandFor(t *testing.T) {
	t.Parallel()
	ann := Keys{"aws:username": {"ann"}, "aws:principaltag/any": {"*"}}
	cases := []struct {
		name, version, resource, of string
		want                        bool
	}{
		{"one's own folder", "2012-10-17", "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/ann/k", true},
		{"another's folder", "2012-10-17", "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/bob/k", false},
		{"a star in a value is no wildcard", "2012-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/any}/k", "arn:aws:s3:::b/bob/k", false},
		{"but a star", "2012-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/any}/k", "arn:aws:s3:::b/*/k", true},
		{"a default", "2012-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/team, 'all'}/*", "arn:aws:s3:::b/all/k", true},
		{"nothing without a default", "2012-10-17", "arn:aws:s3:::b/${aws:PrincipalTag/team}*", "arn:aws:s3:::b/k", false},
		{"a written star", "2012-10-17", "arn:aws:s3:::b/${*}", "arn:aws:s3:::b/k", false},
		{"a written dollar", "2012-10-17", "arn:aws:s3:::b/${$}k", "arn:aws:s3:::b/$k", true},
		{"text in policies of 2008", "2008-10-17", "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/ann/k", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := ParsePolicy(`{"Version":"` + c.version + `","Statement":{"Effect":"Allow","Action":"*","Resource":"` + c.resource + `"}}`)
			if err != nil {
				t.Fatal(err)
			}
			if got := Evaluate([]Policy{p}, Request{Action: "s3:GetObject", Resource: c.of, Keys: ann}); got.Allowed != c.want {
				t.Fatalf("got %v", got.Allowed)
			}
		})
	}
}

func TestPoliciesOfResources(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for name, policy := range map[string]string{
		"reader": `{"Statement":{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}}`,
		"barred": `{"Statement":{"Effect":"Deny","Action":"kms:Decrypt","Resource":"*"}}`,
	} {
		trust := `{"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`
		if _, err := s.Create(t.Context(), Role{Name: name, Trust: trust, Attachments: Attachments{Inline: map[string]string{"own": policy}}}); err != nil {
			t.Fatal(err)
		}
	}
	role := func(name string) Principal {
		return Principal{Account: "000000000000", Role: "arn:aws:iam::000000000000:role/" + name, ARN: "arn:aws:sts::000000000000:assumed-role/" + name + "/s"}
	}
	const account, reader, service = `{"AWS":"arn:aws:iam::000000000000:root"}`, `{"AWS":"arn:aws:iam::000000000000:role/reader"}`, `{"Service":"sns.amazonaws.com"}`
	allow := func(principal, more string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal + `,"Action":"*","Resource":"*"` + more + `}]}`
	}
	cases := []struct {
		name   string
		who    Principal
		policy string
		rules  bool
		want   Decision
	}{
		{"none, and one's own say yes", role("reader"), "", false, Decision{Allowed: true}},
		{"none, and nobody says yes", role("stranger"), "", false, Decision{}},
		{"one that names the role", role("stranger"), strings.ReplaceAll(allow(reader, ""), "reader", "stranger"), false, Decision{Allowed: true}},
		{"one that names the account leaves it to the role", role("stranger"), allow(account, ""), false, Decision{}},
		{"one's own denial wins", role("barred"), allow(`"*"`, ""), false, Decision{Explicit: true}},
		{"a key that names the account, and the role may", role("reader"), allow(account, ""), true, Decision{Allowed: true}},
		{"a key that names the account by its id", role("reader"), allow(`{"AWS":"000000000000"}`, ""), true, Decision{Allowed: true}},
		{"a key that names somebody else", role("reader"), allow(service, ""), true, Decision{By: "resource-based"}},
		{"a denial", role("reader"), strings.Replace(allow(reader, ""), "Allow", "Deny", 1), false, Decision{Explicit: true, By: "resource-based"}},
		{"a denial of all but one", role("reader"), strings.NewReplacer("Allow", "Deny", `"Principal"`, `"NotPrincipal"`).Replace(allow(reader, "")), false, Decision{Allowed: true}},
		{"a denial of all but another", role("reader"), strings.NewReplacer("Allow", "Deny", `"Principal"`, `"NotPrincipal"`).Replace(allow(service, "")), false, Decision{Explicit: true, By: "resource-based"}},
		{"a service that is named", Principal{Service: "sns.amazonaws.com"}, allow(service, ""), false, Decision{Allowed: true}},
		{"a service that is not", Principal{Service: "s3.amazonaws.com"}, allow(service, ""), false, Decision{By: "resource-based"}},
		{"a service without a policy", Principal{Service: "sns.amazonaws.com"}, "", false, Decision{By: "resource-based"}},
		{"under a condition that does not hold", Principal{Service: "sns.amazonaws.com"}, allow(service, `,"Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:0:t"}}`), false, Decision{By: "resource-based"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := s.Decide(c.who, Request{Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:000000000000:key/k"}, ResourcePolicy{Text: c.policy, Rules: c.rules})
			if got != c.want {
				t.Fatalf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
