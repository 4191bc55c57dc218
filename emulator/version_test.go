package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

const functions = "/2015-03-31/functions/"

// want sends a request to Lambda and decodes the answer, which must be a success.
func want(t *testing.T, aws server, method, path string, body, out any) {
	t.Helper()
	a := rest(t, aws, "lambda", method, path, body)
	if a.status/100 != 2 {
		t.Fatalf("%s %s: %d %s", method, path, a.status, a.body)
	}
	if out != nil {
		a.into(t, out)
	}
}

// publish makes a version of f and returns its number.
func publish(t *testing.T, aws server) string {
	t.Helper()
	var out struct{ Version string }
	want(t, aws, "POST", functions+"f/versions", map[string]any{}, &out)
	return out.Version
}

// greet makes f's $LATEST answer the value of GREETING.
func greet(t *testing.T, aws server, greeting string) {
	t.Helper()
	want(t, aws, "PUT", functions+"f/configuration", map[string]any{"Environment": map[string]any{"Variables": map[string]string{"GREETING": greeting}}}, nil)
}

// greeting invokes f under a qualifier and returns what it said and which
// version that was.
func greeting(t *testing.T, aws server, qualifier string) string {
	t.Helper()
	a := rest(t, aws, "lambda", "POST", functions+"f/invocations?Qualifier="+qualifier, order{Do: "env", Text: "GREETING"})
	if a.status != 200 {
		t.Fatalf("invoke %s: %d %s", qualifier, a.status, a.body)
	}
	return string(a.body) + " by " + a.header.Get("X-Amz-Executed-Version")
}

func TestAPublishedVersionStaysAsItWas(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	aws, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	createFunction(t, aws, "f", nil)
	greet(t, aws, "one")
	if one, again := publish(t, aws), publish(t, aws); one != "1" || again != "1" {
		t.Fatalf("published %s, then without a change %s", one, again)
	}
	greet(t, aws, "two")
	want(t, aws, "POST", functions+"f/aliases", map[string]any{"Name": "live", "FunctionVersion": "1"}, nil)
	greet(t, aws, "three")
	if two := publish(t, aws); two != "2" {
		t.Fatalf("published %s", two)
	}
	greet(t, aws, "four")
	check := func(aws server) {
		t.Helper()
		for qualifier, said := range map[string]string{"1": `"one" by 1`, "2": `"three" by 2`, "$LATEST": `"four" by $LATEST`, "live": `"one" by 1`} {
			if got := greeting(t, aws, qualifier); got != said {
				t.Errorf("%s: %s, want %s", qualifier, got, said)
			}
		}
	}
	check(aws)
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}
	if aws, err = Open(Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer aws.Close()
	check(aws)

	var list struct {
		Versions []struct{ Version, FunctionArn string }
	}
	want(t, aws, "GET", functions+"f/versions", nil, &list)
	if got := fmt.Sprint(list.Versions); got != "[{$LATEST arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST} {1 arn:aws:lambda:us-east-1:000000000000:function:f:1} {2 arn:aws:lambda:us-east-1:000000000000:function:f:2}]" {
		t.Fatalf("versions: %s", got)
	}
	want(t, aws, "DELETE", functions+"f?Qualifier=2", nil, nil)
	if a := rest(t, aws, "lambda", "GET", functions+"f?Qualifier=2", nil); a.status != 404 {
		t.Fatalf("a deleted version: %d %s", a.status, a.body)
	}
	greet(t, aws, "five")
	if three := publish(t, aws); three != "3" {
		t.Fatalf("published %s after 2 was deleted", three)
	}
}

func TestWhatIsLoggedNamesTheVersion(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createFunction(t, aws, "f", nil)
	publish(t, aws)
	if a := rest(t, aws, "lambda", "POST", functions+"f:1/invocations", order{Do: "env", Text: "AWS_LAMBDA_FUNCTION_VERSION"}); string(a.body) != `"1"` {
		t.Fatalf("the process was told %s", a.body)
	}
	if lines := aws.FunctionLog("f"); !contains(lines, "Version: 1") {
		t.Fatalf("log: %q", lines)
	}
}

// handled makes f answer text.
func handled(t *testing.T, aws *AWS, text string) {
	t.Helper()
	if _, err := aws.HandleFunction("f", func(context.Context, []byte) ([]byte, error) { return json.Marshal(text) }); err != nil {
		t.Fatal(err)
	}
}

