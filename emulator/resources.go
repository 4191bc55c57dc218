package emulator

import (
	"errors"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// resourceTypes are the resource types templates may use, each joined to the
// service that has the resources. Which changes replace a resource is as the
// CloudFormation resource reference says ("Update requires: Replacement").
func (a *AWS) resourceTypes() []cloudformation.Type {
	return []cloudformation.Type{
		{
			Name: "AWS::DynamoDB::Table", NameProperty: "TableName", MaxName: 255, Driver: tableDriver{a.dynamodb},
			Replace: []string{"KeySchema", "LocalSecondaryIndexes"}, Attributes: []string{"Arn", "StreamArn"},
		},
		{
			Name: "AWS::SQS::Queue", NameProperty: "QueueName", MaxName: 80, Driver: queueDriver{a.sqs},
			Replace: []string{"FifoQueue"}, Attributes: []string{"Arn", "QueueName", "QueueUrl"},
		},
		{
			Name: "AWS::S3::Bucket", NameProperty: "BucketName", LowerCase: true, MaxName: 63, Driver: bucketDriver{a.s3},
			Attributes: []string{"Arn", "DomainName", "RegionalDomainName"},
		},
		{
			Name: "AWS::Lambda::Function", NameProperty: "FunctionName", Driver: functionDriver{a.lambda},
			Replace: []string{"PackageType"}, Attributes: []string{"Arn"},
		},
		{
			Name: "AWS::Lambda::EventSourceMapping", Driver: mappingDriver{a.lambda},
			Replace: []string{"EventSourceArn", "StartingPosition"}, Attributes: []string{"Id", "EventSourceMappingArn"},
		},
		{
			Name: "AWS::Lambda::Version", Driver: versionDriver{a.lambda},
			Replace: []string{"FunctionName", "CodeSha256", "Description"}, Attributes: []string{"Version", "FunctionArn"},
		},
		{
			Name: "AWS::Lambda::Alias", Driver: aliasDriver{a.lambda},
			Replace: []string{"FunctionName", "Name"}, Attributes: []string{"AliasArn"},
		},
		{
			Name: "AWS::Lambda::Permission", NameProperty: "Id", MaxName: 100, Driver: permissionDriver{a.lambda}, Attributes: []string{"Id"}, // of a statement, always generated
			Replace: []string{"FunctionName", "Action", "Principal", "SourceArn", "SourceAccount", "PrincipalOrgID", "EventSourceToken", "FunctionUrlAuthType", "InvokedViaFunctionUrl"},
		},
		{
			Name: "AWS::Lambda::EventInvokeConfig", NameProperty: "Id", Driver: eventInvokeDriver{a.lambda},
			Replace: []string{"FunctionName", "Qualifier"},
		},
		{
			Name: "AWS::IAM::Role", NameProperty: "RoleName", Driver: roleDriver{a.iam},
			Replace: []string{"Path"}, Attributes: []string{"Arn", "RoleId"},
		},
		{
			Name: "AWS::Logs::LogGroup", NameProperty: "LogGroupName", MaxName: 512, Driver: logGroupDriver{a.logs},
			Attributes: []string{"Arn"},
		},
		{
			Name: "AWS::IAM::Policy", NameProperty: "PolicyName", MaxName: 128, Driver: inlineDriver{a.iam},
			Attributes: []string{"Id"},
		},
		{
			Name: "AWS::IAM::ManagedPolicy", NameProperty: "ManagedPolicyName", MaxName: 128, Driver: managedPolicyDriver{a.iam},
			Replace: []string{"Description", "Path"}, Attributes: []string{"PolicyArn"},
		},
		{
			Name: "AWS::IAM::InstanceProfile", NameProperty: "InstanceProfileName", MaxName: 128, Driver: profileDriver{a.iam},
			Replace: []string{"Path"}, Attributes: []string{"Arn"},
		},
		{
			Name: "AWS::SNS::Topic", NameProperty: "TopicName", MaxName: 250, Driver: topicDriver{a.sns},
			Replace: []string{"FifoTopic"}, Attributes: []string{"TopicArn", "TopicName"},
		},
		{
			Name: "AWS::SNS::Subscription", Driver: subscriptionDriver{a.sns},
			Replace: []string{"TopicArn", "Protocol", "Endpoint"}, Attributes: []string{"Arn"},
		},
		{Name: "AWS::SNS::TopicPolicy", Driver: topicPolicies(a.sns), Attributes: []string{"Id"}},
		{Name: "AWS::SQS::QueuePolicy", Driver: queuePolicies(a.sqs), Attributes: []string{"Id"}},
		{
			Name: "AWS::SSM::Parameter", NameProperty: "Name", MaxName: 1000, Driver: parameterDriver{a.ssm},
			Replace: []string{"DataType"}, Attributes: []string{"Type", "Value"},
		},
		{
			Name: "AWS::SecretsManager::Secret", NameProperty: "Name", MaxName: 200, Driver: secretDriver{a.secrets},
			Attributes: []string{"Id"},
		},
		{
			Name: "AWS::KMS::Key", Driver: keyDriver{a.kms},
			Replace: []string{"KeySpec", "KeyUsage"}, Attributes: []string{"Arn", "KeyId"},
		},
		{Name: "AWS::KMS::Alias", Driver: keyAliasDriver{a.kms}, Replace: []string{"AliasName"}},
		{Name: "AWS::CloudFormation::WaitConditionHandle", Driver: waitHandleDriver{a}},
	}
}

// deleted makes a service's "there is no such thing" CloudFormation's.
func deleted(err error, code string) error {
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Code == code {
		return cloudformation.ErrNotFound
	}
	return err
}

// resourceTag is the form of Tags in templates.
type resourceTag struct{ Key, Value string }

func tagMap(tags []resourceTag) map[string]string {
	out := make(map[string]string, len(tags))
	for _, t := range tags {
		out[t.Key] = t.Value
	}
	return out
}
