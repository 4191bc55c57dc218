package wire

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

type stackInput struct {
	StackName  string
	Parameters []struct{ ParameterKey, ParameterValue string }
	Tags       map[string]string `query:"Tag,flat,key=Key,value=Value"`
	Names      []string          `query:"AttributeName,flat"`
	Wait       *int
	Secret     []byte
	Inner      *struct{ Deep bool }
	Labels     map[string]string
}

func TestDecodeForm(t *testing.T) {
	t.Parallel()
	three := 3
	for _, tc := range []struct {
		name, form string
		want       stackInput
	}{
		{"scalars and absent pointers", "Action=A&Version=1&StackName=s", stackInput{StackName: "s"}},
		{"member lists keep their order, gaps allowed",
			"Parameters.member.2.ParameterKey=b&Parameters.member.10.ParameterKey=c&Parameters.member.1.ParameterKey=a&Parameters.member.1.ParameterValue=x",
			stackInput{Parameters: []struct{ ParameterKey, ParameterValue string }{{"a", "x"}, {"b", ""}, {"c", ""}}}},
		{"flat list and flat map", "AttributeName.1=All&Tag.1.Key=k&Tag.1.Value=v", stackInput{Names: []string{"All"}, Tags: map[string]string{"k": "v"}}},
		{"entry map", "Labels.entry.1.key=k&Labels.entry.1.value=v", stackInput{Labels: map[string]string{"k": "v"}}},
		{"pointer, nested pointer and bytes", "Wait=3&Inner.Deep=true&Secret=AQI%3D", stackInput{Wait: &three, Inner: &struct{ Deep bool }{true}, Secret: []byte{1, 2}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			form, err := url.ParseQuery(tc.form)
			if err != nil {
				t.Fatal(err)
			}
			var got stackInput
			if err := DecodeForm(form, &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%s\n got %+v\nwant %+v", tc.form, got, tc.want)
			}
		})
	}
}

func TestDecodeFormRefuses(t *testing.T) {
	t.Parallel()
	for form, code := range map[string]string{
		"Unknown=1":                                "ValidationError",
		"Parameters.member.1.Nope=1":               "ValidationError",
		"Parameters.member.x.ParameterKey=1":       "ValidationError",
		"Wait=three":                               "MalformedInput",
		"Secret=%25":                               "MalformedInput",
		"AttributeName.99999999=x":                 "MalformedInput",
		"Parameters.member.01.ParameterKey=leader": "ValidationError",
	} {
		values, err := url.ParseQuery(form)
		if err != nil {
			t.Fatal(err)
		}
		if got := AsError(DecodeForm(values, new(stackInput))).Code; got != code {
			t.Errorf("%s: got %s, want %s", form, got, code)
		}
	}
}

func TestQueryAnswers(t *testing.T) {
	t.Parallel()
	type output struct {
		StackId string
		Created time.Time
		Outputs []struct{ OutputKey string }
		Empty   string            `query:",omitempty"`
		Attr    map[string]string `query:"Attribute,flat,key=Name,value=Value"`
	}
	p := &Query{Namespace: "urn:x", Version: "2010-05-15", MaxBody: 1 << 20, Log: slog.New(slog.DiscardHandler), Ops: QueryOps{
		"Create": QueryOp(func(_ context.Context, in *stackInput) (*output, error) {
			if in.StackName == "" {
				return nil, Errorf(400, "ValidationError", "a <name> is missing")
			}
			return &output{StackId: in.StackName + "&1", Created: time.Unix(0, 0), Outputs: []struct{ OutputKey string }{{"k"}}, Attr: map[string]string{"b": "2", "a": "1"}}, nil
		}),
		"Delete": QueryOp(func(context.Context, *stackInput) (*struct{}, error) { return new(struct{}), nil }),
	}}
	const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	for _, tc := range []struct{ name, body, want string }{
		{"a result", "Action=Create&StackName=s", head + `<CreateResponse xmlns="urn:x"><CreateResult><StackId>s&amp;1</StackId><Created>1970-01-01T00:00:00.000Z</Created><Outputs><member><OutputKey>k</OutputKey></member></Outputs><Attribute><Name>a</Name><Value>1</Value></Attribute><Attribute><Name>b</Name><Value>2</Value></Attribute></CreateResult><ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></CreateResponse>`},
		{"no result", "Action=Delete", head + `<DeleteResponse xmlns="urn:x"><ResponseMetadata><RequestId>r1</RequestId></ResponseMetadata></DeleteResponse>`},
		{"an error", "Action=Create", head + `<ErrorResponse xmlns="urn:x"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>a &lt;name&gt; is missing</Message></Error><RequestId>r1</RequestId></ErrorResponse>`},
		{"an unknown action", "Action=Nope", head + `<ErrorResponse xmlns="urn:x"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation Nope for version 2010-05-15</Message></Error><RequestId>r1</RequestId></ErrorResponse>`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			r := httptest.NewRequestWithContext(WithIdentity(t.Context(), Identity{RequestID: "r1"}), "POST", "/", strings.NewReader(tc.body))
			p.ServeHTTP(w, r)
			if got := w.Body.String(); got != tc.want {
				t.Errorf("%s\n got %s\nwant %s", tc.body, got, tc.want)
			}
		})
	}
}

func FuzzDecodeForm(f *testing.F) {
	f.Add("StackName=s&Parameters.member.1.ParameterKey=a&Tag.1.Key=k&Tag.1.Value=v")
	f.Add("AttributeName.1=a&AttributeName.3=c&Wait=1&Inner.Deep=true&Labels.entry.1.key=k")
	f.Fuzz(func(t *testing.T, text string) {
		form, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		var in stackInput
		if err := DecodeForm(form, &in); err != nil {
			if AsError(err).Status != 400 {
				t.Errorf("%q: got %v, want a refusal of the sender", text, err)
			}
			return
		}
		if len(in.Names) > maxFormItems || len(in.Parameters) > maxFormItems {
			t.Errorf("%q: a list of more than %d items", text, maxFormItems)
		}
	})
}
