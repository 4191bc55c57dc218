package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/dynamodb"
)

// tableDriver drives AWS::DynamoDB::Table.
type tableDriver struct{ db *dynamodb.Service }

type tableProperties struct {
	TableName                        string
	AttributeDefinitions             []dynamodb.AttributeDefinition
	KeySchema                        []dynamodb.KeySchemaElement
	BillingMode                      string
	ProvisionedThroughput            *dynamodb.ProvisionedThroughput
	GlobalSecondaryIndexes           []dynamodb.GlobalSecondaryIndex
	LocalSecondaryIndexes            []dynamodb.LocalSecondaryIndex
	StreamSpecification              *struct{ StreamViewType string }
	SSESpecification                 *struct{ SSEEnabled bool }
	TimeToLiveSpecification          *dynamodb.TimeToLiveSpecification
	PointInTimeRecoverySpecification *dynamodb.PointInTimeRecoverySpecification
	TableClass                       string
	DeletionProtectionEnabled        bool
	Tags                             []dynamodb.Tag
}

func (p *tableProperties) stream() *dynamodb.StreamSpecification {
	if p.StreamSpecification == nil {
		return nil
	}
	return &dynamodb.StreamSpecification{StreamEnabled: true, StreamViewType: p.StreamSpecification.StreamViewType}
}

func (p *tableProperties) encryption() *dynamodb.SSESpecification {
	if p.SSESpecification == nil {
		return nil
	}
	return &dynamodb.SSESpecification{Enabled: &p.SSESpecification.SSEEnabled}
}

func (d tableDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	var p tableProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	out, err := d.db.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: name, AttributeDefinitions: p.AttributeDefinitions, KeySchema: p.KeySchema, BillingMode: p.BillingMode,
		ProvisionedThroughput: p.ProvisionedThroughput, GlobalSecondaryIndexes: p.GlobalSecondaryIndexes, LocalSecondaryIndexes: p.LocalSecondaryIndexes,
		StreamSpecification: p.stream(), SSESpecification: p.encryption(), TableClass: p.TableClass, DeletionProtectionEnabled: p.DeletionProtectionEnabled, Tags: p.Tags,
	})
	if err != nil {
		return cloudformation.Made{}, err
	}
	if p.TimeToLiveSpecification != nil && p.TimeToLiveSpecification.Enabled {
		if err := d.setTTL(ctx, name, p.TimeToLiveSpecification); err != nil {
			return cloudformation.Made{}, err
		}
	}
	if p.PointInTimeRecoverySpecification != nil {
		if err := d.setRecovery(ctx, name, p.PointInTimeRecoverySpecification); err != nil {
			return cloudformation.Made{}, err
		}
	}
	return madeTable(out.TableDescription), nil
}

func madeTable(t *dynamodb.TableDescription) cloudformation.Made {
	made := cloudformation.Made{ID: t.TableName, Attributes: map[string]string{"Arn": t.TableArn}}
	if t.StreamSpecification != nil && t.StreamSpecification.StreamEnabled {
		made.Attributes["StreamArn"] = t.LatestStreamArn
	}
	return made
}

func (d tableDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	var was, p tableProperties
	if err := cloudformation.Decode(old, &was); err != nil {
		return cloudformation.Made{}, err
	}
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	before, err := d.db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: id})
	if err != nil {
		return cloudformation.Made{}, err
	}
	indexes, err := indexUpdates(before.Table, &p)
	if err != nil {
		return cloudformation.Made{}, err
	}
	for _, step := range append(tableUpdates(id, &was, &p), indexes...) {
		if _, err := d.db.UpdateTable(ctx, step); err != nil {
			return cloudformation.Made{}, err
		}
	}
	if err := d.updateSettings(ctx, id, &was, &p); err != nil {
		return cloudformation.Made{}, err
	}
	out, err := d.db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: id})
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeTable(out.Table), nil
}

// tableUpdates are the UpdateTable calls from one state to the other, the
// indexes aside; DynamoDB takes one change of the stream at a time.
func tableUpdates(name string, was, p *tableProperties) []*dynamodb.UpdateTableInput {
	var steps []*dynamodb.UpdateTableInput
	add := func(in dynamodb.UpdateTableInput) {
		in.TableName = name
		steps = append(steps, &in)
	}
	if was.BillingMode != p.BillingMode || p.BillingMode != "PAY_PER_REQUEST" && !equal(was.ProvisionedThroughput, p.ProvisionedThroughput) {
		add(dynamodb.UpdateTableInput{BillingMode: p.BillingMode, ProvisionedThroughput: p.ProvisionedThroughput})
	}
	if was.TableClass != p.TableClass && p.TableClass != "" {
		add(dynamodb.UpdateTableInput{TableClass: p.TableClass})
	}
	if was.DeletionProtectionEnabled != p.DeletionProtectionEnabled {
		add(dynamodb.UpdateTableInput{DeletionProtectionEnabled: &p.DeletionProtectionEnabled})
	}
	if !equal(was.SSESpecification, p.SSESpecification) && p.SSESpecification != nil {
		add(dynamodb.UpdateTableInput{SSESpecification: p.encryption()})
	}
	if !equal(was.StreamSpecification, p.StreamSpecification) {
		if was.StreamSpecification != nil {
			add(dynamodb.UpdateTableInput{StreamSpecification: &dynamodb.StreamSpecification{StreamEnabled: false}})
		}
		if p.StreamSpecification != nil {
			add(dynamodb.UpdateTableInput{StreamSpecification: p.stream()})
		}
	}
	return steps
}

