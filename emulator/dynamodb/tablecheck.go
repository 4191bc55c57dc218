package dynamodb

import (
	"fmt"
	"slices"
	"strings"
)

// Limits of tables and indexes. Source: Developer Guide, "Service, account, and
// table quotas" (read 2026-11).
const (
	maxGlobalIndexes  = 20
	maxLocalIndexes   = 5
	maxIndexKeyParts  = 4 // per partition and per sort key, since 2025-11
	maxProjectedNames = 100
)

func (in *CreateTableInput) check() error {
	if err := checkTableName(in.TableName); err != nil {
		return err
	}
	if len(in.TableName) < 3 || len(in.TableName) > 255 {
		return errValidation("TableName must be at least 3 characters long and at most 255 characters long")
	}
	var c constraints
	if in.AttributeDefinitions == nil {
		c.add(nil, "attributeDefinitions", "Member must not be null")
	}
	if in.KeySchema == nil {
		c.add(nil, "keySchema", "Member must not be null")
	}
	c.oneOf(in.BillingMode, "billingMode", "PROVISIONED", "PAY_PER_REQUEST")
	c.oneOf(in.TableClass, "tableClass", "STANDARD", "STANDARD_INFREQUENT_ACCESS")
	checkAttributes(&c, in.AttributeDefinitions)
	if err := c.err(); err != nil {
		return err
	}
	if err := checkBilling(in.BillingMode, in.ProvisionedThroughput); err != nil {
		return err
	}
	if err := checkKeys(in.KeySchema, 1); err != nil {
		return err
	}
	if err := in.checkIndexes(); err != nil {
		return err
	}
	if err := checkDefinitions(in.AttributeDefinitions, in.KeySchema, in.GlobalSecondaryIndexes, in.LocalSecondaryIndexes); err != nil {
		return err
	}
	return checkStream(in.StreamSpecification)
}

func checkAttributes(c *constraints, definitions []AttributeDefinition) {
	for i, d := range definitions {
		if d.AttributeName == "" || len(d.AttributeName) > 255 {
			c.add(d.AttributeName, fmt.Sprintf("attributeDefinitions.%d.member.attributeName", i+1), "Member must have length between 1 and 255")
		}
		if d.AttributeType == "" {
			c.add(nil, fmt.Sprintf("attributeDefinitions.%d.member.attributeType", i+1), "Member must not be null")
		}
		c.oneOf(d.AttributeType, fmt.Sprintf("attributeDefinitions.%d.member.attributeType", i+1), "B", "N", "S")
	}
}

