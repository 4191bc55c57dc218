package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// ask is one request that a function sends to AWS as itself.
type ask struct {
	Do      string `json:"do"`
	Service string
	Target  string `json:",omitempty"`
	Method  string
	Path    string `json:",omitempty"`
	Text    string `json:"text"`
}

func jsonAsk(service, target, body string) ask {
	return ask{Do: "ask", Service: service, Target: target, Method: "POST", Path: "/", Text: body}
}

func restAsk(service, method, path, body string) ask {
	return ask{Do: "ask", Service: service, Method: method, Path: path, Text: body}
}

func putAsk(table string) ask {
	return jsonAsk("dynamodb", "DynamoDB_20120810.PutItem", `{"TableName":"`+table+`","Item":{"pk":{"S":"a"}}}`)
}

// askAs lets function f send a request.
func askAs(t *testing.T, aws server, f string, what ask) (status int, body string) {
	t.Helper()
	var out struct {
		Status int
		Body   string
	}
	a := invoke(t, aws, f, what)
	a.into(t, &out)
	if out.Status == 0 {
		t.Fatalf("the function did not ask: %s", a.body)
	}
	return out.Status, out.Body
}

// createTable adds a table with key pk, an index on it and a stream, whose ARN
// it returns.
func createIndexedTable(t *testing.T, aws server, name string) (stream string) {
	t.Helper()
	a := rest(t, aws, "dynamodb", "POST", "/", `{"TableName":"`+name+`","BillingMode":"PAY_PER_REQUEST",
		"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],
		"GlobalSecondaryIndexes":[{"IndexName":"again","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}],
		"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}`, "X-Amz-Target", "DynamoDB_20120810.CreateTable")
	var out struct {
		TableDescription struct{ LatestStreamArn string }
	}
	a.into(t, &out)
	if out.TableDescription.LatestStreamArn == "" {
		t.Fatalf("create table: %d %s", a.status, a.body)
	}
	return out.TableDescription.LatestStreamArn
}