// indexUpdates brings a table's global indexes, which may be at any state that
// an update left them in, to those of the template. CloudFormation refuses what
// makes or removes two of them, though DynamoDB would do it one after the other.
func indexUpdates(table *dynamodb.TableDescription, p *tableProperties) ([]*dynamodb.UpdateTableInput, error) {
	var steps []*dynamodb.UpdateTableInput
	made := 0 // or removed
	add := func(u dynamodb.GlobalSecondaryIndexUpdate) {
		steps = append(steps, &dynamodb.UpdateTableInput{
			TableName: table.TableName, AttributeDefinitions: p.AttributeDefinitions, GlobalSecondaryIndexUpdates: []dynamodb.GlobalSecondaryIndexUpdate{u},
		})
		if u.Update == nil {
			made++
		}
	}
	same := func(is dynamodb.IndexDescription, index dynamodb.GlobalSecondaryIndex) bool {
		return is.IndexName == index.IndexName && equal(is.KeySchema, index.KeySchema) && equal(is.Projection, index.Projection)
	}
	for _, is := range table.GlobalSecondaryIndexes {
		at := slices.IndexFunc(p.GlobalSecondaryIndexes, func(index dynamodb.GlobalSecondaryIndex) bool { return same(is, index) })
		if at < 0 {
			add(dynamodb.GlobalSecondaryIndexUpdate{Delete: &struct{ IndexName string }{is.IndexName}})
			continue
		}
		units, has := p.GlobalSecondaryIndexes[at].ProvisionedThroughput, is.ProvisionedThroughput
		if p.BillingMode != "PAY_PER_REQUEST" && units != nil && (has == nil || has.ReadCapacityUnits != units.ReadCapacityUnits || has.WriteCapacityUnits != units.WriteCapacityUnits) {
			add(dynamodb.GlobalSecondaryIndexUpdate{Update: &dynamodb.IndexThroughput{IndexName: is.IndexName, ProvisionedThroughput: units}})
		}
	}
	for _, index := range p.GlobalSecondaryIndexes {
		if !slices.ContainsFunc(table.GlobalSecondaryIndexes, func(is dynamodb.IndexDescription) bool { return same(is, index) }) {
			add(dynamodb.GlobalSecondaryIndexUpdate{Create: &index})
		}
	}
	if made > 1 {
		return nil, errors.New("Cannot perform more than one GSI creation or deletion in a single update")
	}
	return steps, nil
}

// updateSettings changes what UpdateTable does not: TTL, recovery, tags.
func (d tableDriver) updateSettings(ctx context.Context, name string, was, p *tableProperties) error {
	if !equal(was.TimeToLiveSpecification, p.TimeToLiveSpecification) {
		if t := was.TimeToLiveSpecification; t != nil && t.Enabled {
			if err := d.setTTL(ctx, name, &dynamodb.TimeToLiveSpecification{AttributeName: t.AttributeName}); err != nil {
				return err
			}
		}
		if t := p.TimeToLiveSpecification; t != nil && t.Enabled {
			if err := d.setTTL(ctx, name, t); err != nil {
				return err
			}
		}
	}
	if !equal(was.PointInTimeRecoverySpecification, p.PointInTimeRecoverySpecification) {
		spec := p.PointInTimeRecoverySpecification
		if spec == nil {
			spec = &dynamodb.PointInTimeRecoverySpecification{}
		}
		if err := d.setRecovery(ctx, name, spec); err != nil {
			return err
		}
	}
	if equal(was.Tags, p.Tags) {
		return nil
	}
	table, err := d.db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: name})
	if err != nil {
		return err
	}
	var gone []string
	for _, t := range was.Tags {
		if !slices.ContainsFunc(p.Tags, func(n dynamodb.Tag) bool { return n.Key == t.Key }) {
			gone = append(gone, t.Key)
		}
	}
	if len(gone) > 0 {
		if _, err := d.db.UntagResource(ctx, &dynamodb.UntagResourceInput{ResourceArn: table.Table.TableArn, TagKeys: gone}); err != nil {
			return err
		}
	}
	_, err = d.db.TagResource(ctx, &dynamodb.TagResourceInput{ResourceArn: table.Table.TableArn, Tags: p.Tags})
	return err
}

func (d tableDriver) setTTL(ctx context.Context, name string, spec *dynamodb.TimeToLiveSpecification) error {
	_, err := d.db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: name, TimeToLiveSpecification: spec})
	return err
}

func (d tableDriver) setRecovery(ctx context.Context, name string, spec *dynamodb.PointInTimeRecoverySpecification) error {
	_, err := d.db.UpdateContinuousBackups(ctx, &dynamodb.UpdateContinuousBackupsInput{TableName: name, PointInTimeRecoverySpecification: spec})
	return err
}

func (d tableDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	_, err := d.db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: id})
	return deleted(err, "ResourceNotFoundException")
}

// equal compares plain data by its JSON.
func equal(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
