package emulator

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/support.md anew")

// supportFile is the matrix people read, made from the operation tables.
const supportFile = "../docs/support.md"

// unnamed are operations that clients without an SDK ask of S3 and that AWS's
// API model has no name for: a browser's form, and its question before a
// request from another origin.
var unnamed = []string{"PostObject", "PreflightObject"}

// supported is a service's title and its operation table.
type supported struct {
	service, title string
	operations     []string
}

func (a *AWS) supported() []supported {
	return []supported{
		{serviceDynamoDB, "DynamoDB", a.dynamodb.Operations()},
		{serviceStreams, "DynamoDB Streams", a.dynamodb.StreamOperations()},
		{serviceSQS, "SQS", a.sqs.Operations()},
		{serviceS3, "S3", a.s3.Operations()},
		{serviceLambda, "Lambda", a.lambda.Operations()},
		{serviceCloudFormation, "CloudFormation", a.cloudformation.Operations()},
		{serviceIAM, "IAM", a.iam.Operations()},
		{serviceSTS, "STS", a.services[serviceSTS].(interface{ Operations() []string }).Operations()},
		{serviceLogs, "CloudWatch Logs", a.logs.Operations()},
		{serviceSNS, "SNS", a.sns.Operations()},
		{serviceKMS, "KMS", a.kms.Operations()},
		{serviceSSM, "SSM Parameter Store", a.ssm.Operations()},
		{serviceSecrets, "Secrets Manager", a.secrets.Operations()},
	}
}

// awsOperations reads testdata/operations.txt: what AWS offers, by service.
func awsOperations(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/operations.txt")
	if err != nil {
		t.Fatal(err)
	}
	all, service := map[string][]string{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if name, ok := strings.CutSuffix(line, ":"); ok && !strings.HasPrefix(line, "#") {
			service = name
		} else if name, ok := strings.CutPrefix(line, "\t"); ok {
			all[service] = append(all[service], name)
		}
	}
	return all
}

func TestTheSupportMatrixIsThatOfTheTables(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	want := supportMatrix(t, aws.supported(), awsOperations(t))
	if *update {
		if err := os.WriteFile(supportFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(supportFile)
	if err != nil || string(got) != want {
		t.Fatalf("docs/support.md is stale (%v): run go test ./emulator -run SupportMatrix -update", err)
	}
}

// supportMatrix is the text of docs/support.md.
func supportMatrix(t *testing.T, services []supported, known map[string][]string) string {
	var counts, details strings.Builder
	sum, sumRefused := 0, 0
	for _, s := range services {
		var refused []string
		for _, name := range known[s.service] {
			if !slices.Contains(s.operations, name) {
				refused = append(refused, name)
			}
		}
		for _, name := range s.operations {
			if !slices.Contains(known[s.service], name) && !slices.Contains(unnamed, name) {
				t.Errorf("%s has no operation %s", s.title, name)
			}
		}
		sum, sumRefused = sum+len(s.operations), sumRefused+len(refused)
		fmt.Fprintf(&counts, "| [%s](#%s) | %d | %d |\n", s.title, strings.ToLower(strings.ReplaceAll(s.title, " ", "-")), len(s.operations), len(refused))
		fmt.Fprintf(&details, "\n## %s\n\nSupported: %s.\n", s.title, words(s.operations))
		if len(refused) > 0 {
			fmt.Fprintf(&details, "\n<details><summary>Refused: %d</summary>\n\n%s.\n\n</details>\n", len(refused), words(refused))
		}
	}
	return `# What the embedded AWS supports

<!-- Written by: go test ./emulator -run SupportMatrix -update -->

Operations by service: those in the operation tables, and those AWS's API has
(models of 22 November 2026) and the embedded AWS refuses. A refused operation
answers ` + "`UnknownOperationException`" + ` (` + "`InvalidAction`" + ` in the query protocol,
` + "`NotImplemented`" + ` from S3) and is logged as a gap. A parameter that is not built
is refused by name; a test asks every operation of every table.
Any other service is refused the same way.

| service | supported | refused |
|---|--:|--:|
` + counts.String() + fmt.Sprintf("| all | %d | %d |\n", sum, sumRefused) + details.String()
}

func words(names []string) string {
	names = slices.Clone(names)
	slices.Sort(names)
	return "`" + strings.Join(names, "`, `") + "`"
}
