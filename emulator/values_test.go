package emulator

import (
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

func TestParametersHaveVersionsLabelsAndPaths(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	put := func(in object) answer { return try(t, aws, "AmazonSSM.PutParameter", in) }
	get := func(name string) (value string) {
		t.Helper()
		var out struct{ Parameter struct{ Value string } }
		target(t, aws, "AmazonSSM.GetParameter", object{"Name": name, "WithDecryption": true}, &out)
		return out.Parameter.Value
	}
	for _, value := range []string{"one", "two"} {
		if a := put(object{"Name": "/app/url", "Value": value, "Type": "String", "Overwrite": true}); a.status != 200 {
			t.Fatalf("put: %s", a.body)
		}
	}
	target(t, aws, "AmazonSSM.LabelParameterVersion", object{"Name": "/app/url", "ParameterVersion": 1, "Labels": []string{"old"}}, nil)
	for name, want := range map[string]string{"/app/url": "two", "/app/url:1": "one", "/app/url:old": "one", "arn:aws:ssm:us-east-1:000000000000:parameter/app/url": "two"} {
		if got := get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	put(object{"Name": "/app/db/password", "Value": "hidden", "Type": "SecureString"})
	put(object{"Name": "plain", "Value": "a,b", "Type": "StringList"})
	if got := get("/app/db/password"); got != "hidden" {
		t.Errorf("decrypted: %q", got)
	}
	if a := try(t, aws, "AmazonSSM.GetParameter", object{"Name": "/app/db/password"}); strings.Contains(string(a.body), "hidden") {
		t.Errorf("not encrypted: %s", a.body)
	}
	var byPath struct{ Parameters []struct{ Name string } }
	target(t, aws, "AmazonSSM.GetParametersByPath", object{"Path": "/app"}, &byPath)
	if len(byPath.Parameters) != 1 {
		t.Errorf("one level: %v", byPath)
	}
	target(t, aws, "AmazonSSM.GetParametersByPath", object{"Path": "/", "Recursive": true}, &byPath)
	if len(byPath.Parameters) != 2 {
		t.Errorf("recursive: %v", byPath)
	}
	var described struct{ Parameters []struct{ Name string } }
	target(t, aws, "AmazonSSM.DescribeParameters", object{"ParameterFilters": []object{{"Key": "Name", "Option": "Contains", "Values": []string{"ai"}}}}, &described)
	if len(described.Parameters) != 1 || described.Parameters[0].Name != "plain" {
		t.Errorf("described: %v", described)
	}
	var many struct {
		Parameters        []struct{ Name string }
		InvalidParameters []string
	}
	target(t, aws, "AmazonSSM.GetParameters", object{"Names": []string{"plain", "nowhere"}}, &many)
	if len(many.Parameters) != 1 || len(many.InvalidParameters) != 1 {
		t.Errorf("several: %+v", many)
	}
	var history struct {
		Parameters []struct {
			Value  string
			Labels []string
		}
	}
	target(t, aws, "AmazonSSM.GetParameterHistory", object{"Name": "/app/url"}, &history)
	if len(history.Parameters) != 2 || history.Parameters[0].Labels[0] != "old" {
		t.Errorf("history: %+v", history)
	}
	wantRefused(t, put(object{"Name": "plain", "Value": "c", "Type": "String"}), "ParameterAlreadyExists", "already exists")
	wantRefused(t, put(object{"Name": "new", "Value": "c"}), "ValidationException", "type is required")
	wantRefused(t, put(object{"Name": "a/b", "Value": "c", "Type": "String"}), "ValidationException", "fully qualified")
	wantRefused(t, put(object{"Name": "/aws/x", "Value": "c", "Type": "String"}), "ValidationException", "prefixed")
	wantRefused(t, put(object{"Name": "n", "Value": "x", "Type": "String", "AllowedPattern": `^\d+$`}), "ParameterPatternMismatchException", "allowedPattern")
	wantRefused(t, put(object{"Name": "n", "Value": strings.Repeat("x", 4097), "Type": "String"}), "ValidationException", "4096")
	wantRefused(t, put(object{"Name": "n", "Value": "x", "Type": "SecureString", "KeyId": "alias/none"}), "InvalidKeyId", "AWSKMS")
	wantRefused(t, try(t, aws, "AmazonSSM.GetParameter", object{"Name": "nowhere"}), "ParameterNotFound", "")
	wantRefused(t, try(t, aws, "AmazonSSM.GetParameter", object{"Name": "plain:9"}), "ParameterVersionNotFound", "could not find version 9 of plain")
	target(t, aws, "AmazonSSM.DeleteParameter", object{"Name": "plain"}, nil)
	wantRefused(t, try(t, aws, "AmazonSSM.GetParameter", object{"Name": "plain"}), "ParameterNotFound", "")
}

func TestASecretHasStagesAndIsRecovered(t *testing.T) {
	t.Parallel()
	at := clock.NewFrozen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	aws := Start(t, WithClock(at))
	var made struct{ ARN, VersionId string }
	target(t, aws, "secretsmanager.CreateSecret", object{"Name": "app/db", "SecretString": "one", "Tags": []object{{"Key": "a", "Value": "b"}}}, &made)
	var second struct{ VersionId string }
	target(t, aws, "secretsmanager.PutSecretValue", object{"SecretId": made.ARN, "SecretString": "two", "ClientRequestToken": "11111111-1111-4111-8111-111111111111"}, &second)
	get := func(in object) string {
		t.Helper()
		var out struct{ SecretString string }
		target(t, aws, "secretsmanager.GetSecretValue", in, &out)
		return out.SecretString
	}
	for name, c := range map[string]struct {
		in   object
		want string
	}{
		"current":        {object{"SecretId": "app/db"}, "two"},
		"by its ARN":     {object{"SecretId": made.ARN}, "two"},
		"by part of it":  {object{"SecretId": made.ARN[:len(made.ARN)-7]}, "two"},
		"previous":       {object{"SecretId": "app/db", "VersionStage": "AWSPREVIOUS"}, "one"},
		"by its version": {object{"SecretId": "app/db", "VersionId": made.VersionId}, "one"},
	} {
		if got := get(c.in); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	token := object{"SecretId": "app/db", "ClientRequestToken": second.VersionId, "SecretString": "two"}
	target(t, aws, "secretsmanager.PutSecretValue", token, nil) // a retry
	token["SecretString"] = "three"
	wantRefused(t, try(t, aws, "secretsmanager.PutSecretValue", token), "ResourceExistsException", "already in use")
	target(t, aws, "secretsmanager.UpdateSecretVersionStage", object{"SecretId": "app/db", "VersionStage": "AWSCURRENT", "MoveToVersionId": made.VersionId, "RemoveFromVersionId": second.VersionId}, nil)
	if got := get(object{"SecretId": "app/db"}); got != "one" {
		t.Errorf("rolled back: %q", got)
	}
	wantRefused(t, try(t, aws, "secretsmanager.GetSecretValue", object{"SecretId": "app/db", "VersionStage": "NONE"}), "ResourceNotFoundException", "staging label: NONE")
	wantRefused(t, try(t, aws, "secretsmanager.GetSecretValue", object{"SecretId": "nowhere"}), "ResourceNotFoundException", "can't find the specified secret")
	wantRefused(t, try(t, aws, "secretsmanager.RotateSecret", object{"SecretId": "app/db"}), "UnknownOperationException", "")

	target(t, aws, "secretsmanager.DeleteSecret", object{"SecretId": "app/db", "RecoveryWindowInDays": 7}, nil)
	wantRefused(t, try(t, aws, "secretsmanager.GetSecretValue", object{"SecretId": "app/db"}), "InvalidRequestException", "marked for deletion")
	wantRefused(t, try(t, aws, "secretsmanager.CreateSecret", object{"Name": "app/db"}), "InvalidRequestException", "already scheduled for deletion")
	target(t, aws, "secretsmanager.RestoreSecret", object{"SecretId": "app/db"}, nil)
	get(object{"SecretId": "app/db"})
	target(t, aws, "secretsmanager.DeleteSecret", object{"SecretId": "app/db", "RecoveryWindowInDays": 7}, nil)
	at.Advance(7 * 24 * time.Hour)
	wantRefused(t, try(t, aws, "secretsmanager.RestoreSecret", object{"SecretId": "app/db"}), "ResourceNotFoundException", "")
	target(t, aws, "secretsmanager.CreateSecret", object{"Name": "app/db", "SecretBinary": []byte{1, 2}}, nil)
	var password struct{ RandomPassword string }
	target(t, aws, "secretsmanager.GetRandomPassword", object{"PasswordLength": 20, "ExcludePunctuation": true}, &password)
	if len(password.RandomPassword) != 20 || strings.ContainsAny(password.RandomPassword, "!@#/") {
		t.Errorf("password: %q", password.RandomPassword)
	}
}