// narrow is what the function of TestAFunctionMayDoWhatItsRoleAllows may do.
const narrow = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Action":["dynamodb:PutItem","dynamodb:GetItem","dynamodb:BatchGetItem"],"Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/mine"},
	{"Effect":"Allow","Action":"dynamodb:Query","Resource":"arn:aws:dynamodb:us-east-1:000000000000:table/mine/index/*"},
	{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:000000000000:mine-*"},
	{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::bucket/mine/*"},
	{"Effect":"Deny","Action":"s3:PutObject","Resource":"arn:aws:s3:::bucket/mine/locked/*"},
	{"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:000000000000:function:other"}]}`

func TestAFunctionMayDoWhatItsRoleAllows(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createIndexedTable(t, aws, "mine")
	createIndexedTable(t, aws, "theirs")
	createQueue(t, aws, "mine-1", nil)
	createQueue(t, aws, "theirs", nil)
	if a := rest(t, aws, "s3", "PUT", "/bucket", nil); a.status != 200 {
		t.Fatalf("create bucket: %d %s", a.status, a.body)
	}
	createFunction(t, aws, "f", map[string]any{"Role": createRole(t, aws, "narrow", narrow), "Timeout": 30})

	const transact = `{"TransactItems":[{"Put":{"TableName":"mine","Item":{"pk":{"S":"a"}}}},{"%s":{"TableName":"%s","Key":{"pk":{"S":"b"}}%s}}]}`
	cases := []struct {
		name   string
		ask    ask
		status int
		want   string // part of the body
	}{
		{"puts into its table", putAsk("mine"), 200, ""},
		{"not into another", putAsk("theirs"), 400, `"com.amazon.coral.service#AccessDeniedException","message":"User: arn:aws:sts::000000000000:assumed-role/narrow/f is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/theirs because no identity-based policy allows the dynamodb:PutItem action"`},
		{"not into another by its ARN", putAsk("arn:aws:dynamodb:us-east-1:000000000000:table/theirs"), 400, "AccessDenied"},
		{"nor learns that a table does not exist", putAsk("nowhere"), 400, "AccessDenied"},
		{"queries an index", jsonAsk("dynamodb", "DynamoDB_20120810.Query", `{"TableName":"mine","IndexName":"again","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}}`), 200, `"Count":1`},
		{"not the table", jsonAsk("dynamodb", "DynamoDB_20120810.Query", `{"TableName":"mine","KeyConditionExpression":"pk = :a","ExpressionAttributeValues":{":a":{"S":"a"}}}`), 400, "perform: dynamodb:Query on resource: arn:aws:dynamodb:us-east-1:000000000000:table/mine because"},
		{"reads a batch", jsonAsk("dynamodb", "DynamoDB_20120810.BatchGetItem", `{"RequestItems":{"mine":{"Keys":[{"pk":{"S":"a"}}]}}}`), 200, ""},
		{"not one that touches another table", jsonAsk("dynamodb", "DynamoDB_20120810.BatchGetItem", `{"RequestItems":{"mine":{"Keys":[{"pk":{"S":"a"}}]},"theirs":{"Keys":[{"pk":{"S":"a"}}]}}}`), 400, "dynamodb:BatchGetItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/theirs"},
		{"a transaction takes what its actions take", jsonAsk("dynamodb", "DynamoDB_20120810.TransactWriteItems", fmt.Sprintf(transact, "Delete", "mine", "")), 400, "dynamodb:DeleteItem on"},
		{"each of them", jsonAsk("dynamodb", "DynamoDB_20120810.TransactWriteItems", fmt.Sprintf(transact, "ConditionCheck", "mine", `,"ConditionExpression":"attribute_not_exists(pk)"`)), 400, "dynamodb:ConditionCheckItem on"},
		{"and reading in one", jsonAsk("dynamodb", "DynamoDB_20120810.TransactGetItems", `{"TransactItems":[{"Get":{"TableName":"mine","Key":{"pk":{"S":"a"}}}}]}`), 200, ""},
		{"a body that is not JSON", jsonAsk("dynamodb", "DynamoDB_20120810.PutItem", `{`), 400, "SerializationException"},
		{"does not list tables", jsonAsk("dynamodb", "DynamoDB_20120810.ListTables", `{}`), 400, "dynamodb:ListTables on resource: *"},
		{"an unknown operation is that", jsonAsk("dynamodb", "DynamoDB_20120810.Fly", `{}`), 400, "UnknownOperationException"},

		{"sends to its queue", jsonAsk("sqs", "AmazonSQS.SendMessage", `{"QueueUrl":"`+aws.Endpoint()+`/000000000000/mine-1","MessageBody":"m"}`), 200, ""},
		{"also many", jsonAsk("sqs", "AmazonSQS.SendMessageBatch", `{"QueueUrl":"http://elsewhere/000000000000/mine-1","Entries":[{"Id":"a","MessageBody":"m"}]}`), 200, "Successful"},
		{"not to another", jsonAsk("sqs", "AmazonSQS.SendMessage", `{"QueueUrl":"`+aws.Endpoint()+`/000000000000/theirs","MessageBody":"m"}`), 403, "perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:theirs because"},
		{"and does not receive", jsonAsk("sqs", "AmazonSQS.ReceiveMessage", `{"QueueUrl":"`+aws.Endpoint()+`/000000000000/mine-1"}`), 403, "com.amazon.coral.service#AccessDeniedException"},

		{"writes below its prefix", restAsk("s3", "PUT", "/bucket/mine/a", "text"), 200, ""},
		{"reads it", restAsk("s3", "GET", "/bucket/mine/a", ""), 200, "text"},
		{"not beside it", restAsk("s3", "PUT", "/bucket/a", "text"), 403, `<Code>AccessDenied</Code><Message>User: arn:aws:sts::000000000000:assumed-role/narrow/f is not authorized to perform: s3:PutObject on resource: &#34;arn:aws:s3:::bucket/a&#34; because`},
		{"nor where it is denied", restAsk("s3", "PUT", "/bucket/mine/locked/a", "text"), 403, "with an explicit deny in an identity-based policy"},
		{"deletes only what is its own", restAsk("s3", "POST", "/bucket?delete", `<Delete><Object><Key>mine/a</Key></Object><Object><Key>a</Key></Object></Delete>`), 403, "s3:DeleteObject on resource: &#34;arn:aws:s3:::bucket/a&#34;"},
		{"may not list", restAsk("s3", "GET", "/bucket?list-type=2", ""), 403, "s3:ListBucket"},
		{"so is not told that an object is not there", restAsk("s3", "GET", "/bucket/mine/none", ""), 403, "s3:ListBucket"},

		{"invokes who it may", restAsk("lambda", "POST", "/2015-03-31/functions/other/invocations", "{}"), 404, "Function not found"},
		{"and nobody else", restAsk("lambda", "POST", "/2015-03-31/functions/f/invocations", "{}"), 403, "lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:f because"},
		{"writes no logs", jsonAsk("logs", "Logs_20140328.CreateLogStream", `{"logGroupName":"/g","logStreamName":"s"}`), 400, "logs:CreateLogStream on resource: arn:aws:logs:us-east-1:000000000000:log-group:/g:log-stream:s because"},
		{"does not rule itself", restAsk("iam", "POST", "/", "Action=DeleteRole&Version=2010-05-08&RoleName=narrow"), 403, "<Code>AccessDenied</Code>"},
		{"knows who it is", restAsk("sts", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15"), 200, "GetCallerIdentityResult"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { // one after the other: some read what others wrote
			if status, body := askAs(t, aws, "f", c.ask); status != c.status || !strings.Contains(body, c.want) {
				t.Fatalf("got %d %s\nwant %d with %s", status, body, c.status, c.want)
			}
		})
	}
}

func TestAnActionTakenFromTheRoleIsMissed(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createIndexedTable(t, aws, "mine")
	role := createRole(t, aws, "r", narrow)
	createFunction(t, aws, "f", map[string]any{"Role": role})
	if status, body := askAs(t, aws, "f", putAsk("mine")); status != 200 {
		t.Fatalf("with the action: %d %s", status, body)
	}
	createRole(t, aws, "r", strings.Replace(narrow, `"dynamodb:PutItem",`, "", 1))
	if status, body := askAs(t, aws, "f", putAsk("mine")); status != 400 || !strings.Contains(body, "AccessDeniedException") {
		t.Fatalf("without: %d %s", status, body)
	}
	if a := rest(t, aws, "dynamodb", "POST", "/", putAsk("mine").Text, "X-Amz-Target", "DynamoDB_20120810.PutItem"); a.status != 200 {
		t.Fatalf("others are not asked: %d %s", a.status, a.body)
	}
}

func TestWithoutIAMAFunctionMayDoEverything(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithoutIAM())
	createIndexedTable(t, aws, "mine")
	createFunction(t, aws, "f", map[string]any{"Role": "arn:aws:iam::000000000000:role/none"})
	if status, body := askAs(t, aws, "f", putAsk("mine")); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
}

func TestALambdaWantsARoleThatServesIt(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	stream := createIndexedTable(t, aws, "mine")
	createQueue(t, aws, "q", nil)
	zipped, err := bootstrapZip()
	if err != nil {
		t.Fatal(err)
	}
	function := func(role string, more map[string]any) map[string]any {
		in := map[string]any{
			"FunctionName": "g", "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": role,
			"Architectures": []string{machineArchitecture()}, "Code": map[string]any{"ZipFile": zipped},
		}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	nothing := createRole(t, aws, "nothing", narrow)
	createFunction(t, aws, "f", map[string]any{"Role": nothing})
	query(t, aws, "iam", "CreateRole", map[string][]string{"RoleName": {"stranger"}, "AssumeRolePolicyDocument": {strings.Replace(lambdaTrust, "lambda.", "ec2.", 1)}}, nil)
	const functions, mappings = "/2015-03-31/functions", "/2015-03-31/event-source-mappings"
	cases := []struct {
		name, method, path string
		in                 map[string]any
		want               string
	}{
		{"one that is there", "POST", functions, function("arn:aws:iam::000000000000:role/none", nil), "The role defined for the function cannot be assumed by Lambda."},
		{"one that trusts it", "POST", functions, function("arn:aws:iam::000000000000:role/stranger", nil), "cannot be assumed by Lambda."},
		{"also after a change", "PUT", functions + "/f/configuration", map[string]any{"Role": "arn:aws:iam::000000000000:role/none"}, "cannot be assumed by Lambda."},
		{"one that may send to the dead-letter queue", "POST", functions, function(nothing, map[string]any{"DeadLetterConfig": map[string]string{"TargetArn": queueARN("q")}}), "does not have permissions to call SendMessage on SQS"},
		{"and to a destination", "PUT", "/2019-09-25/functions/f/event-invoke-config", map[string]any{"DestinationConfig": map[string]any{"OnFailure": map[string]string{"Destination": queueARN("q")}}}, "SendMessage on SQS"},
		{"one that may read the stream", "POST", mappings, map[string]any{"FunctionName": "f", "EventSourceArn": stream, "StartingPosition": "LATEST"}, "Cannot access stream " + stream + ". Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM."},
		{"one that may receive from the queue", "POST", mappings, map[string]any{"FunctionName": "f", "EventSourceArn": queueARN("q")}, "The function execution role does not have permissions to call ReceiveMessage on SQS"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := rest(t, aws, "lambda", c.method, c.path, c.in)
			var e struct{ Message string }
			a.into(t, &e)
			if a.status != 400 || a.code() != "InvalidParameterValueException" || !strings.Contains(e.Message, c.want) {
				t.Fatalf("got %d %s %s, want %s", a.status, a.code(), a.body, c.want)
			}
		})
	}
}

func TestAManagedPolicyIsKnownOrRefused(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createRole(t, aws, "r", narrow)
	attach := func(arn string) answer {
		return query(t, aws, "iam", "AttachRolePolicy", map[string][]string{"RoleName": {"r"}, "PolicyArn": {arn}}, nil)
	}
	if a := attach("arn:aws:iam::aws:policy/ReadOnlyAccess"); a.status != 404 || !strings.Contains(string(a.body), "not attachable") {
		t.Fatalf("an unknown one: %d %s", a.status, a.body)
	}
	if a := attach("arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"); a.status != 200 {
		t.Fatalf("a known one: %d %s", a.status, a.body)
	}
	createQueue(t, aws, "q", nil)
	createFunction(t, aws, "f", map[string]any{"Role": "arn:aws:iam::000000000000:role/r"})
	createMapping(t, aws, map[string]any{"FunctionName": "f", "EventSourceArn": queueARN("q")})
}

// Every operation asks for something: one added without is found here.
func TestEveryOperationWantsAPermission(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	check := func(name string, g guarded, r *http.Request) {
		needs, err := g.Needs(r)
		if err != nil || len(needs) == 0 {
			t.Errorf("%s wants %v, %v", name, needs, err)
		}
		for _, n := range needs {
			if n.Action == "" || n.Resource == "" {
				t.Errorf("%s wants %+v", name, n)
			}
		}
	}
	body, err := json.Marshal(map[string]any{
		"TableName": "t", "RequestItems": map[string]any{"t": nil}, "ResourceArn": "arn:aws:dynamodb:us-east-1:0:table/t", "StreamArn": "arn:aws:dynamodb:us-east-1:0:table/t/stream/s",
		"TransactItems": []any{map[string]any{"Put": map[string]string{"TableName": "t"}}, map[string]any{"Get": map[string]string{"TableName": "t"}}},
		"Statement":     "SELECT * FROM t", "Statements": []any{map[string]string{"Statement": "SELECT * FROM t"}}, "TransactStatements": []any{map[string]string{"Statement": "SELECT * FROM t"}},
		"QueueUrl": "http://h/000000000000/q", "QueueName": "q", "SourceArn": "arn:aws:sqs:us-east-1:0:q", "TaskHandle": "h", "logGroupName": "g",
	})
	if err != nil {
		t.Fatal(err)
	}
	targets := map[string]guarded{}
	for _, name := range aws.sqs.Operations() {
		targets["AmazonSQS."+name] = aws.sqs
	}
	for _, name := range aws.dynamodb.Operations() {
		targets["DynamoDB_20120810."+name] = aws.dynamodb
	}
	for _, name := range aws.logs.Operations() {
		targets["Logs_20140328."+name] = aws.logs
	}
	for _, name := range aws.kms.Operations() {
		targets["TrentService."+name] = aws.kms
	}
	for _, name := range aws.ssm.Operations() {
		targets["AmazonSSM."+name] = aws.ssm
	}
	for _, name := range aws.secrets.Operations() {
		targets["secretsmanager."+name] = aws.secrets
	}
	for _, name := range aws.sns.Operations() {
		r := httptest.NewRequest("POST", "/", strings.NewReader("Action="+name+"&TopicArn=arn:aws:sns:us-east-1:0:t&Name=t"))
		check("sns "+name, aws.sns, r)
	}
	if len(targets) < 100 {
		t.Fatalf("only %d operations", len(targets))
	}
	for target, g := range targets {
		r := httptest.NewRequest("POST", "/", strings.NewReader(string(body)))
		r.Header.Set("X-Amz-Target", target)
		check(target, g, r.WithContext(wire.WithIdentity(r.Context(), wire.Identity{Account: wire.DefaultAccount, Region: wire.DefaultRegion})))
	}
}
