package emulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// query sends a request of the query protocol; out is decoded from the result.
func query(t *testing.T, aws *AWS, service, action string, form url.Values, out any) answer {
	t.Helper()
	versions := map[string]string{}
	for v, s := range queryVersions {
		versions[s] = v
	}
	form = url.Values(http.Header(form).Clone())
	if form == nil {
		form = url.Values{}
	}
	form.Set("Action", action)
	form.Set("Version", versions[service])
	r, err := http.NewRequest("POST", aws.Endpoint(), strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Header.Set("Authorization", auth(service))
	a := do(t, r)
	if out != nil {
		if a.status != 200 {
			t.Fatalf("%s: %d %s", action, a.status, a.body)
		}
		if err := xml.Unmarshal(a.body, out); err != nil {
			t.Fatalf("%s: %v\n%s", action, err, a.body)
		}
	}
	return a
}

// stackForm names a stack, a template and its parameters.
func stackForm(name, template string, parameters ...string) url.Values {
	form := url.Values{"StackName": {name}, "TemplateBody": {template}, "Capabilities.member.1": {"CAPABILITY_IAM"}}
	for i := 0; i+1 < len(parameters); i += 2 {
		n := "Parameters.member." + strconv.Itoa(i/2+1)
		form.Set(n+".ParameterKey", parameters[i])
		form.Set(n+".ParameterValue", parameters[i+1])
	}
	return form
}

type stackXML struct {
	StackID string `xml:"StackId"`
	Status  string `xml:"StackStatus"`
	Reason  string `xml:"StackStatusReason"`
	Outputs []struct {
		Key   string `xml:"OutputKey"`
		Value string `xml:"OutputValue"`
	} `xml:"Outputs>member"`
}

func (s stackXML) output(key string) string {
	for _, o := range s.Outputs {
		if o.Key == key {
			return o.Value
		}
	}
	return ""
}

func describeStack(t *testing.T, aws *AWS, name string) stackXML {
	t.Helper()
	var out struct {
		Stacks []stackXML `xml:"DescribeStacksResult>Stacks>member"`
	}
	query(t, aws, "cloudformation", "DescribeStacks", url.Values{"StackName": {name}}, &out)
	return out.Stacks[0]
}

// events are the stack's, newest first, as "LogicalId STATUS reason".
func events(t *testing.T, aws *AWS, name string) (out []string) {
	t.Helper()
	var got struct {
		Events []struct {
			LogicalResourceID    string `xml:"LogicalResourceId"`
			ResourceStatus       string
			ResourceStatusReason string
		} `xml:"DescribeStackEventsResult>StackEvents>member"`
	}
	query(t, aws, "cloudformation", "DescribeStackEvents", url.Values{"StackName": {name}}, &got)
	for _, e := range got.Events {
		out = append(out, strings.TrimSpace(e.LogicalResourceID+" "+e.ResourceStatus+" "+e.ResourceStatusReason))
	}
	return out
}

const small = `
Parameters:
  Wait: {Type: Number, Default: 5}
  Stage: {Type: String, AllowedValues: [dev, prod], Default: dev}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Mappings:
  Retention: {dev: {seconds: 600}, prod: {seconds: 86400}}
Resources:
  Dead:
    Type: AWS::SQS::Queue
    Condition: IsProd
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${AWS::StackName}-q"
      VisibilityTimeout: !Ref Wait
      MessageRetentionPeriod: !FindInMap [Retention, !Ref Stage, seconds]
      RedrivePolicy: !If [IsProd, {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}, !Ref AWS::NoValue]
  Table:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    Properties:
      TableName: !Join ["-", [!Ref AWS::StackName, t]]
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
Outputs:
  Url: {Value: !Ref Queue}
  Name: {Value: !Select [5, !Split [":", !GetAtt Queue.Arn]], Export: {Name: !Sub "${AWS::StackName}-name"}}
`

func TestAStackIsCreatedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	query(t, aws, "cloudformation", "CreateStack", stackForm("s", small), nil)
	st := describeStack(t, aws, "s")
	if st.Status != "CREATE_COMPLETE" || st.output("Name") != "s-q" || !strings.HasSuffix(st.output("Url"), "/s-q") {
		t.Fatalf("got %+v\n%s", st, strings.Join(events(t, aws, "s"), "\n"))
	}
	attributes := func() map[string]string {
		var got struct{ Attributes map[string]string }
		target(t, aws, "AmazonSQS.GetQueueAttributes", map[string]any{"QueueUrl": st.output("Url"), "AttributeNames": []string{"All"}}, &got)
		return got.Attributes
	}
	if a := attributes(); a["VisibilityTimeout"] != "5" || a["MessageRetentionPeriod"] != "600" {
		t.Fatalf("queue: %v", a)
	}

	if a := query(t, aws, "cloudformation", "UpdateStack", stackForm("s", small), nil); a.status != 400 || !strings.Contains(string(a.body), "<Message>No updates are to be performed.</Message>") {
		t.Fatalf("no-op: %d %s", a.status, a.body)
	}
	query(t, aws, "cloudformation", "UpdateStack", stackForm("s", small, "Wait", "40", "Stage", "prod"), nil)
	if st := describeStack(t, aws, "s"); st.Status != "UPDATE_COMPLETE" {
		t.Fatalf("got %+v\n%s", st, strings.Join(events(t, aws, "s"), "\n"))
	}
	if a := attributes(); a["VisibilityTimeout"] != "40" || !strings.Contains(a["RedrivePolicy"], ":s-Dead-") {
		t.Fatalf("queue: %v", a)
	}

	query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil)
	if a := query(t, aws, "cloudformation", "DescribeStacks", url.Values{"StackName": {"s"}}, nil); !strings.Contains(string(a.body), "Stack with id s does not exist") {
		t.Fatalf("after deletion: %s", a.body)
	}
	if gone := describeStack(t, aws, st.StackID); gone.Status != "DELETE_COMPLETE" {
		t.Fatalf("by id: %+v", gone)
	}
	target(t, aws, "DynamoDB_20120810.DescribeTable", map[string]string{"TableName": "s-t"}, nil) // retained
	var queues struct{ QueueUrls []string }
	target(t, aws, "AmazonSQS.ListQueues", map[string]string{}, &queues)
	if len(queues.QueueUrls) != 0 {
		t.Fatalf("queues left: %v", queues.QueueUrls)
	}
}

