package cloudformation

import "testing"

// A template's text never panics, neither when it is read nor when its values
// are computed; what is read twice is the same.
func FuzzTemplate(f *testing.F) {
	f.Add("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${AWS::StackName}-q'}}}")
	f.Add(`{"Parameters":{"P":{"Type":"String","Default":"a"}},"Rules":{"R":{"Assertions":[{"Assert":{"Fn::Contains":[["a"],{"Ref":"P"}]}}]}},"Resources":{"Q":{"Type":"T","Condition":"C","Properties":{"A":{"Fn::Cidr":["10.0.0.0/8",2,8]},"B":{"Fn::Select":[0,{"Fn::GetAZs":""}]}}}},"Conditions":{"C":{"Fn::Not":[{"Fn::Equals":[1,2]}]}}}`)
	f.Add("a: &a [*a]")
	f.Add("Resources: {Q: {Type: T, Properties: {A: !Join ['', [!GetAtt R.A, !If [C, 1, !Ref AWS::NoValue]]]}}, R: {Type: T}}\nConditions: {C: !Equals [a, a]}")
	f.Fuzz(func(t *testing.T, text string) {
		template, err := parse(text)
		if err != nil {
			return
		}
		if _, err := parse(text); err != nil {
			t.Fatalf("read once, refused twice: %v", err)
		}
		values, err := template.resolve(nil, nil)
		if err != nil {
			return
		}
		sc := &scope{
			t: template, parameters: map[string]any{}, pseudo: map[string]any{"AWS::Region": "us-east-1", "AWS::StackName": "s"},
			ref:       func(id string) (any, error) { return "ref-" + id, nil },
			attribute: func(id, name string) (any, error) { return id + name, nil },
			export:    func(name string) (string, bool) { return name, true },
		}
		for name, value := range values {
			p := template.Parameters[name]
			sc.parameters[name] = p.typed(value)
		}
		if sc.evalConditions() != nil {
			return
		}
		for _, id := range template.order {
			_, _ = sc.properties(template.Resources[id]) // may fail, must not panic
		}
	})
}
