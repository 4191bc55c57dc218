package emulator

import (
	"net/url"
	"strings"
	"testing"
)

const everyType = `
Parameters:
  Url: {Type: "AWS::SSM::Parameter::Value<String>", Default: /given/url}
  Zones: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /given/zones}
  Stage: {Type: String, Default: dev}
Rules:
  Stages:
    RuleCondition: !Equals [!Ref Stage, prod]
    Assertions:
      - {Assert: !Contains [[eu], !Ref Stage], AssertDescription: prod is closed}
Resources:
  Handle: {Type: "AWS::CloudFormation::WaitConditionHandle"}
  Key:
    Type: AWS::KMS::Key
    Properties:
      Description: !Ref Url
      EnableKeyRotation: true
      KeyPolicy:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}]
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: !Sub "alias/${AWS::StackName}", TargetKeyId: !Ref Key}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      KmsKeyId: !Ref Key
      GenerateSecretString: {SecretStringTemplate: '{"user":"ann"}', GenerateStringKey: password, PasswordLength: 24, ExcludePunctuation: true}
  Copied:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: !Sub "{{resolve:ssm:/given/url}} {{resolve:secretsmanager:${Secret}:SecretString:user}}"
      Tags: {a: b}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: !Ref Stage}
  Queue: {Type: AWS::SQS::Queue}
  QueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Queue]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: sns.amazonaws.com}, Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn, Condition: {ArnEquals: {"aws:SourceArn": !Ref Topic}}}]
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn, RawMessageDelivery: true, FilterPolicy: {kind: [a]}}
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: s3.amazonaws.com}, Action: "sns:Publish", Resource: !Ref Topic}]}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: !Ref AWS::AccountId}, Action: "sts:AssumeRole"}]}
  Inline:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: send
      Roles: [!Ref Role]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn}]}
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Roles: [!Ref Role]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sns:Publish", Resource: !Ref Topic}]}
  Profile:
    Type: AWS::IAM::InstanceProfile
    Properties: {Roles: [!Ref Role]}
Outputs:
  Topic: {Value: !Ref Topic}
  Queue: {Value: !GetAtt Queue.QueueName}
  Copied: {Value: !Ref Copied}
  CopiedValue: {Value: !GetAtt Copied.Value}
  Secret: {Value: !Ref Secret}
  Role: {Value: !GetAtt Role.Arn}
  Managed: {Value: !Ref Managed}
  Zone: {Value: !Select [1, !Ref Zones]}
`

func everyTypeStack(t *testing.T) (*AWS, stackXML) {
	t.Helper()
	aws := Start(t)
	target(t, aws, "AmazonSSM.PutParameter", object{"Name": "/given/url", "Value": "https://one", "Type": "String"}, nil)
	target(t, aws, "AmazonSSM.PutParameter", object{"Name": "/given/zones", "Value": "x,y", "Type": "StringList"}, nil)
	query(t, aws, "cloudformation", "CreateStack", stackForm("s", everyType), nil)
	st := describeStack(t, aws, "s")
	if st.Status != "CREATE_COMPLETE" {
		t.Fatalf("%s\n%s", st.Status, strings.Join(events(t, aws, "s"), "\n"))
	}
	return aws, st
}

