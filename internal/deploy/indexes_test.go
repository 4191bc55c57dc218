package deploy

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

// template has one table with an index by each of the attributes; "-x" is an
// index named x by another attribute.
func template(indexes ...string) []byte {
	definitions, list := "{AttributeName: pk, AttributeType: S}", ""
	for _, name := range indexes {
		key := name + "-key"
		name = strings.TrimPrefix(name, "-")
		definitions += fmt.Sprintf(", {AttributeName: %s, AttributeType: S}", key)
		list += fmt.Sprintf("\n        - {IndexName: by-%s, KeySchema: [{AttributeName: %s, KeyType: HASH}], Projection: {ProjectionType: ALL}}", name, key)
	}
	if list != "" {
		list = "\n      GlobalSecondaryIndexes:" + list
	}
	return []byte(`
Parameters:
  ArtifactBucket: {Type: String, Default: none}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub ${AWS::StackName}-t
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [` + definitions + `]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]` + list + "\n")
}

func TestIndexesAreMadeAndRemovedOneAtATime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		deployed, wanted []byte
		between          []string // indexes of each stage
	}{
		"nothing":                {template("a"), template("a"), nil},
		"one more":               {template("a"), template("a", "b"), nil},
		"one fewer":              {template("a"), template(), nil},
		"two more":               {template(), template("a", "b"), []string{"by-a"}},
		"three more":             {template("a"), template("a", "b", "c", "d"), []string{"by-a by-b", "by-a by-b by-c"}},
		"all fewer":              {template("a", "b"), template(), []string{"by-b"}},
		"one for another":        {template("a"), template("b"), []string{""}},
		"one with another key":   {template("a"), template("-a"), []string{""}},
		"written in other words": {template("a", "b"), []byte(strings.ReplaceAll(string(template("a", "b")), "IndexName: by-a", `"IndexName": "by-a"`)), nil},
		"a table that is new":    {[]byte("Resources: {}"), template("a", "b"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, err := stages(c.deployed, c.wanted)
			require.NoError(t, err)
			var got []string
			for _, stage := range before {
				got = append(got, strings.Join(indexesOf(t, stage), " "))
				require.Contains(t, string(stage), "!Sub ${AWS::StackName}-t", "what is not an index stays as it is written")
			}
			require.Equal(t, c.between, got)
		})
	}
}

func indexesOf(t *testing.T, text []byte) []string {
	var parsed struct {
		Resources struct {
			Table struct {
				Properties struct {
					AttributeDefinitions   []struct{ AttributeName string } `yaml:"AttributeDefinitions"`
					GlobalSecondaryIndexes []struct {
						IndexName string `yaml:"IndexName"`
					} `yaml:"GlobalSecondaryIndexes"`
				} `yaml:"Properties"`
			} `yaml:"Table"`
		} `yaml:"Resources"`
	}
	require.NoError(t, yaml.Unmarshal(text, &parsed))
	var names []string
	for _, index := range parsed.Resources.Table.Properties.GlobalSecondaryIndexes {
		names = append(names, index.IndexName)
	}
	require.Len(t, parsed.Resources.Table.Properties.AttributeDefinitions, len(names)+1, "the attributes of the keys and no other")
	return names
}

func TestAStackOfAnOlderVersionGetsAllItsIndexes(t *testing.T) {
	t.Parallel()
	s := Stack{AWS: dynamotest.Start(t).Config, Name: "older"}
	for _, text := range [][]byte{template(), template("a", "b", "c"), template("-a", "d")} {
		s.Template = text
		_, err := s.Apply(t.Context())
		require.NoError(t, err)
		require.ElementsMatch(t, indexesOf(t, text), deployedIndexes(t.Context(), t, s))
	}
}

func deployedIndexes(ctx context.Context, t *testing.T, s Stack) []string {
	name := s.Name + "-t"
	out, err := dynamodb.NewFromConfig(s.AWS).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	require.NoError(t, err)
	var names []string
	for _, index := range out.Table.GlobalSecondaryIndexes {
		names = append(names, *index.IndexName)
	}
	return names
}
