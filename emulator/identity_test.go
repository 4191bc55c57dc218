package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// as sends a request of a JSON protocol under an access key.
func as(t *testing.T, aws server, key, service, target, body string) answer {
	t.Helper()
	return rest(t, aws, service, "POST", "/", body, "X-Amz-Target", target, "Authorization", strings.Replace(auth(service), "Credential=AKIA/", "Credential="+key+"/", 1))
}

type accessKeyXML struct {
	ID     string `xml:"AccessKeyId"`
	Secret string `xml:"SecretAccessKey"`
	Token  string `xml:"SessionToken"`
}

func createUser(t *testing.T, aws *AWS, name, policy string) accessKeyXML {
	t.Helper()
	query(t, aws, "iam", "CreateUser", url.Values{"UserName": {name}}, &struct{}{})
	query(t, aws, "iam", "PutUserPolicy", url.Values{"UserName": {name}, "PolicyName": {"own"}, "PolicyDocument": {policy}}, &struct{}{})
	var out struct {
		Key accessKeyXML `xml:"CreateAccessKeyResult>AccessKey"`
	}
	query(t, aws, "iam", "CreateAccessKey", url.Values{"UserName": {name}}, &out)
	return out.Key
}

func TestAUserMayDoWhatTheirPoliciesAllow(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createIndexedTable(t, aws, "ann")
	createIndexedTable(t, aws, "bob")
	ann := createUser(t, aws, "ann", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"arn:aws:dynamodb:*:*:table/${aws:username}"},
		{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"127.0.0.0/8"}}}]}`)
	put := func(key, table string) answer {
		return as(t, aws, key, "dynamodb", "DynamoDB_20120810.PutItem", `{"TableName":"`+table+`","Item":{"pk":{"S":"a"}}}`)
	}
	if a := put(ann.ID, "ann"); a.status != 200 {
		t.Fatalf("one's own table: %d %s", a.status, a.body)
	}
	if a := put(ann.ID, "bob"); a.code() != "AccessDeniedException" || !strings.Contains(string(a.body), "User: arn:aws:iam::000000000000:user/ann is not authorized to perform: dynamodb:PutItem") {
		t.Fatalf("another's table: %d %s", a.status, a.body)
	}
	if a := put("test", "bob"); a.status != 200 {
		t.Fatalf("the account's root: %d %s", a.status, a.body)
	}
	query(t, aws, "iam", "UpdateAccessKey", url.Values{"UserName": {"ann"}, "AccessKeyId": {ann.ID}, "Status": {"Inactive"}}, &struct{}{})
	if a := put(ann.ID, "ann"); a.code() != "InvalidClientTokenId" {
		t.Fatalf("an inactive key: %d %s", a.status, a.body)
	}
}

func TestASessionOfARole(t *testing.T) {
	t.Parallel()
	at := clock.NewFrozen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	aws := Start(t, WithClock(at))
	createIndexedTable(t, aws, "mine")
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"000000000000"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}},
		{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	query(t, aws, "iam", "CreateRole", url.Values{"RoleName": {"r"}, "AssumeRolePolicyDocument": {trust}}, &struct{}{})
	query(t, aws, "iam", "PutRolePolicy", url.Values{"RoleName": {"r"}, "PolicyName": {"own"}, "PolicyDocument": {narrow}}, &struct{}{})
	const role = "arn:aws:iam::000000000000:role/r"
	assume := func(more ...string) (answer, accessKeyXML) {
		form := url.Values{"RoleArn": {role}, "RoleSessionName": {"me"}, "ExternalId": {"x"}}
		for i := 0; i+1 < len(more); i += 2 {
			form.Set(more[i], more[i+1])
		}
		a := query(t, aws, "sts", "AssumeRole", form, nil)
		_, rest, _ := strings.Cut(string(a.body), "<AccessKeyId>")
		id, _, _ := strings.Cut(rest, "<")
		return a, accessKeyXML{ID: id}
	}
	const put = `{"TableName":"mine","Item":{"pk":{"S":"a"}}}`
	_, session := assume()
	if a := as(t, aws, session.ID, "dynamodb", "DynamoDB_20120810.PutItem", put); a.status != 200 {
		t.Fatalf("what the role may: %d %s", a.status, a.body)
	}
	if a := as(t, aws, session.ID, "dynamodb", "DynamoDB_20120810.ListTables", "{}"); !strings.Contains(string(a.body), "User: arn:aws:sts::000000000000:assumed-role/r/me is not authorized") {
		t.Fatalf("what it may not: %d %s", a.status, a.body)
	}
	_, limited := assume("Policy", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"*"}}`)
	if a := as(t, aws, limited.ID, "dynamodb", "DynamoDB_20120810.PutItem", put); !strings.Contains(string(a.body), "because no session policy allows") {
		t.Fatalf("beyond the session's policy: %d %s", a.status, a.body)
	}
	if a, _ := assume("ExternalId", "y"); a.status != 403 || !strings.Contains(string(a.body), "is not authorized to perform: sts:AssumeRole on resource: "+role) {
		t.Fatalf("without the external id: %d %s", a.status, a.body)
	}
	if a, _ := assume("DurationSeconds", "7200"); a.status != 400 || !strings.Contains(string(a.body), "MaxSessionDuration") {
		t.Fatalf("for too long: %d %s", a.status, a.body)
	}
	at.Advance(time.Hour)
	if a := as(t, aws, session.ID, "dynamodb", "DynamoDB_20120810.PutItem", put); a.code() != "ExpiredTokenException" {
		t.Fatalf("an hour later: %d %s", a.status, a.body)
	}

	lend := func(service string) (status int, out map[string]string) {
		res, err := http.Get(aws.Endpoint() + "/_cumin/credentials?" + url.Values{"role": {role}, "service": {service}, "session": {"task"}}.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, out
	}
	status, lent := lend("ecs-tasks.amazonaws.com")
	if status != 200 || lent["Token"] == "" {
		t.Fatalf("a task's credentials: %d %v", status, lent)
	}
	at.Advance(30 * 24 * time.Hour)
	if a := as(t, aws, lent["AccessKeyId"], "dynamodb", "DynamoDB_20120810.PutItem", put); a.status != 200 {
		t.Fatalf("a task, a month later: %d %s", a.status, a.body)
	}
	if used := aws.UsedActions()[role]["dynamodb:PutItem"]; len(used) != 1 || used[0] != "arn:aws:dynamodb:us-east-1:000000000000:table/mine" {
		t.Fatalf("used: %v", aws.UsedActions())
	}
	unused := aws.iam.Unused(role, aws.UsedActions()[role])
	if len(unused) == 0 || strings.Contains(strings.Join(unused, "\n"), "dynamodb:putitem") || !strings.Contains(strings.Join(unused, "\n"), "lambda:invokefunction on arn:aws:lambda:us-east-1:000000000000:function:other") {
		t.Fatalf("unused: %q", unused)
	}
	if status, out := lend("ec2.amazonaws.com"); status != 403 {
		t.Fatalf("a service the role does not trust: %d %v", status, out)
	}
}

func TestAKeysPolicyRules(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	ann := createUser(t, aws, "ann", everythingPolicy)
	bob := createUser(t, aws, "bob", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`)
	const onlyBob = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:user/bob"},"Action":"kms:Encrypt","Resource":"*"}}`
	open, closed := createKey(t, aws, nil), createKey(t, aws, object{"Policy": onlyBob})
	for _, c := range []struct {
		name, user, key string
		allowed         bool
	}{
		{"the account's key, and the user may", ann.ID, open, true},
		{"the account's key, and the user may not", bob.ID, open, false},
		{"a key of somebody else's", ann.ID, closed, false},
		{"a key whose policy names the user", bob.ID, closed, true},
	} {
		a := as(t, aws, c.user, "kms", "TrentService.Encrypt", `{"KeyId":"`+c.key+`","Plaintext":"YQ=="}`)
		if (a.status == 200) != c.allowed || a.status != 200 && a.code() != "AccessDeniedException" {
			t.Errorf("%s: %d %s", c.name, a.status, a.body)
		}
	}
}