// The words are AWS's, as github.com/aws/aws-cdk/issues/14920 shows them.
func TestATableGetsOneIndexAnUpdate(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	query(t, aws, "cloudformation", "CreateStack", stackForm("s", small), nil)
	item := map[string]any{"pk": map[string]string{"S": "1"}, "a": map[string]string{"S": "x"}, "b": map[string]string{"S": "x"}}
	target(t, aws, "DynamoDB_20120810.PutItem", map[string]any{"TableName": "s-t", "Item": item}, nil)
	with := func(attributes ...string) string {
		definitions, keys := "[{AttributeName: pk, AttributeType: S}", "KeySchema: [{AttributeName: pk, KeyType: HASH}]"
		indexes := keys + "\n      GlobalSecondaryIndexes:"
		for _, a := range attributes {
			indexes += "\n        - {IndexName: by-" + a + ", KeySchema: [{AttributeName: " + a + ", KeyType: HASH}], Projection: {ProjectionType: ALL}}"
		}
		defined := definitions
		for _, a := range attributes {
			defined += ", {AttributeName: " + a + ", AttributeType: S}"
		}
		return strings.NewReplacer(definitions, defined, keys, indexes).Replace(small)
	}
	query(t, aws, "cloudformation", "UpdateStack", stackForm("s", with("a", "b")), nil)
	if st := describeStack(t, aws, "s"); st.Status != "UPDATE_ROLLBACK_COMPLETE" {
		t.Fatalf("two at once: %+v\n%s", st, strings.Join(events(t, aws, "s"), "\n"))
	}
	if told := strings.Join(events(t, aws, "s"), "\n"); !strings.Contains(told, "Cannot perform more than one GSI creation or deletion in a single update") {
		t.Fatalf("no word of why:\n%s", told)
	}
	for _, template := range []string{with("a"), with("a", "b")} {
		query(t, aws, "cloudformation", "UpdateStack", stackForm("s", template), nil)
		if st := describeStack(t, aws, "s"); st.Status != "UPDATE_COMPLETE" {
			t.Fatalf("one after the other: %+v\n%s", st, strings.Join(events(t, aws, "s"), "\n"))
		}
	}
	for _, a := range []string{"a", "b"} {
		var out struct{ Count int }
		target(t, aws, "DynamoDB_20120810.Query", map[string]any{
			"TableName": "s-t", "IndexName": "by-" + a, "KeyConditionExpression": a + " = :x", "ExpressionAttributeValues": map[string]any{":x": map[string]string{"S": "x"}},
		}, &out)
		if out.Count != 1 {
			t.Errorf("index by-%s has %d of the items from before; want 1", a, out.Count)
		}
	}
}