func checkBilling(mode string, p *ProvisionedThroughput) error {
	if mode == "PAY_PER_REQUEST" {
		if p != nil && (p.ReadCapacityUnits != 0 || p.WriteCapacityUnits != 0) {
			return errParameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		return nil
	}
	if p == nil {
		return errParameter("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	var c constraints
	if p.ReadCapacityUnits < 1 {
		c.add(p.ReadCapacityUnits, "provisionedThroughput.readCapacityUnits", "Member must have value greater than or equal to 1")
	}
	if p.WriteCapacityUnits < 1 {
		c.add(p.WriteCapacityUnits, "provisionedThroughput.writeCapacityUnits", "Member must have value greater than or equal to 1")
	}
	return c.err()
}

// checkKeys validates a key schema of up to parts partition and parts sort
// attributes.
func checkKeys(keys []KeySchemaElement, parts int) error {
	hash, sort := 0, 0
	names := map[string]bool{}
	for i, k := range keys {
		if names[k.AttributeName] {
			return errValidation("Both the Hash Key and the Range Key element in the KeySchema have the same name")
		}
		names[k.AttributeName] = true
		switch k.KeyType {
		case "HASH":
			hash++
			if sort > 0 {
				return errValidation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
			}
		case "RANGE":
			sort++
			if i == 0 {
				return errValidation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
			}
		default:
			var c constraints
			c.add(k.KeyType, fmt.Sprintf("keySchema.%d.member.keyType", i+1), "Member must satisfy enum value set: [HASH, RANGE]")
			return c.err()
		}
	}
	switch {
	case hash == 0:
		return errValidation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
	case hash > parts && parts == 1:
		return errValidation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type")
	case hash > parts || sort > parts:
		return errParameter("Too many KeySchemaElements: at most %d of each KeyType", parts)
	}
	return nil
}

func (in *CreateTableInput) checkIndexes() error {
	if len(in.GlobalSecondaryIndexes) > maxGlobalIndexes {
		return errParameter("GlobalSecondaryIndex count exceeds the per-table limit of %d", maxGlobalIndexes)
	}
	if len(in.LocalSecondaryIndexes) > maxLocalIndexes {
		return errParameter("Number of LocalSecondaryIndexes exceeds per-table limit of %d", maxLocalIndexes)
	}
	if in.GlobalSecondaryIndexes != nil && len(in.GlobalSecondaryIndexes) == 0 {
		return errParameter("List of GlobalSecondaryIndexes is empty")
	}
	if in.LocalSecondaryIndexes != nil && len(in.LocalSecondaryIndexes) == 0 {
		return errParameter("List of LocalSecondaryIndexes is empty")
	}
	names := map[string]bool{}
	for _, g := range in.GlobalSecondaryIndexes {
		if err := g.check(); err != nil {
			return err
		}
		if names[g.IndexName] {
			return errParameter("Duplicate index name: %s", g.IndexName)
		}
		names[g.IndexName] = true
	}
	for _, l := range in.LocalSecondaryIndexes {
		if err := l.check(in.KeySchema); err != nil {
			return err
		}
		if names[l.IndexName] {
			return errParameter("Duplicate index name: %s", l.IndexName)
		}
		names[l.IndexName] = true
	}
	return nil
}

func (g *GlobalSecondaryIndex) check() error {
	if err := checkIndex(g.IndexName, g.Projection); err != nil {
		return err
	}
	return checkKeys(g.KeySchema, maxIndexKeyParts)
}

func (l *LocalSecondaryIndex) check(table []KeySchemaElement) error {
	if err := checkIndex(l.IndexName, l.Projection); err != nil {
		return err
	}
	if err := checkKeys(l.KeySchema, 1); err != nil {
		return err
	}
	switch {
	case len(table) < 2:
		return errParameter("Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex")
	case len(l.KeySchema) < 2:
		return errParameter("Index KeySchema does not have a range key for index: %s", l.IndexName)
	case l.KeySchema[0].AttributeName != table[0].AttributeName:
		return errParameter("Index KeySchema does not have the same leading hash key as table KeySchema for index: %s. index hash key: %s, table hash key: %s",
			l.IndexName, l.KeySchema[0].AttributeName, table[0].AttributeName)
	}
	return nil
}

func checkIndex(name string, p *Projection) error {
	var c constraints
	switch {
	case name == "":
		c.add(nil, "indexName", "Member must not be null")
	case !isName(name):
		c.add(name, "indexName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	case len(name) < 3 || len(name) > 255:
		c.add(name, "indexName", "Member must have length between 3 and 255")
	}
	if p == nil {
		c.add(nil, "projection", "Member must not be null")
	} else {
		c.oneOf(p.ProjectionType, "projection.projectionType", "ALL", "INCLUDE", "KEYS_ONLY")
	}
	if err := c.err(); err != nil {
		return err
	}
	switch {
	case p.ProjectionType == "":
		return errParameter("Unknown ProjectionType: null")
	case p.ProjectionType == "INCLUDE" && len(p.NonKeyAttributes) == 0:
		return errParameter("ProjectionType is INCLUDE, but NonKeyAttributes is not specified")
	case p.ProjectionType != "INCLUDE" && len(p.NonKeyAttributes) > 0:
		return errParameter("ProjectionType is %s, but NonKeyAttributes is specified", p.ProjectionType)
	case len(p.NonKeyAttributes) > maxProjectedNames:
		return errParameter("NonKeyAttributes exceeds the limit of %d", maxProjectedNames)
	}
	return nil
}

// checkDefinitions wants every key attribute defined once and nothing else
// defined.
func checkDefinitions(definitions []AttributeDefinition, keys []KeySchemaElement, global []GlobalSecondaryIndex, local []LocalSecondaryIndex) error {
	defined := map[string]bool{}
	for _, d := range definitions {
		if defined[d.AttributeName] {
			return errParameter("Cannot have two attributes with the same name: %s", d.AttributeName)
		}
		defined[d.AttributeName] = true
	}
	used := map[string]bool{}
	all := slices.Clone(keys)
	for _, g := range global {
		all = append(all, g.KeySchema...)
	}
	for _, l := range local {
		all = append(all, l.KeySchema...)
	}
	for _, k := range all {
		if !defined[k.AttributeName] {
			return errParameter("Some index key attributes are not defined in AttributeDefinitions. Keys: [%s], AttributeDefinitions: [%s]", k.AttributeName, definedNames(definitions))
		}
		used[k.AttributeName] = true
	}
	if len(used) != len(defined) {
		return errParameter("Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions")
	}
	return nil
}

func definedNames(definitions []AttributeDefinition) string {
	names := make([]string, len(definitions))
	for i, d := range definitions {
		names[i] = d.AttributeName
	}
	return strings.Join(names, ", ")
}

func checkStream(spec *StreamSpecification) error {
	if spec == nil {
		return nil
	}
	var c constraints
	c.oneOf(spec.StreamViewType, "streamSpecification.streamViewType", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
	if err := c.err(); err != nil {
		return err
	}
	if spec.StreamEnabled && spec.StreamViewType == "" {
		return errParameter("StreamViewType is required when StreamEnabled is true")
	}
	if !spec.StreamEnabled && spec.StreamViewType != "" {
		return errParameter("StreamViewType cannot be specified when StreamEnabled is false")
	}
	return nil
}
