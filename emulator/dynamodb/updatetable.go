package dynamodb

import (
	"context"
	"slices"

	"github.com/anikeshk/cumin/emulator/internal/store"
)

// UpdateTable changes one aspect of a table: its billing, its stream, or one
// global index, which is filled from the table's items before the call returns.
// Errors: ResourceNotFoundException, ValidationException.
func (s *Service) UpdateTable(ctx context.Context, in *UpdateTableInput) (*UpdateTableOutput, error) {
	t, err := s.named(ctx, in.TableName)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	out, changed, wait, err := s.changeTable(t, in)
	if err != nil {
		return nil, err
	}
	out.TableStatus = "UPDATING"
	for i := range out.GlobalSecondaryIndexes {
		if out.GlobalSecondaryIndexes[i].IndexName == changed {
			out.GlobalSecondaryIndexes[i].IndexStatus = "CREATING"
		}
	}
	return &UpdateTableOutput{out}, wait()
}

// changeTable holds the locks that the change needs: that of the table, and for
// a change of the stream that of the streams' map too.
func (s *Service) changeTable(t *table, in *UpdateTableInput) (_ *TableDescription, changed string, wait func() error, err error) {
	if in.StreamSpecification != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	if err := t.lock(); err != nil {
		return nil, "", nil, errNoNamedTable(in.TableName)
	}
	defer t.mu.Unlock()
	var batch store.Batch
	if changed, err = s.updateTable(&batch, t, in); err != nil {
		return nil, "", nil, err
	}
	wait = s.keepDefinition(&batch, t)
	return t.describe(), changed, wait, nil
}

func (in *UpdateTableInput) check() error {
	var c constraints
	c.oneOf(in.BillingMode, "billingMode", "PROVISIONED", "PAY_PER_REQUEST")
	c.oneOf(in.TableClass, "tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	checkAttributes(&c, in.AttributeDefinitions)
	if err := c.err(); err != nil {
		return err
	}
	if in.BillingMode == "" && in.ProvisionedThroughput == nil && len(in.GlobalSecondaryIndexUpdates) == 0 &&
		in.StreamSpecification == nil && in.SSESpecification == nil && in.TableClass == "" && in.DeletionProtectionEnabled == nil {
		return errValidation("At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required")
	}
	return checkStream(in.StreamSpecification)
}

// updateTable validates everything and then changes the table; changed names an
// index that was made. Called with the table's lock held.
func (s *Service) updateTable(batch *store.Batch, t *table, in *UpdateTableInput) (changed string, err error) {
	mode, throughput := t.def.BillingMode, t.def.Throughput
	if in.BillingMode != "" || in.ProvisionedThroughput != nil {
		if in.BillingMode != "" {
			mode = in.BillingMode
		}
		throughput = in.ProvisionedThroughput
		if err := checkBilling(mode, throughput); err != nil {
			return "", err
		}
	}
	if in.StreamSpecification != nil {
		switch on := in.StreamSpecification.StreamEnabled; {
		case on && t.stream != nil:
			return "", errValidation("Table already has an enabled stream: TableName: %s", t.def.ID.Name)
		case !on && t.stream == nil:
			return "", errValidation("Table does not have a stream to disable: TableName: %s", t.def.ID.Name)
		}
	}
	if changed, err = t.updateIndexes(in); err != nil {
		return "", err
	}
	if mode != t.def.BillingMode {
		t.def.BillingChanged = s.clock.Now()
	}
	t.def.BillingMode, t.def.Throughput = mode, throughput
	if in.TableClass != "" {
		t.def.Class = in.TableClass
	}
	if in.SSESpecification != nil {
		t.def.SSE = in.SSESpecification
	}
	if in.DeletionProtectionEnabled != nil {
		t.def.DeletionProtection = *in.DeletionProtectionEnabled
	}
	if in.StreamSpecification != nil && in.StreamSpecification.StreamEnabled {
		s.enableStream(batch, t, in.StreamSpecification.StreamViewType)
	} else if in.StreamSpecification != nil {
		s.disableStream(batch, t)
	}
	return changed, nil
}

// updateIndexes makes, changes or removes one global index. Called with the
// table's lock held.
func (t *table) updateIndexes(in *UpdateTableInput) (changed string, err error) {
	if len(in.GlobalSecondaryIndexUpdates) == 0 {
		return "", nil
	}
	if len(in.GlobalSecondaryIndexUpdates) > 1 {
		return "", errValidation("Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table")
	}
	global, definitions := slices.Clone(t.def.Global), slices.Clone(t.def.Attributes)
	switch u := in.GlobalSecondaryIndexUpdates[0]; {
	case u.Create != nil && u.Update == nil && u.Delete == nil:
		if _, exists := t.index(u.Create.IndexName); exists {
			return "", errParameter("Attempting to create an index which already exists")
		}
		if err := u.Create.check(); err != nil {
			return "", err
		}
		for _, d := range in.AttributeDefinitions {
			if !slices.Contains(definitions, d) {
				definitions = append(definitions, d)
			}
		}
		global = append(global, *u.Create)
		if len(global) > maxGlobalIndexes {
			return "", errParameter("GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
		}
		if err := checkDefinitions(definitions, t.def.Keys, global, t.def.Local); err != nil {
			return "", err
		}
		t.def.Global, t.def.Attributes = global, definitions
		t.fill(newIndex(t, u.Create.IndexName, u.Create.KeySchema, u.Create.Projection, false))
		return u.Create.IndexName, nil
	case u.Delete != nil && u.Create == nil && u.Update == nil:
		i := slices.IndexFunc(global, func(g GlobalSecondaryIndex) bool { return g.IndexName == u.Delete.IndexName })
		if i < 0 {
			return "", errNoNamedIndex(u.Delete.IndexName)
		}
		t.def.Global = slices.Delete(global, i, i+1)
		t.indexes = slices.DeleteFunc(slices.Clone(t.indexes), func(ix *index) bool { return ix.name == u.Delete.IndexName })
		t.def.Attributes = t.usedDefinitions()
		return "", nil
	case u.Update != nil && u.Create == nil && u.Delete == nil:
		i := slices.IndexFunc(global, func(g GlobalSecondaryIndex) bool { return g.IndexName == u.Update.IndexName })
		if i < 0 {
			return "", errNoNamedIndex(u.Update.IndexName)
		}
		global[i].ProvisionedThroughput = u.Update.ProvisionedThroughput
		t.def.Global = global
		return "", nil
	}
	return "", errParameter("One of GlobalSecondaryIndexUpdate's Create, Update or Delete must be given")
}

// fill adds an index and backfills it. Items whose values do not fit the
// index's keys are left out, as on AWS.
func (t *table) fill(ix *index) {
	t.items.Scan(func(_ string, e *entry) bool {
		ix.replace(nil, e)
		return true
	})
	t.indexes = append(slices.Clone(t.indexes), ix)
}

// usedDefinitions are the attribute definitions that some key still needs.
func (t *table) usedDefinitions() []AttributeDefinition {
	return slices.DeleteFunc(slices.Clone(t.def.Attributes), func(d AttributeDefinition) bool {
		if t.schema.has(d.AttributeName) {
			return false
		}
		return !slices.ContainsFunc(t.indexes, func(ix *index) bool { return ix.schema.has(d.AttributeName) })
	})
}
