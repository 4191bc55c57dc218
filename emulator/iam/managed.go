package iam

// managed are the AWS managed policies that roles of functions commonly have,
// from the AWS Managed Policy Reference (read 2026-11). Attaching any other is
// refused: its statements are not known here, and one that grants nothing would
// be a lie.
var managed = map[string]Policy{
	"arn:aws:iam::aws:policy/AdministratorAccess":                         allow("*"),
	"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole":    allow(logActions...),
	"arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole": allow(append(logActions, "dynamodb:describestream", "dynamodb:getrecords", "dynamodb:getsharditerator", "dynamodb:liststreams")...),
	"arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole": allow(append(logActions, "sqs:receivemessage", "sqs:deletemessage", "sqs:getqueueattributes")...),
}

// logActions is a literal, whose capacity is exact: append copies it.
var logActions = []string{"logs:createloggroup", "logs:createlogstream", "logs:putlogevents"}

// allow is a policy that allows actions, in lower case, on everything.
func allow(actions ...string) Policy {
	return Policy{[]statement{{actions: actions, resources: []string{"*"}}}}
}
