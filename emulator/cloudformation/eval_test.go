package cloudformation

import (
	"encoding/json"
	"strings"
	"testing"
)

// testScope evaluates within a template of mappings and conditions.
func testScope(t *testing.T) *scope {
	t.Helper()
	template, err := parse(`
Mappings: {Sizes: {dev: {n: 1}, prod: {n: 2}}}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Not [{Condition: IsDev}]
  Either: !Or [{Condition: IsDev}, {Condition: IsProd}]
  Both: !And [{Condition: IsDev}, {Condition: IsProd}]
Parameters: {Stage: {Type: String}, Names: {Type: CommaDelimitedList}}
Resources: {Queue: {Type: AWS::SQS::Queue}}`)
	if err != nil {
		t.Fatal(err)
	}
	sc := &scope{
		t: template, pseudo: map[string]any{"AWS::Region": "eu-central-1"},
		parameters: map[string]any{"Stage": "dev", "Names": []any{"a", "b"}},
		ref:        func(id string) (any, error) { return "ref-" + id, nil },
		attribute:  func(id, name string) (any, error) { return id + "/" + name, nil },
		export:     func(name string) (string, bool) { return "exported-" + name, name != "nope" },
	}
	if err := sc.evalConditions(); err != nil {
		t.Fatal(err)
	}
	return sc
}