func TestAnAliasSharesInvocationsByWeight(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) string {
		aws := Start(t, WithSeed(seed))
		handled(t, aws, "old")
		publish(t, aws)
		handled(t, aws, "new")
		publish(t, aws)
		want(t, aws, "POST", functions+"f/aliases", map[string]any{"Name": "live", "FunctionVersion": "1", "RoutingConfig": map[string]any{"AdditionalVersionWeights": map[string]float64{"2": 0.25}}}, nil)
		var said strings.Builder
		for range 200 {
			a := rest(t, aws, "lambda", "POST", functions+"f/invocations?Qualifier=live", nil)
			if version := a.header.Get("X-Amz-Executed-Version"); (version == "2") != (string(a.body) == `"new"`) {
				t.Fatalf("version %s said %s", version, a.body)
			}
			said.WriteString(a.header.Get("X-Amz-Executed-Version"))
		}
		return said.String()
	}
	first := run(7)
	if n := strings.Count(first, "2"); n < 30 || n > 70 {
		t.Fatalf("version 2 ran %d of 200 times, want about 50", n)
	}
	if run(7) != first {
		t.Fatal("the same seed chose differently")
	}
}

func TestVersionsAndAliasesAreRefusedInAWSsWords(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	handled(t, aws, "one")
	publish(t, aws)
	handled(t, aws, "two")
	publish(t, aws)
	want(t, aws, "POST", functions+"f/aliases", map[string]any{"Name": "live", "FunctionVersion": "1"}, nil)
	const arn = "arn:aws:lambda:us-east-1:000000000000:function:f"
	weights := func(version string, weights map[string]float64) map[string]any {
		return map[string]any{"Name": "new", "FunctionVersion": version, "RoutingConfig": map[string]any{"AdditionalVersionWeights": weights}}
	}
	for _, c := range []struct {
		name, method, path string
		body               any
		status             int
		code, phrase       string
	}{
		{"a version that is not there", "POST", "f/invocations?Qualifier=9", nil, 404, "ResourceNotFoundException", "Function not found: " + arn + ":9"},
		{"an alias that is not there", "POST", "f/invocations?Qualifier=nope", nil, 404, "ResourceNotFoundException", "Cannot find alias arn: " + arn + ":nope"},
		{"two different qualifiers", "GET", "f:1?Qualifier=2", nil, 400, "InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier."},
		{"a change of a version", "PUT", "f:1/configuration", map[string]int{"Timeout": 4}, 400, "InvalidParameterValueException", "Aliases and versions do not support this operation"},
		{"the deletion of $LATEST", "DELETE", "f?Qualifier=$LATEST", nil, 400, "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function."},
		{"the deletion of a version in use", "DELETE", "f?Qualifier=1", nil, 409, "ResourceConflictException", "Unable to delete version because the following aliases reference it: [live]"},
		{"the deletion of a function by its alias", "DELETE", "f?Qualifier=live", nil, 400, "InvalidParameterValueException", "Deletion of aliases is not currently supported."},
		{"other code than expected", "POST", "f/versions", map[string]string{"CodeSha256": "other"}, 400, "InvalidParameterValueException", "CodeSHA256 (other) is different from current CodeSHA256 in $LATEST"},
		{"another revision than expected", "POST", "f/versions", map[string]string{"RevisionId": "other"}, 412, "PreconditionFailedException", "The Revision Id provided does not match"},
		{"the same alias again", "POST", "f/aliases", map[string]string{"Name": "live", "FunctionVersion": "1"}, 409, "ResourceConflictException", "Alias already exists: " + arn + ":live"},
		{"an alias of nothing", "POST", "f/aliases", map[string]string{"Name": "new", "FunctionVersion": "9"}, 404, "ResourceNotFoundException", "Function not found: " + arn + ":9"},
		{"an alias named like a version", "POST", "f/aliases", map[string]string{"Name": "12", "FunctionVersion": "1"}, 400, "ValidationException", "at 'name' failed to satisfy constraint"},
		{"another revision of an alias", "PUT", "f/aliases/live", map[string]string{"RevisionId": "other"}, 412, "PreconditionFailedException", "The Revision Id provided does not match"},
		{"an update of no alias", "PUT", "f/aliases/nope", map[string]string{"FunctionVersion": "1"}, 404, "ResourceNotFoundException", "Cannot find alias arn: " + arn + ":nope"},
		{"three versions", "POST", "f/aliases", weights("1", map[string]float64{"2": .1, "3": .1}), 400, "InvalidParameterValueException", "Number of items in AdditionalVersionWeights cannot be greater than 1"},
		{"the main version twice", "POST", "f/aliases", weights("1", map[string]float64{"1": .1}), 400, "InvalidParameterValueException", "Function version 1 is already included in routing configuration."},
		{"$LATEST among two", "POST", "f/aliases", weights("$LATEST", map[string]float64{"1": .1}), 400, "InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version"},
		{"too great a share", "POST", "f/aliases", weights("1", map[string]float64{"2": 1.5}), 400, "ValidationException", "Member must have value less than or equal to 1.0"},
		{"a share for an alias", "POST", "f/aliases", weights("1", map[string]float64{"live": .5}), 400, "ValidationException", "Map keys must satisfy constraint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := rest(t, aws, "lambda", c.method, functions+c.path, c.body)
			if a.status != c.status || a.code() != c.code || !strings.Contains(string(a.body), c.phrase) {
				t.Fatalf("got %d %s %s\nwant %d %s …%s…", a.status, a.code(), a.body, c.status, c.code, c.phrase)
			}
		})
	}
}

