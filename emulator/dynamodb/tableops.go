package dynamodb

import (
	"context"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// CreateTable makes a table, which is ready at once. Errors:
// ValidationException, ResourceInUseException.
func (s *Service) CreateTable(ctx context.Context, in *CreateTableInput) (*CreateTableOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	def := definition{
		ID: identify(ctx, in.TableName), UUID: s.newID(), Created: now,
		Attributes: in.AttributeDefinitions, Keys: in.KeySchema,
		BillingMode: in.BillingMode, Throughput: in.ProvisionedThroughput,
		Global: in.GlobalSecondaryIndexes, Local: in.LocalSecondaryIndexes,
		SSE: in.SSESpecification, Class: in.TableClass,
		DeletionProtection: in.DeletionProtectionEnabled, Tags: in.Tags,
	}
	if def.BillingMode == "PAY_PER_REQUEST" {
		def.BillingChanged = now
	}
	t := newTable(def)

	s.mu.Lock()
	if _, exists := s.tables[def.ID]; exists {
		s.mu.Unlock()
		return nil, errTableExists(in.TableName)
	}
	s.tables[def.ID] = t
	t.mu.Lock()
	var batch store.Batch
	if in.StreamSpecification != nil && in.StreamSpecification.StreamEnabled {
		s.enableStream(&batch, t, in.StreamSpecification.StreamViewType)
	}
	s.mu.Unlock()
	wait := s.keepDefinition(&batch, t)
	out := t.describe()
	t.mu.Unlock()
	out.TableStatus = "CREATING" // the answer AWS gives; DescribeTable says ACTIVE from now on
	return &CreateTableOutput{out}, wait()
}

// DeleteTable removes a table at once. Its stream stays readable for a day.
// Errors: ResourceNotFoundException; ValidationException under deletion
// protection.
func (s *Service) DeleteTable(ctx context.Context, in *DeleteTableInput) (*DeleteTableOutput, error) {
	t, err := s.named(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	if err := t.lock(); err != nil {
		s.mu.Unlock()
		return nil, errNoNamedTable(in.TableName)
	}
	if t.def.DeletionProtection {
		t.mu.Unlock()
		s.mu.Unlock()
		return nil, errValidation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	t.dropped = true
	delete(s.tables, t.def.ID)
	var batch store.Batch
	if t.stream != nil {
		s.disableStream(&batch, t)
	}
	s.mu.Unlock()
	t.expiry.stop()
	out := t.describe()
	wait := s.dropTable(&batch, t)
	t.mu.Unlock()
	out.TableStatus = "DELETING"
	return &DeleteTableOutput{out}, wait()
}

// DescribeTable tells what a table is. Errors: ResourceNotFoundException.
func (s *Service) DescribeTable(ctx context.Context, in *DescribeTableInput) (*DescribeTableOutput, error) {
	t, err := s.named(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return &DescribeTableOutput{t.describe()}, nil
}

// ListTables lists the caller's tables by name, at most 100 at a time.
func (s *Service) ListTables(ctx context.Context, in *ListTablesInput) (*ListTablesOutput, error) {
	limit := 100
	if in.Limit != nil {
		limit = *in.Limit
	}
	if limit < 1 || limit > 100 {
		var c constraints
		c.add(limit, "limit", "Member must have value between 1 and 100")
		return nil, c.err()
	}
	who := wire.IdentityFrom(ctx)
	names := []string{}
	s.mu.RLock()
	for id := range s.tables {
		if id.Account == who.Account && id.Region == who.Region && id.Name > in.ExclusiveStartTableName {
			names = append(names, id.Name)
		}
	}
	s.mu.RUnlock()
	slices.Sort(names)
	out := &ListTablesOutput{TableNames: names}
	if len(names) > limit {
		out.TableNames = names[:limit]
		out.LastEvaluatedTableName = names[limit-1]
	}
	return out, nil
}

// named finds a table for the control plane.
func (s *Service) named(ctx context.Context, name string) (*table, error) {
	if err := checkTableName(name); err != nil {
		return nil, err
	}
	id := identify(ctx, name)
	s.mu.RLock()
	t := s.tables[id]
	s.mu.RUnlock()
	if t == nil {
		return nil, errNoNamedTable(id.Name)
	}
	return t, nil
}

// describe is the table as AWS describes it. Called with mu held.
func (t *table) describe() *TableDescription {
	d := &t.def
	out := &TableDescription{
		TableName: d.ID.Name, TableArn: d.ID.arn(), TableId: d.UUID, TableStatus: "ACTIVE",
		CreationDateTime: seconds(d.Created), AttributeDefinitions: d.Attributes, KeySchema: d.Keys,
		ItemCount: int64(t.items.Len()), TableSizeBytes: t.bytes,
		ProvisionedThroughput: described(d.Throughput), StreamSpecification: d.Stream,
		LatestStreamArn: d.StreamARN, LatestStreamLabel: d.StreamLabel,
		DeletionProtectionEnabled: d.DeletionProtection,
	}
	if d.BillingMode == "PAY_PER_REQUEST" {
		out.BillingModeSummary = &BillingModeSummary{d.BillingMode, seconds(d.BillingChanged)}
	}
	if d.Class != "" {
		out.TableClassSummary = &TableClassSummary{d.Class}
	}
	if d.SSE != nil && d.SSE.Enabled != nil && *d.SSE.Enabled {
		out.SSEDescription = &SSEDescription{Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: d.SSE.KMSMasterKeyId}
	}
	for _, g := range d.Global {
		ix, _ := t.index(g.IndexName)
		throughput := described(g.ProvisionedThroughput)
		out.GlobalSecondaryIndexes = append(out.GlobalSecondaryIndexes, IndexDescription{
			IndexName: g.IndexName, IndexArn: out.TableArn + "/index/" + g.IndexName, IndexStatus: "ACTIVE",
			KeySchema: g.KeySchema, Projection: g.Projection, ProvisionedThroughput: &throughput,
			ItemCount: int64(ix.entries.Len()), IndexSizeBytes: ix.bytes,
		})
	}
	for _, l := range d.Local {
		ix, _ := t.index(l.IndexName)
		out.LocalSecondaryIndexes = append(out.LocalSecondaryIndexes, IndexDescription{
			IndexName: l.IndexName, IndexArn: out.TableArn + "/index/" + l.IndexName,
			KeySchema: l.KeySchema, Projection: l.Projection,
			ItemCount: int64(ix.entries.Len()), IndexSizeBytes: ix.bytes,
		})
	}
	return out
}

func described(p *ProvisionedThroughput) ThroughputDescription {
	if p == nil {
		return ThroughputDescription{}
	}
	return ThroughputDescription{ReadCapacityUnits: p.ReadCapacityUnits, WriteCapacityUnits: p.WriteCapacityUnits}
}

// Limits of DescribeLimits: an account's defaults.
type describeLimitsInput struct{}

type describeLimitsOutput struct {
	AccountMaxReadCapacityUnits, AccountMaxWriteCapacityUnits int64
	TableMaxReadCapacityUnits, TableMaxWriteCapacityUnits     int64
}

func (s *Service) describeLimits(context.Context, *describeLimitsInput) (*describeLimitsOutput, error) {
	return &describeLimitsOutput{80_000, 80_000, 40_000, 40_000}, nil
}

type describeEndpointsInput struct{}

type describeEndpointsOutput struct{ Endpoints []endpoint }

type endpoint struct {
	Address              string
	CachePeriodInMinutes int64
}

func (s *Service) describeEndpoints(ctx context.Context, _ *describeEndpointsInput) (*describeEndpointsOutput, error) {
	return &describeEndpointsOutput{[]endpoint{{"dynamodb." + wire.IdentityFrom(ctx).Region + ".amazonaws.com", 1440}}}, nil
}

// Tags of tables.
type (
	// TagResourceInput is the request of TagResource.
	TagResourceInput struct {
		ResourceArn string
		Tags        []Tag
	}
	// UntagResourceInput is the request of UntagResource.
	UntagResourceInput struct {
		ResourceArn string
		TagKeys     []string
	}
	// ListTagsOfResourceInput is the request of ListTagsOfResource.
	ListTagsOfResourceInput struct{ ResourceArn, NextToken string }
	// ListTagsOfResourceOutput is the answer of ListTagsOfResource; all tags fit one page.
	ListTagsOfResourceOutput struct{ Tags []Tag }
	// Empty is an answer without members.
	Empty struct{}
)

// maxTags is how many tags a table may have.
const maxTags = 50

// TagResource adds tags or gives existing ones new values. Errors:
// ResourceNotFoundException, ValidationException.
func (s *Service) TagResource(ctx context.Context, in *TagResourceInput) (*Empty, error) {
	return s.changeTags(ctx, in.ResourceArn, func(tags []Tag) []Tag {
		for _, tag := range in.Tags {
			tags = append(slices.DeleteFunc(tags, func(old Tag) bool { return old.Key == tag.Key }), tag)
		}
		return tags
	})
}

// UntagResource removes tags. Errors: ResourceNotFoundException.
func (s *Service) UntagResource(ctx context.Context, in *UntagResourceInput) (*Empty, error) {
	return s.changeTags(ctx, in.ResourceArn, func(tags []Tag) []Tag {
		return slices.DeleteFunc(tags, func(t Tag) bool { return slices.Contains(in.TagKeys, t.Key) })
	})
}

func (s *Service) changeTags(ctx context.Context, arn string, change func([]Tag) []Tag) (*Empty, error) {
	t, err := s.tagged(ctx, arn)
	if err != nil {
		return nil, err
	}
	if err := t.lock(); err != nil {
		return nil, err
	}
	tags := change(slices.Clone(t.def.Tags))
	if len(tags) > maxTags {
		t.mu.Unlock()
		return nil, errValidation("The number of tags exceeds the limit of %d per resource", maxTags)
	}
	t.def.Tags = tags
	wait := s.keepDefinition(&store.Batch{}, t)
	t.mu.Unlock()
	return &Empty{}, wait()
}

// ListTagsOfResource lists a table's tags. Errors: ResourceNotFoundException.
func (s *Service) ListTagsOfResource(ctx context.Context, in *ListTagsOfResourceInput) (*ListTagsOfResourceOutput, error) {
	t, err := s.tagged(ctx, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return &ListTagsOfResourceOutput{append([]Tag{}, t.def.Tags...)}, nil
}

func (s *Service) tagged(ctx context.Context, arn string) (*table, error) {
	if !strings.HasPrefix(arn, "arn:") || !strings.Contains(arn, ":table/") {
		return nil, errValidation("Invalid TableArn: Invalid ResourceArn provided as input %s", arn)
	}
	return s.named(ctx, arn)
}