func TestIntrinsicFunctions(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, value, want string }{
		{"a parameter", `!Ref Stage`, `"dev"`},
		{"a pseudo parameter", `!Ref AWS::Region`, `"eu-central-1"`},
		{"a resource", `!Ref Queue`, `"ref-Queue"`},
		{"an attribute", `!GetAtt Queue.Arn`, `"Queue/Arn"`},
		{"an attribute in long form", `{"Fn::GetAtt": [Queue, Arn]}`, `"Queue/Arn"`},
		{"a substitution", `!Sub "${Stage}-${Queue}-${Queue.Arn}-${AWS::Region}-${!literal}"`, `"dev-ref-Queue-Queue/Arn-eu-central-1-${literal}"`},
		{"a substitution with names of its own", `!Sub ["${a}-${Stage}", {a: !Ref Queue}]`, `"ref-Queue-dev"`},
		{"a join", `!Join ["-", [a, !Ref Stage, 3]]`, `"a-dev-3"`},
		{"a join of a list parameter", `!Join [",", !Ref Names]`, `"a,b"`},
		{"a split", `!Split ["-", "a-b"]`, `["a","b"]`},
		{"a selection", `!Select [1, !Split ["-", "a-b"]]`, `"b"`},
		{"a mapping", `!FindInMap [Sizes, !Ref Stage, n]`, `1`},
		{"an if", `!If [IsDev, yes-it-is, no]`, `"yes-it-is"`},
		{"another if", `!If [IsProd, 1, [2]]`, `[2]`},
		{"or", `!If [Either, 1, 2]`, `1`},
		{"and", `!If [Both, 1, 2]`, `2`},
		{"no value removes its member", `{a: 1, b: !Ref AWS::NoValue, c: [!Ref AWS::NoValue, 2]}`, `{"a":1,"c":[2]}`},
		{"an import", `!ImportValue thing`, `"exported-thing"`},
		{"base64", `!Base64 hi`, `"aGk="`},
		{"networks", `!Cidr [10.0.0.0/16, 3, 8]`, `["10.0.0.0/24","10.0.1.0/24","10.0.2.0/24"]`},
		{"networks of usual size", `!Cidr [10.0.0.0/23, 2]`, `["10.0.0.0/24","10.0.1.0/24"]`},
		{"networks of version six", `!Cidr ["2001:db8::/56", 2, 64]`, `["2001:db8::/64","2001:db8:0:1::/64"]`},
		{"zones", `!GetAZs ""`, `["eu-central-1a","eu-central-1b","eu-central-1c"]`},
		{"a zone of another region", `!Select [0, !GetAZs us-east-1]`, `"us-east-1a"`},
		{"a date stays a text", `2012-10-17`, `"2012-10-17"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			doc, err := decodeYAML("v: " + c.value)
			if err != nil {
				t.Fatal(err)
			}
			got, err := testScope(t).eval(doc.(map[string]any)["v"])
			if err != nil {
				t.Fatal(err)
			}
			if text, _ := json.Marshal(got); string(text) != c.want {
				t.Fatalf("got %s, want %s", text, c.want)
			}
		})
	}
}

func TestIntrinsicFunctionsThatFail(t *testing.T) {
	t.Parallel()
	cases := []struct{ value, phrase string }{
		{`!Select [9, [a]]`, "Fn::Select cannot select nonexistent value at index 9"},
		{`!FindInMap [Sizes, test, n]`, "Unable to get mapping for Sizes::test::n"},
		{`!FindInMap [Nope, test, n]`, "Mapping named 'Nope' is not present in the 'Mappings' section of template."},
		{`!If [Nope, 1, 2]`, "unresolved condition dependency Nope"},
		{`!ImportValue nope`, "No export named nope found."},
		{`!Join [a]`, "every Fn::Join object requires two parameters"},
		{`!Sub [a]`, "One or more Fn::Sub intrinsic functions don't specify expected arguments"},
		{`{"Fn::Cidr": []}`, "every Fn::Cidr object requires an IpBlock"},
		{`!Cidr [10.0.0.0/30, 9, 1]`, "10.0.0.0/30 has no 9 networks with 1 bits for hosts"},
		{`!Cidr [nowhere, 1, 8]`, "nowhere is not a network"},
		{`{"Fn::Transform": {}}`, "does not support the intrinsic function Fn::Transform"},
		{`{"Fn::ForEach::Loop": []}`, "does not support the intrinsic function Fn::ForEach::Loop"},
	}
	for _, c := range cases {
		doc, err := decodeYAML("v: " + c.value)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := testScope(t).eval(doc.(map[string]any)["v"]); err == nil || !strings.Contains(err.Error(), c.phrase) {
			t.Errorf("%s: got %v, want …%s…", c.value, err, c.phrase)
		}
	}
}

func TestPropertiesAreConvertedAndChecked(t *testing.T) {
	t.Parallel()
	type nested struct{ Flag bool }
	var got struct {
		Name  string
		Count *int
		Ratio float64
		Inner *nested
		Many  []nested
		Env   map[string]string
	}
	err := Decode(map[string]any{"Name": int64(5), "Count": "30", "Ratio": "0.5", "Inner": map[string]any{"Flag": "true"}, "Many": []any{map[string]any{"Flag": true}}, "Env": map[string]any{"A": true, "B": int64(1)}}, &got)
	if err != nil || got.Name != "5" || *got.Count != 30 || got.Ratio != 0.5 || !got.Inner.Flag || !got.Many[0].Flag || got.Env["A"] != "true" || got.Env["B"] != "1" {
		t.Fatalf("got %+v, %v", got, err)
	}
	for _, c := range []struct {
		in     map[string]any
		phrase string
	}{
		{map[string]any{"Colour": 1}, "#: extraneous key [Colour] is not permitted"},
		{map[string]any{"Inner": map[string]any{"Deep": 1}}, "#/Inner: extraneous key [Deep] is not permitted"},
		{map[string]any{"Count": "many"}, "#/Count: expected type: Integer, found: String"},
		{map[string]any{"Many": "x"}, "#/Many: expected type: JSONArray, found: String"},
	} {
		if err := Decode(c.in, &got); err == nil || err.Error() != c.phrase {
			t.Errorf("%v: got %v, want %s", c.in, err, c.phrase)
		}
	}
}

func TestAliasesCannotGrowWithoutEnd(t *testing.T) {
	t.Parallel()
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'k'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 9) + "*" + string(c-1) + "]\n"
	}
	if _, err := parse(bomb); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Fatalf("got %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${A.B}-${!C}'}}}")
	f.Add(`{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"A": {"Fn::Join": ["", []]}}}}}`)
	f.Add("a: &a [*a]")
	f.Add("Conditions: {A: !Not [{Condition: A}]}\nResources: {Q: {Type: T}}")
	f.Fuzz(func(t *testing.T, text string) {
		template, err := parse(text)
		if err != nil {
			return
		}
		sc := &scope{
			t: template, pseudo: map[string]any{}, parameters: map[string]any{},
			ref:       func(string) (any, error) { return "r", nil },
			attribute: func(string, string) (any, error) { return "a", nil },
			export:    func(string) (string, bool) { return "", false },
		}
		if sc.evalConditions() != nil {
			return
		}
		for _, id := range template.order {
			_, _ = sc.properties(template.Resources[id]) // must not panic
		}
	})
}
