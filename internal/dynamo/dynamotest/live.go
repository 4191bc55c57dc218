package dynamotest

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/dynamo"
)

// Live creates the named tables of deploy/data.yaml, each by what follows the
// stack's name in its own, with the streams and times to live they have there.
// streams holds the ARN of each stream by the same names. It does not wait:
// tables of the embedded AWS are active when they are answered.
func Live(ctx context.Context, cfg aws.Config, names ...string) (tables dynamo.Tables, streams map[string]string, err error) {
	all, err := templateTables()
	if err != nil {
		return dynamo.Tables{}, nil, err
	}
	client := dynamodb.NewFromConfig(cfg)
	made, streams := map[string]string{}, map[string]string{}
	for _, t := range all {
		if !slices.Contains(names, t.suffix) {
			continue
		}
		name := "test-" + t.suffix
		in := t.input(name)
		if t.stream != "" {
			in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(t.stream)}
		}
		out, err := client.CreateTable(ctx, in)
		if err != nil {
			return dynamo.Tables{}, nil, fmt.Errorf("create %s: %w", name, err)
		}
		if t.expires {
			_, err := client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
				TableName: &name, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(dynamo.TTL), Enabled: aws.Bool(true)},
			})
			if err != nil {
				return dynamo.Tables{}, nil, fmt.Errorf("let items of %s expire: %w", name, err)
			}
		}
		made[t.suffix], streams[t.suffix] = name, aws.ToString(out.TableDescription.LatestStreamArn)
	}
	if len(made) != len(names) {
		return dynamo.Tables{}, nil, fmt.Errorf("deploy/data.yaml has of the tables %q only %d", names, len(made))
	}
	return tablesOf(made), streams, nil
}