func TestAMappingCallsItsAliasWhereverItPoints(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	said := make(chan string, 10)
	serve := func(text string) {
		if _, err := aws.HandleFunction("f", func(context.Context, []byte) ([]byte, error) { said <- text; return nil, nil }); err != nil {
			t.Fatal(err)
		}
	}
	serve("old")
	publish(t, aws)
	serve("new")
	publish(t, aws)
	want(t, aws, "POST", functions+"f/aliases", map[string]any{"Name": "live", "FunctionVersion": "1"}, nil)
	url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "60"})
	createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": "f:live"})
	send(t, aws, url, "m")
	if got := <-said; got != "old" {
		t.Fatalf("%s ran", got)
	}
	want(t, aws, "PUT", functions+"f/aliases/live", map[string]any{"FunctionVersion": "2"}, nil)
	send(t, aws, url, "m")
	if got := <-said; got != "new" {
		t.Fatalf("%s ran", got)
	}
	var list struct {
		EventSourceMappings []struct{ FunctionArn string }
	}
	want(t, aws, "GET", "/2015-03-31/event-source-mappings?FunctionName=f:live", nil, &list)
	if len(list.EventSourceMappings) != 1 || !strings.HasSuffix(list.EventSourceMappings[0].FunctionArn, ":function:f:live") {
		t.Fatalf("mappings: %v", list)
	}
}

func TestATemplateReleasesAVersionUnderAnAlias(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createFunction(t, aws, "f", nil)
	const template = `
Parameters: {Weight: {Type: Number, Default: 0}}
Resources:
  Version: {Type: "AWS::Lambda::Version", Properties: {FunctionName: f, Description: first}}
  Live:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: f, Name: live, FunctionVersion: !GetAtt Version.Version, Description: !Sub "weight ${Weight}"}
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Live, Action: "lambda:InvokeFunction", Principal: s3.amazonaws.com, SourceAccount: !Ref "AWS::AccountId"}
  Events:
    Type: AWS::Lambda::EventInvokeConfig
    Properties: {FunctionName: f, Qualifier: live, MaximumRetryAttempts: 0}
    DependsOn: Live
Outputs:
  Version: {Value: !Ref Version}
  Live: {Value: !Ref Live}
`
	finished := func() stackXML {
		var s stackXML
		eventually(t, "the stack", func() bool {
			s = describeStack(t, aws, "s")
			return strings.HasSuffix(s.Status, "_COMPLETE")
		})
		return s
	}
	if a := query(t, aws, "cloudformation", "CreateStack", stackForm("s", template), nil); a.status != 200 {
		t.Fatalf("create: %d %s", a.status, a.body)
	}
	s := finished()
	if s.Status != "CREATE_COMPLETE" || s.output("Version") != "arn:aws:lambda:us-east-1:000000000000:function:f:1" || s.output("Live") != "arn:aws:lambda:us-east-1:000000000000:function:f:live" {
		t.Fatalf("got %+v %q", s, events(t, aws, "s"))
	}
	var policy struct{ Policy string }
	want(t, aws, "GET", functions+"f/policy?Qualifier=live", nil, &policy)
	if !strings.Contains(policy.Policy, `"Service":"s3.amazonaws.com"`) || !strings.Contains(policy.Policy, `"AWS:SourceAccount":"000000000000"`) {
		t.Fatalf("policy: %s", policy.Policy)
	}
	var async struct {
		FunctionEventInvokeConfigs []struct{ FunctionArn string }
	}
	want(t, aws, "GET", "/2019-09-25/functions/f/event-invoke-config/list", nil, &async)
	if len(async.FunctionEventInvokeConfigs) != 1 || !strings.HasSuffix(async.FunctionEventInvokeConfigs[0].FunctionArn, ":f:live") {
		t.Fatalf("settings of events: %v", async)
	}
	if a := query(t, aws, "cloudformation", "UpdateStack", stackForm("s", template, "Weight", "1"), nil); a.status != 200 {
		t.Fatalf("update: %d %s", a.status, a.body)
	}
	if s := finished(); s.Status != "UPDATE_COMPLETE" {
		t.Fatalf("got %+v %q", s, events(t, aws, "s"))
	}
	if a := query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil); a.status != 200 {
		t.Fatalf("delete: %d %s", a.status, a.body)
	}
	eventually(t, "no alias and no version", func() bool {
		var list struct{ Versions []struct{ Version string } }
		want(t, aws, "GET", functions+"f/versions", nil, &list)
		return len(list.Versions) == 1 && rest(t, aws, "lambda", "GET", functions+"f/aliases/live", nil).status == 404
	})
}

