// Package dynamotest gives a test tables like the real ones: an embedded
// AWS of its own with the tables, keys and indexes that deploy/data.yaml
// declares, read from that file so that there is no second description of
// them. Streams and functions are left out: what a store writes stays as it
// wrote it.
package dynamotest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/emulator"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// AWS is one test's embedded AWS with the tables.
type AWS struct {
	*emulator.AWS
	Config aws.Config
	Tables dynamo.Tables
	DB     *dynamo.DB
}

// Start returns an AWS with empty tables, gone with the test.
func Start(tb emulator.TB) *AWS {
	tb.Helper()
	a := &AWS{AWS: emulator.Start(tb)}
	a.Config = aws.Config{
		Region:       "eu-central-1",
		BaseEndpoint: aws.String(a.Endpoint()),
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
	names, err := createTables(a.Config)
	if err != nil {
		tb.Fatalf("create the tables of deploy/data.yaml: %v", err)
	}
	a.Tables = tablesOf(names)
	a.DB = dynamo.Open(a.Config, a.Tables)
	return a
}

func tablesOf(names map[string]string) dynamo.Tables {
	return dynamo.Tables{
		Auth: names["auth"], Core: names["core"], Tasks: names["tasks"], Jobs: names["jobs"],
		Counted: names["counted"], Inbox: names["inbox"], Ephemeral: names["ephemeral"],
	}
}

const timeout = 30 * time.Second

// createTables creates every table of the template and returns their names by
// what follows the stack's name in them.
func createTables(cfg aws.Config) (map[string]string, error) {
	tables, err := templateTables()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	client := dynamodb.NewFromConfig(cfg)
	names := map[string]string{}
	for _, t := range tables {
		name := "test-" + t.suffix
		names[t.suffix] = name
		in := t.input(name)
		if _, err := client.CreateTable(ctx, in); err != nil {
			return nil, fmt.Errorf("create %s: %w", name, err)
		}
		active := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) {
			o.MinDelay, o.MaxDelay = 5*time.Millisecond, 100*time.Millisecond
		})
		if err := active.Wait(ctx, &dynamodb.DescribeTableInput{TableName: &name}, timeout); err != nil {
			return nil, fmt.Errorf("create %s: %w", name, err)
		}
	}
	return names, nil
}

// table is what the template says of one table.
type table struct {
	suffix  string
	stream  string // view type, empty for none
	expires bool   // by the attribute ttl
	types   []pair
	keys    []pair
	indexes map[string]index
}

type index struct {
	keys       []pair
	projection string
}

// pair is an attribute with its type, or with its place in a key.
type pair struct{ name, value string }

// The template writes one attribute or key a line; a table that is written
// otherwise is missing a key here and refused by CreateTable.
var (
	resource  = regexp.MustCompile(`(?ms)^  \w+:\n    Type: AWS::DynamoDB::Table\n(.*?)(?:^  \S|\z)`)
	streaming = regexp.MustCompile(`StreamViewType: (\w+)`)
	expiring  = regexp.MustCompile(`TimeToLiveSpecification: \{AttributeName: ttl, Enabled: true\}`)
	tableName = regexp.MustCompile(`TableName: !Sub "\$\{AWS::StackName\}-(\w+)"`)
	line      = regexp.MustCompile(`IndexName: (\w+)|\{AttributeName: (\w+), (AttributeType|KeyType): (\w+)\}|ProjectionType: (\w+)`)
)

// templateTables reads the template once per process.
var templateTables = sync.OnceValues(func() ([]table, error) {
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "..", "..", "..", "deploy", "data.yaml"))
	if err != nil {
		return nil, err
	}
	var tables []table
	for rest := text; ; {
		at := resource.FindSubmatchIndex(rest)
		if at == nil {
			break
		}
		t, err := parseTable(string(rest[at[2]:at[3]]))
		if err != nil {
			return nil, err
		}
		tables = append(tables, t)
		rest = rest[at[3]:]
	}
	return tables, nil
})

func parseTable(text string) (table, error) {
	called := tableName.FindStringSubmatch(text)
	if called == nil {
		return table{}, fmt.Errorf("a table whose name is not the stack's name with a suffix: %.80s", text)
	}
	t := table{suffix: called[1], indexes: map[string]index{}}
	if m := streaming.FindStringSubmatch(text); m != nil {
		t.stream = m[1]
	}
	t.expires = expiring.MatchString(text)
	name, ix := "", index{}
	for _, m := range line.FindAllStringSubmatch(text, -1) {
		switch {
		case m[1] != "":
			name, ix = m[1], index{}
		case m[5] != "":
			ix.projection = m[5]
			t.indexes[name] = ix
		case m[3] == "AttributeType":
			t.types = append(t.types, pair{m[2], m[4]})
		case name == "":
			t.keys = append(t.keys, pair{m[2], m[4]})
		default:
			ix.keys = append(ix.keys, pair{m[2], m[4]})
		}
	}
	return t, nil
}

func (t table) input(name string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: schema(t.keys)}
	for _, p := range t.types {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: &p.name, AttributeType: types.ScalarAttributeType(p.value),
		})
	}
	for name, ix := range t.indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: &name, KeySchema: schema(ix.keys), Projection: &types.Projection{ProjectionType: types.ProjectionType(ix.projection)},
		})
	}
	return in
}

func schema(keys []pair) []types.KeySchemaElement {
	var out []types.KeySchemaElement
	for _, k := range keys {
		out = append(out, types.KeySchemaElement{AttributeName: &k.name, KeyType: types.KeyType(k.value)})
	}
	return out
}