func TestATemplateOfEveryType(t *testing.T) {
	t.Parallel()
	aws, st := everyTypeStack(t)
	var copied struct{ Parameter struct{ Value string } }
	target(t, aws, "AmazonSSM.GetParameter", object{"Name": st.output("Copied")}, &copied)
	if copied.Parameter.Value != "https://one ann" {
		t.Errorf("dynamic references: %q", copied.Parameter.Value)
	}
	if st.output("Zone") != "y" {
		t.Errorf("a list of the Parameter Store: %q", st.output("Zone"))
	}
	var secret struct{ SecretString string }
	target(t, aws, "secretsmanager.GetSecretValue", object{"SecretId": st.output("Secret")}, &secret)
	if !strings.Contains(secret.SecretString, `"user":"ann"`) || len(secret.SecretString) != len(`{"password":"","user":"ann"}`)+24 {
		t.Errorf("the generated secret: %s", secret.SecretString)
	}
	publishTo(t, aws, st.output("Topic"), "m", map[string]string{"kind": "a"})
	if got := receive(t, aws, st.output("Queue")); len(got) != 1 || got[0] != "m" {
		t.Errorf("through topic, policy and subscription: %v", got)
	}
	var simulated struct {
		Decisions []string `xml:"SimulatePrincipalPolicyResult>EvaluationResults>member>EvalDecision"`
	}
	query(t, aws, "iam", "SimulatePrincipalPolicy", url.Values{"PolicySourceArn": {st.output("Role")}, "ActionNames.member.1": {"sqs:SendMessage"}, "ActionNames.member.2": {"sns:Publish"}, "ActionNames.member.3": {"sns:Subscribe"},
		"ResourceArns.member.1": {queueARN(st.output("Queue"))}, "ResourceArns.member.2": {st.output("Topic")}}, &simulated)
	if got := strings.Join(simulated.Decisions, " "); got != "allowed implicitDeny implicitDeny allowed implicitDeny implicitDeny" {
		t.Errorf("policies of the role: %s", got)
	}

	if a := query(t, aws, "cloudformation", "UpdateStack", stackForm("s", everyType), nil); !strings.Contains(string(a.body), "No updates are to be performed.") {
		t.Fatalf("unchanged: %d %s", a.status, a.body)
	}
	target(t, aws, "AmazonSSM.PutParameter", object{"Name": "/given/url", "Value": "https://two", "Type": "String", "Overwrite": true}, nil)
	if a := query(t, aws, "cloudformation", "UpdateStack", stackForm("s", everyType, "Stage", "test"), nil); a.status != 200 {
		t.Fatalf("update: %s", a.body)
	}
	if now := describeStack(t, aws, "s"); now.Status != "UPDATE_COMPLETE" {
		t.Fatalf("%s\n%s", now.Status, strings.Join(events(t, aws, "s"), "\n"))
	}
	if a := query(t, aws, "sns", "GetTopicAttributes", url.Values{"TopicArn": {st.output("Topic")}}, nil); !strings.Contains(string(a.body), "<value>test</value>") {
		t.Errorf("the topic was not changed: %s", a.body)
	}
	var again struct{ SecretString string }
	target(t, aws, "secretsmanager.GetSecretValue", object{"SecretId": st.output("Secret")}, &again)
	if again != secret {
		t.Errorf("an update made another password")
	}

	query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil)
	if gone := describeStack(t, aws, st.StackID); gone.Status != "DELETE_COMPLETE" {
		t.Fatalf("%s\n%s", gone.Status, strings.Join(events(t, aws, st.StackID), "\n"))
	}
	wantRefused(t, try(t, aws, "secretsmanager.GetSecretValue", object{"SecretId": st.output("Secret")}), "ResourceNotFoundException", "")
	wantRefused(t, try(t, aws, "AmazonSSM.GetParameter", object{"Name": st.output("Copied")}), "ParameterNotFound", "")
	if a := query(t, aws, "iam", "GetPolicy", url.Values{"PolicyArn": {st.output("Managed")}}, nil); a.status != 404 {
		t.Errorf("the managed policy is left: %s", a.body)
	}
}

func TestWhatTemplatesMayNot(t *testing.T) {
	t.Parallel()
	aws, _ := everyTypeStack(t)
	cases := []struct{ name, from, to, words string }{
		{"a rule is broken", "Default: dev", "Default: prod", "Template constraint violated: prod is closed"},
		{"a parameter of the store is missing", "Default: /given/url", "Default: /given/none", "Unable to fetch parameters [/given/none] from parameter store for this account."},
		{"a transform", "Parameters:", "Transform: AWS::Serverless-2016-10-31\nParameters:", "does not support the template section Transform"},
		{"a function of a transform", "DisplayName: !Ref Stage", "DisplayName: {'Fn::ToJsonString': {}}", "does not support the intrinsic function Fn::ToJsonString"},
		{"a type there is not", "AWS::SNS::TopicPolicy", "AWS::SNS::Pigeon", "Unrecognized resource types: [AWS::SNS::Pigeon]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := query(t, aws, "cloudformation", "UpdateStack", stackForm("s", strings.Replace(everyType, c.from, c.to, 1)), nil)
			if a.status != 400 || !strings.Contains(string(a.body), strings.ReplaceAll(c.words, "'", "&#39;")) {
				t.Fatalf("got %d %s, want %q", a.status, a.body, c.words)
			}
		})
	}
}

