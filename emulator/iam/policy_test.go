package iam

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// newService is an IAM in memory whose clock stands at noon of 1 June 2026.
func newService(t *testing.T) *Service {
	t.Helper()
	s, err := New(Config{
		Clock: clock.NewFrozen(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)), Store: store.Memory{}, Log: slog.New(slog.DiscardHandler),
		NewID: func() string { return "00000000-0000-4000-8000-000000000000" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsNoPolicyIsRefusedInWords(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, policy, want string }{
		{"not JSON", `{`, "invalid Json"},
		{"a list", `[]`, "invalid Json"},
		{"null", `null`, "invalid Json"},
		{"no statement", `{"Version":"2012-10-17"}`, "Syntax errors"},
		{"an unknown version", `{"Version":"2020-01-01","Statement":[]}`, "Syntax errors"},
		{"a misspelt element", `{"Statement":{"Effect":"Allow","Actions":"s3:*","Resource":"*"}}`, "Syntax errors"},
		{"an element in lower case", `{"Statement":{"effect":"Allow","Action":"s3:*","Resource":"*"}}`, "Syntax errors"},
		{"no effect", `{"Statement":{"Action":"s3:*","Resource":"*"}}`, "Syntax errors"},
		{"an effect that is none", `{"Statement":{"Effect":"allow","Action":"s3:*","Resource":"*"}}`, "Syntax errors"},
		{"a number for an action", `{"Statement":{"Effect":"Allow","Action":7,"Resource":"*"}}`, "Syntax errors"},
		{"Action beside NotAction", `{"Statement":{"Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*"}}`, "Syntax errors"},
		{"no action", `{"Statement":{"Effect":"Allow","Resource":"*"}}`, "must contain actions"},
		{"a null action", `{"Statement":{"Effect":"Allow","Action":null,"Resource":"*"}}`, "Syntax errors"},
		{"no resource", `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":[]}}`, "must contain resources"},
		{"an action of no service", `{"Statement":{"Effect":"Allow","Action":"GetItem","Resource":"*"}}`, "prefaced by a vendor"},
		{"a resource that is no ARN", `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}}`, "must be in ARN format"},
		{"a principal", `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}`, "should not specify a principal"},
		{"a condition key nobody fills", `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}`, "does not evaluate the condition key aws:MultiFactorAuthPresent"},
		{"a condition key without a service", `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"username":"true"}}}}`, "prefaced by a vendor"},
		{"an operator that is none", `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringIs":{"aws:username":"a"}}}}`, "Invalid Condition type : StringIs."},
		{"a set of no kind", `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"ForSomeValue:StringEquals":{"aws:username":"a"}}}}`, "Invalid Condition type"},
		{"a condition's value that is an object", `{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:username":{}}}}}`, "Syntax errors"},
		{"a policy variable nobody fills", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${cognito-identity.amazonaws.com:sub}"}}`, "policy variable"},
		{"a policy variable without an end", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username"}}`, "Syntax errors"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParsePolicy(c.policy)
			if err == nil || !strings.Contains(err.Error(), "MalformedPolicyDocument") || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want a MalformedPolicyDocument with %q", err, c.want)
			}
		})
	}
}

const table = "arn:aws:dynamodb:us-east-1:000000000000:table/tasks"

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, statements string
		request          Request
		want             Decision
	}{
		{"nothing is said", `[]`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{}},
		{"just this", `{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"` + table + `"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Allowed: true}},
		{"whatever the action's case", `{"Effect":"Allow","Action":"DynamoDB:putitem","Resource":"*"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Allowed: true}},
		{"another action", `{"Effect":"Allow","Action":["dynamodb:GetItem"],"Resource":"*"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{}},
		{"all that begin so", `{"Effect":"Allow","Action":"dynamodb:*Item","Resource":"*"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Allowed: true}},
		{"a question mark is one letter", `{"Effect":"Allow","Action":"dynamodb:?utItem","Resource":"*"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Allowed: true}},
		{"a question mark is not none", `{"Effect":"Allow","Action":"dynamodb:PutItem?","Resource":"*"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{}},
		{"another table", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/other"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{}},
		{"the table is not its indexes", `{"Effect":"Allow","Action":"*","Resource":"` + table + `"}`, Request{Action: "dynamodb:Query", Resource: table + "/index/byUser"}, Decision{}},
		{"its indexes", `{"Effect":"Allow","Action":"*","Resource":"` + table + `/index/*"}`, Request{Action: "dynamodb:Query", Resource: table + "/index/byUser"}, Decision{Allowed: true}},
		{"any region", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:dynamodb:*:000000000000:table/tasks"}`, Request{Action: "dynamodb:Query", Resource: table}, Decision{Allowed: true}},
		{"a star stays in its segment", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:dynamodb:*:table/tasks"}`, Request{Action: "dynamodb:Query", Resource: table}, Decision{}},
		{"the last star takes colons", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:logs:us-east-1:0:log-group:/f:*"}`, Request{Action: "logs:PutLogEvents", Resource: "arn:aws:logs:us-east-1:0:log-group:/f:log-stream:s"}, Decision{Allowed: true}},
		{"a short pattern", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:dynamodb:*"}`, Request{Action: "dynamodb:Query", Resource: table}, Decision{Allowed: true}},
		{"an action without resource wants a star", `{"Effect":"Allow","Action":"*","Resource":"arn:aws:dynamodb:*:*:*"}`, Request{Action: "dynamodb:ListTables", Resource: "*"}, Decision{}},
		{"a denial wins", `[{"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"*"},{"Effect":"Allow","Action":"*","Resource":"*"}]`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Explicit: true}},
		{"a denial wins wherever it stands", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"*"}]`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Explicit: true}},
		{"a denial of something else", `[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"dynamodb:DeleteItem","Resource":"*"}]`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Allowed: true}},
		{"all but one action", `{"Effect":"Allow","NotAction":"dynamodb:DeleteItem","Resource":"*"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Allowed: true}},
		{"the one action", `{"Effect":"Allow","NotAction":"dynamodb:DeleteItem","Resource":"*"}`, Request{Action: "dynamodb:DeleteItem", Resource: table}, Decision{}},
		{"all but one resource", `{"Effect":"Deny","Action":"*","NotResource":"` + table + `"}`, Request{Action: "dynamodb:PutItem", Resource: table + "2"}, Decision{Explicit: true}},
		{"the one resource", `{"Effect":"Deny","Action":"*","NotResource":"` + table + `"}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{}},
		{"an empty condition is none", `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}`, Request{Action: "dynamodb:PutItem", Resource: table}, Decision{Allowed: true}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := ParsePolicy(`{"Version":"2012-10-17","Statement":` + c.statements + `}`)
			if err != nil {
				t.Fatal(err)
			}
			if got := Evaluate([]Policy{p}, c.request); got != c.want {
				t.Fatalf("%s: %v: got %+v, want %+v", c.statements, c.request, got, c.want)
			}
		})
	}
}

func TestARefusalSaysWhoWhatAndWhy(t *testing.T) {
	t.Parallel()
	const user = "arn:aws:sts::000000000000:assumed-role/r/f"
	want := "User: " + user + " is not authorized to perform: dynamodb:PutItem on resource: " + table
	if got := (Decision{}).Denial(user, "dynamodb:PutItem", table); got != want+" because no identity-based policy allows the dynamodb:PutItem action" {
		t.Error(got)
	}
	if got := (Decision{Explicit: true}).Denial(user, "dynamodb:PutItem", table); got != want+" with an explicit deny in an identity-based policy" {
		t.Error(got)
	}
}

func TestWhomARoleTrusts(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, statement string
		want            bool
	}{
		{"Lambda", `{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}`, true},
		{"Lambda among others", `[{"Effect":"Allow","Principal":{"Service":["ecs-tasks.amazonaws.com","lambda.amazonaws.com"]},"Action":["sts:AssumeRole","sts:TagSession"]}]`, true},
		{"everybody", `{"Effect":"Allow","Principal":"*","Action":"sts:*"}`, true},
		{"another service", `{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}`, false},
		{"an account", `{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole"}`, false},
		{"nobody", `[]`, false},
		{"under a condition", `{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"1"}}}`, false},
		{"not Lambda after all", `[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]`, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			if _, err := s.Create(t.Context(), Role{Name: "r", Trust: `{"Statement":` + c.statement + `}`}); err != nil {
				t.Fatal(err)
			}
			if got := s.Trusts("arn:aws:iam::000000000000:role/r", "lambda.amazonaws.com"); got != c.want {
				t.Fatalf("%s: got %v", c.statement, got)
			}
		})
	}
}
