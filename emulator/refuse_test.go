package emulator

import (
	"context"
	"net/url"
	"strings"
	"testing"
)

// stranger is a parameter that no operation has.
const stranger = "NoSuchParameter"

// TestNoOperationIgnoresAParameter asks every operation of every table with a
// parameter it does not have. Each must refuse it by name: to ignore it would
// be a made-up success.
func TestNoOperationIgnoresAParameter(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	nobody := func(context.Context, []byte) ([]byte, error) { return nil, nil }
	if _, err := aws.HandleFunction("f", nobody); err != nil { // who is asked about comes before what
		t.Fatal(err)
	}
	prefixes := map[string]string{}
	for prefix, service := range targets {
		prefixes[service] = prefix
	}
	queries := map[string]bool{}
	for _, service := range queryVersions {
		queries[service] = true
	}
	for _, s := range aws.supported() {
		for _, name := range s.operations {
			t.Run(s.service+" "+name, func(t *testing.T) {
				t.Parallel()
				if prefix, ok := prefixes[s.service]; ok {
					refusesStranger(t, rest(t, aws, s.service, "POST", "/", `{"`+stranger+`":1}`, "X-Amz-Target", prefix+"."+name))
				}
				if queries[s.service] {
					refusesStranger(t, query(t, aws, s.service, name, url.Values{stranger: {"1"}}, nil))
				}
				switch s.service {
				case serviceLambda:
					for _, route := range aws.lambda.Routes(name) {
						path := strings.NewReplacer("{name}", "f", "{uuid}", "u", "{arn}", "a", "{$}", "").Replace(route.Path)
						refusesStranger(t, rest(t, aws, s.service, route.Method, path+"?"+stranger+"=1", nil))
						if takesBody[name] {
							refusesStranger(t, rest(t, aws, s.service, route.Method, path, `{"`+stranger+`":1}`))
						}
					}
				case serviceS3:
					r := s3Request(t, aws, name)
					r.Header.Set("X-Amz-"+stranger, "1")
					refusesStranger(t, do(t, r))
					r = s3Request(t, aws, name)
					r.URL.RawQuery += "&" + stranger + "=1"
					refusesStranger(t, do(t, r))
				}
			})
		}
	}
}

// takesBody is the operations of Lambda whose members come in a JSON body.
var takesBody = map[string]bool{
	"CreateFunction": true, "UpdateFunctionCode": true, "UpdateFunctionConfiguration": true, "PutFunctionConcurrency": true,
	"PutFunctionEventInvokeConfig": true, "UpdateFunctionEventInvokeConfig": true, "TagResource": true,
	"CreateEventSourceMapping": true, "UpdateEventSourceMapping": true, "PublishVersion": true, "CreateAlias": true, "UpdateAlias": true, "AddPermission": true,
}

// refusesStranger checks an answer; that to a HEAD request has no body.
func refusesStranger(t *testing.T, a answer) {
	t.Helper()
	named := strings.Contains(strings.ToLower(string(a.body)), strings.ToLower(stranger))
	if a.status < 400 || a.status == 404 || !named && len(a.body) > 0 {
		t.Errorf("want a refusal that names %s, got %d %s", stranger, a.status, a.body)
	}
}