func TestReservationsAreTakenFromTheAccount(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	handled(t, aws, "")
	type settings struct {
		AccountLimit struct{ ConcurrentExecutions, UnreservedConcurrentExecutions int }
		AccountUsage struct{ FunctionCount int }
	}
	var got settings
	reserve := func(n int) answer {
		return rest(t, aws, "lambda", "PUT", "/2017-10-31/functions/f/concurrency", map[string]int{"ReservedConcurrentExecutions": n})
	}
	if a := reserve(901); a.status != 400 || !strings.Contains(string(a.body), "below its minimum value of [100]") {
		t.Fatalf("901 of 1000: %d %s", a.status, a.body)
	}
	if a := reserve(900); a.status != 200 {
		t.Fatalf("900 of 1000: %d %s", a.status, a.body)
	}
	want(t, aws, "GET", "/2016-08-19/account-settings", nil, &got)
	if got.AccountLimit.ConcurrentExecutions != 1000 || got.AccountLimit.UnreservedConcurrentExecutions != 100 || got.AccountUsage.FunctionCount != 1 {
		t.Fatalf("got %+v", got)
	}
	want(t, aws, "DELETE", functions+"f", nil, nil)
	want(t, aws, "GET", "/2016-08-19/account-settings", nil, &got)
	if got.AccountLimit.UnreservedConcurrentExecutions != 1000 || got.AccountUsage.FunctionCount != 0 {
		t.Fatalf("after its deletion: %+v", got)
	}
}

func TestPoliciesAreKeptPerQualifier(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	handled(t, aws, "")
	publish(t, aws)
	statement := map[string]string{"StatementId": "a", "Action": "lambda:InvokeFunction", "Principal": "123456789012"}
	want(t, aws, "POST", functions+"f/policy?Qualifier=1", statement, nil)
	if a := rest(t, aws, "lambda", "POST", functions+"f/policy?Qualifier=1", statement); a.status != 409 || !strings.Contains(string(a.body), "The statement id (a) provided already exists.") {
		t.Fatalf("twice: %d %s", a.status, a.body)
	}
	if a := rest(t, aws, "lambda", "GET", functions+"f/policy", nil); a.status != 404 {
		t.Fatalf("of the function: %d %s", a.status, a.body)
	}
	var got struct{ Policy string }
	want(t, aws, "GET", functions+"f/policy?Qualifier=1", nil, &got)
	if !strings.Contains(got.Policy, `"AWS":"arn:aws:iam::123456789012:root"`) || !strings.Contains(got.Policy, `"Resource":"arn:aws:lambda:us-east-1:000000000000:function:f:1"`) {
		t.Fatalf("got %s", got.Policy)
	}
	want(t, aws, "DELETE", functions+"f/policy/a?Qualifier=1", nil, nil)
	if a := rest(t, aws, "lambda", "DELETE", functions+"f/policy/a?Qualifier=1", nil); a.status != 404 {
		t.Fatalf("removed twice: %d %s", a.status, a.body)
	}
}