func TestAFailedStackIsRolledBack(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	broken := strings.Replace(small, "VisibilityTimeout: !Ref Wait", "VisibilityTimeout: !Ref Wait\n      Colour: red", 1)
	query(t, aws, "cloudformation", "CreateStack", stackForm("s", broken), nil)
	st := describeStack(t, aws, "s")
	if st.Status != "ROLLBACK_COMPLETE" {
		t.Fatalf("got %+v", st)
	}
	if all := events(t, aws, "s"); !contains(all, "Queue CREATE_FAILED Properties validation failed for resource of type AWS::SQS::Queue with message: #: extraneous key [Colour] is not permitted") {
		t.Fatalf("events:\n%s", strings.Join(all, "\n"))
	}
	query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil)

	query(t, aws, "cloudformation", "CreateStack", stackForm("u", small), nil)
	bad := strings.Replace(small, "Outputs:", "  More: {Type: AWS::SQS::Queue, Properties: {QueueName: 'not a name'}}\nOutputs:", 1)
	query(t, aws, "cloudformation", "UpdateStack", stackForm("u", strings.Replace(bad, "Default: 5", "Default: 50", 1)), nil)
	if st := describeStack(t, aws, "u"); st.Status != "UPDATE_ROLLBACK_COMPLETE" {
		t.Fatalf("got %+v\n%s", st, strings.Join(events(t, aws, "u"), "\n"))
	}
	var got struct{ Attributes map[string]string }
	target(t, aws, "AmazonSQS.GetQueueAttributes", map[string]any{"QueueUrl": describeStack(t, aws, "u").output("Url"), "AttributeNames": []string{"All"}}, &got)
	if got.Attributes["VisibilityTimeout"] != "5" {
		t.Fatalf("not taken back: %v", got.Attributes)
	}
}

func TestAChangeSetSaysWhatItWouldDo(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	set := func(name, kind string, form url.Values) (changes []string, status, reason string) {
		form.Set("ChangeSetName", name)
		form.Set("ChangeSetType", kind)
		if a := query(t, aws, "cloudformation", "CreateChangeSet", form, nil); a.status != 200 {
			t.Fatalf("create change set: %d %s", a.status, a.body)
		}
		var got struct {
			Status  string `xml:"DescribeChangeSetResult>Status"`
			Reason  string `xml:"DescribeChangeSetResult>StatusReason"`
			Changes []struct {
				Action      string `xml:"ResourceChange>Action"`
				ID          string `xml:"ResourceChange>LogicalResourceId"`
				Replacement string `xml:"ResourceChange>Replacement"`
			} `xml:"DescribeChangeSetResult>Changes>member"`
		}
		query(t, aws, "cloudformation", "DescribeChangeSet", url.Values{"StackName": {"s"}, "ChangeSetName": {name}}, &got)
		for _, c := range got.Changes {
			changes = append(changes, strings.TrimSpace(c.Action+" "+c.ID+" "+c.Replacement))
		}
		return changes, got.Status, got.Reason
	}
	execute := func(name string) {
		if a := query(t, aws, "cloudformation", "ExecuteChangeSet", url.Values{"StackName": {"s"}, "ChangeSetName": {name}}, nil); a.status != 200 {
			t.Fatalf("execute: %d %s", a.status, a.body)
		}
	}
	if changes, status, _ := set("first", "CREATE", stackForm("s", small)); status != "CREATE_COMPLETE" || strings.Join(changes, ", ") != "Add Queue, Add Table" {
		t.Fatalf("got %v %s", changes, status)
	}
	execute("first")
	if changes, _, _ := set("second", "UPDATE", stackForm("s", strings.Replace(small, "-q\"", "-other\"", 1), "Stage", "prod")); strings.Join(changes, ", ") != "Add Dead, Modify Queue True" {
		t.Fatalf("got %v", changes)
	}
	execute("second")
	if st := describeStack(t, aws, "s"); st.Status != "UPDATE_COMPLETE" || st.output("Name") != "s-other" {
		t.Fatalf("got %+v", st)
	}
	if _, status, reason := set("third", "UPDATE", stackForm("s", strings.Replace(small, "-q\"", "-other\"", 1), "Stage", "prod")); status != "FAILED" || !strings.HasPrefix(reason, "The submitted information didn't contain changes.") {
		t.Fatalf("an empty one: %s %q", status, reason)
	}
}