func TestDynamicReferencesThatFail(t *testing.T) {
	t.Parallel()
	aws, _ := everyTypeStack(t)
	for reference, words := range map[string]string{
		"{{resolve:ssm:/given/none}}":                        "Parameters: [ssm:/given/none:] cannot be found.",
		"{{resolve:ssm-secure:/given/url}}":                  "SSM Secure reference is not supported in: [AWS::SSM::Parameter/Properties/Value]",
		"{{resolve:secretsmanager:none}}":                    "find the specified secret",
		"{{resolve:vault:none}}":                             "there is no service vault",
		"{{resolve:secretsmanager:given:SecretBinary:user}}": "SecretBinary is not SecretString",
	} {
		name := "x" + strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, reference)
		body := `{"Resources":{"P":{"Type":"AWS::SSM::Parameter","Properties":{"Type":"String","Value":"` + reference + `"}}}}`
		query(t, aws, "cloudformation", "CreateStack", stackForm(name, body), nil)
		if all := strings.Join(events(t, aws, name), "\n"); !strings.Contains(all, words) || describeStack(t, aws, name).Status != "ROLLBACK_COMPLETE" {
			t.Errorf("%s: want %q in\n%s", reference, words, all)
		}
	}
}

func TestStacksAreProtectedAndSummarized(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	form := stackForm("s", small)
	form.Set("EnableTerminationProtection", "true")
	query(t, aws, "cloudformation", "CreateStack", form, nil)
	if a := query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil); !strings.Contains(string(a.body), "Stack [s] cannot be deleted while TerminationProtection is enabled") {
		t.Fatalf("protected: %s", a.body)
	}
	user := `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Fn::Sub":["${n}-2",{"n":{"Fn::ImportValue":"s-name"}}]}}}}}`
	if a := query(t, aws, "cloudformation", "ListImports", url.Values{"ExportName": {"s-name"}}, nil); !strings.Contains(string(a.body), "is not imported by any stack") {
		t.Fatalf("imports: %s", a.body)
	}
	query(t, aws, "cloudformation", "CreateStack", stackForm("user", user), nil)
	if a := query(t, aws, "cloudformation", "ListImports", url.Values{"ExportName": {"s-name"}}, nil); !strings.Contains(string(a.body), "<member>user</member>") {
		t.Fatalf("imports: %s", a.body)
	}
	query(t, aws, "cloudformation", "UpdateTerminationProtection", url.Values{"StackName": {"s"}, "EnableTerminationProtection": {"false"}}, nil)
	if a := query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil); !strings.Contains(string(a.body), "Export s-name cannot be deleted as it is in use by user") {
		t.Fatalf("in use: %s", a.body)
	}
	query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"user"}}, nil)
	if a := query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil); a.status != 200 {
		t.Fatalf("delete: %s", a.body)
	}
	a := query(t, aws, "cloudformation", "GetTemplateSummary", url.Values{"TemplateBody": {everyType}}, nil)
	for _, want := range []string{"<ResourceTypes><member>AWS::CloudFormation::WaitConditionHandle</member>", "<member>CAPABILITY_IAM</member>", "<ParameterType>AWS::SSM::Parameter::Value&lt;String&gt;</ParameterType>"} {
		if !strings.Contains(string(a.body), want) {
			t.Errorf("summary: want %s in %s", want, a.body)
		}
	}
}

func TestAFailedCreationMayVanish(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	form := stackForm("s", strings.Replace(small, "VisibilityTimeout: !Ref Wait", "Colour: red", 1))
	form.Set("OnFailure", "DELETE")
	query(t, aws, "cloudformation", "CreateStack", form, nil)
	if a := query(t, aws, "cloudformation", "DescribeStacks", url.Values{"StackName": {"s"}}, nil); a.status != 400 {
		t.Fatalf("it is left: %s", a.body)
	}
}