func TestTemplatesAreRefusedInAWSsWords(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	queue := "Resources: {Q: {Type: AWS::SQS::Queue}}"
	cases := []struct {
		name, template string
		parameters     []string
		phrase         string
	}{
		{"no resources", "Description: nothing", nil, "Template format error: At least one Resources member must be defined."},
		{"an unknown type", "Resources: {Q: {Type: AWS::EC2::VPC}}", nil, "Template format error: Unrecognized resource types: [AWS::EC2::VPC]"},
		{"a reference to nothing", "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nope}}}", nil, "Template format error: Unresolved resource dependencies [Nope] in the Resources block of the template"},
		{"an output of nothing", queue + "\nOutputs: {O: {Value: !Ref Nope}}", nil, "Unresolved resource dependencies [Nope] in the Outputs block of the template"},
		{"a circle", "Resources: {A: {Type: AWS::SQS::Queue, DependsOn: B}, B: {Type: AWS::SQS::Queue, DependsOn: A}}", nil, "Circular dependency between resources: [A, B]"},
		{"an attribute nobody has", "Resources: {A: {Type: AWS::SQS::Queue}, B: {Type: AWS::SQS::Queue, Properties: {QueueName: !GetAtt A.Colour}}}", nil, "resource A does not support attribute type Colour in Fn::GetAtt"},
		{"a missing parameter", "Parameters: {P: {Type: String}}\n" + queue, nil, "Parameters: [P] must have values"},
		{"a parameter too many", queue, []string{"P", "x"}, "Parameters: [P] do not exist in the template"},
		{"a value that is not allowed", "Parameters: {P: {Type: String, AllowedValues: [a, b]}}\n" + queue, []string{"P", "c"}, "Parameter &#39;P&#39; must be one of AllowedValues"},
		{"a macro", "Transform: AWS::Serverless-2016-10-31\n" + queue, nil, "does not support the template section Transform"},
		{"a function that is not built", "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Transform [a, b]}}}", nil, "does not support the intrinsic function !Transform"},
		{"no YAML", "Resources: [", nil, "Template format error: YAML not well-formed."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := query(t, aws, "cloudformation", "CreateStack", stackForm("s", c.template, c.parameters...), nil)
			if a.status != 400 || !strings.Contains(string(a.body), c.phrase) {
				t.Fatalf("got %d %s\nwant …%s…", a.status, a.body, c.phrase)
			}
		})
	}
	role := `Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}}`
	form := stackForm("s", role)
	form.Del("Capabilities.member.1")
	if a := query(t, aws, "cloudformation", "CreateStack", form, nil); !strings.Contains(string(a.body), "Requires capabilities : [CAPABILITY_IAM]") {
		t.Fatalf("a role unasked: %s", a.body)
	}
}

func TestAnImportedExportStays(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	query(t, aws, "cloudformation", "CreateStack", stackForm("s", small), nil)
	user := "Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Join ['-', [!ImportValue s-name, copy]]}}}\nOutputs: {N: {Value: !GetAtt Q.QueueName}}"
	query(t, aws, "cloudformation", "CreateStack", stackForm("u", user), nil)
	if st := describeStack(t, aws, "u"); st.output("N") != "s-q-copy" {
		t.Fatalf("got %+v\n%v", st, events(t, aws, "u"))
	}
	if a := query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil); !strings.Contains(string(a.body), "Export s-name cannot be deleted as it is in use by u") {
		t.Fatalf("got %s", a.body)
	}
}
