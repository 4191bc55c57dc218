package dynamodb

// The control plane's shapes, named and spelt as in the API Reference. Members
// that are not here are refused by name.

// KeySchemaElement names one attribute of a key; KeyType is HASH or RANGE.
type KeySchemaElement struct{ AttributeName, KeyType string }

// AttributeDefinition gives a key attribute its type: S, N or B.
type AttributeDefinition struct{ AttributeName, AttributeType string }

// Projection says what an index holds: ALL, KEYS_ONLY or INCLUDE.
type Projection struct {
	ProjectionType   string
	NonKeyAttributes []string `json:",omitempty"`
}

// ProvisionedThroughput is stored and described; nothing is throttled by it.
type ProvisionedThroughput struct{ ReadCapacityUnits, WriteCapacityUnits int64 }

// GlobalSecondaryIndex declares an index with a key of its own.
type GlobalSecondaryIndex struct {
	IndexName             string
	KeySchema             []KeySchemaElement
	Projection            *Projection
	ProvisionedThroughput *ProvisionedThroughput `json:",omitempty"`
}

// LocalSecondaryIndex declares an index with the table's partition key and
// another sort key.
type LocalSecondaryIndex struct {
	IndexName  string
	KeySchema  []KeySchemaElement
	Projection *Projection
}

// StreamSpecification turns the stream on with a view type, or off.
type StreamSpecification struct {
	StreamEnabled  bool
	StreamViewType string `json:",omitempty"`
}

// SSESpecification is stored and described; data at rest is not encrypted.
type SSESpecification struct {
	Enabled        *bool  `json:",omitempty"`
	SSEType        string `json:",omitempty"`
	KMSMasterKeyId string `json:",omitempty"`
}

// Tag is a label of a table.
type Tag struct{ Key, Value string }

// CreateTableInput is the request of CreateTable.
type CreateTableInput struct {
	TableName                 string
	AttributeDefinitions      []AttributeDefinition
	KeySchema                 []KeySchemaElement
	BillingMode               string
	ProvisionedThroughput     *ProvisionedThroughput
	GlobalSecondaryIndexes    []GlobalSecondaryIndex
	LocalSecondaryIndexes     []LocalSecondaryIndex
	StreamSpecification       *StreamSpecification
	SSESpecification          *SSESpecification
	TableClass                string
	DeletionProtectionEnabled bool
	Tags                      []Tag
}

// CreateTableOutput is the answer of CreateTable.
type CreateTableOutput struct{ TableDescription *TableDescription }

// DeleteTableInput is the request of DeleteTable.
type DeleteTableInput struct{ TableName string }

// DeleteTableOutput is the answer of DeleteTable.
type DeleteTableOutput struct{ TableDescription *TableDescription }

// DescribeTableInput is the request of DescribeTable.
type DescribeTableInput struct{ TableName string }

// DescribeTableOutput is the answer of DescribeTable.
type DescribeTableOutput struct{ Table *TableDescription }

// ListTablesInput is the request of ListTables.
type ListTablesInput struct {
	ExclusiveStartTableName string
	Limit                   *int
}

// ListTablesOutput is the answer of ListTables.
type ListTablesOutput struct {
	TableNames             []string
	LastEvaluatedTableName string `json:",omitempty"`
}

// UpdateTableInput is the request of UpdateTable.
type UpdateTableInput struct {
	TableName                   string
	AttributeDefinitions        []AttributeDefinition
	BillingMode                 string
	ProvisionedThroughput       *ProvisionedThroughput
	GlobalSecondaryIndexUpdates []GlobalSecondaryIndexUpdate
	StreamSpecification         *StreamSpecification
	SSESpecification            *SSESpecification
	TableClass                  string
	DeletionProtectionEnabled   *bool
}

// GlobalSecondaryIndexUpdate holds exactly one of its members.
type GlobalSecondaryIndexUpdate struct {
	Create *GlobalSecondaryIndex
	Update *IndexThroughput
	Delete *struct{ IndexName string }
}

// IndexThroughput changes the units of a global index.
type IndexThroughput struct {
	IndexName             string
	ProvisionedThroughput *ProvisionedThroughput
}

// UpdateTableOutput is the answer of UpdateTable.
type UpdateTableOutput struct{ TableDescription *TableDescription }

// TableDescription is what AWS tells about a table; times are seconds.
type TableDescription struct {
	TableName                 string
	TableArn                  string
	TableId                   string
	TableStatus               string
	CreationDateTime          float64
	AttributeDefinitions      []AttributeDefinition
	KeySchema                 []KeySchemaElement
	ItemCount                 int64
	TableSizeBytes            int64
	ProvisionedThroughput     ThroughputDescription
	BillingModeSummary        *BillingModeSummary  `json:",omitempty"`
	GlobalSecondaryIndexes    []IndexDescription   `json:",omitempty"`
	LocalSecondaryIndexes     []IndexDescription   `json:",omitempty"`
	StreamSpecification       *StreamSpecification `json:",omitempty"`
	LatestStreamArn           string               `json:",omitempty"`
	LatestStreamLabel         string               `json:",omitempty"`
	SSEDescription            *SSEDescription      `json:",omitempty"`
	TableClassSummary         *TableClassSummary   `json:",omitempty"`
	DeletionProtectionEnabled bool
}

// ThroughputDescription is provisioned throughput as described.
type ThroughputDescription struct {
	NumberOfDecreasesToday                int64
	ReadCapacityUnits, WriteCapacityUnits int64
}

// BillingModeSummary is present for on-demand tables.
type BillingModeSummary struct {
	BillingMode                       string
	LastUpdateToPayPerRequestDateTime float64
}

// TableClassSummary is present when a class was chosen.
type TableClassSummary struct{ TableClass string }

// SSEDescription is present when encryption was asked for.
type SSEDescription struct {
	Status          string
	SSEType         string `json:",omitempty"`
	KMSMasterKeyArn string `json:",omitempty"`
}

// IndexDescription is what AWS tells about an index.
type IndexDescription struct {
	IndexName             string
	IndexArn              string
	IndexStatus           string `json:",omitempty"` // global ones only
	KeySchema             []KeySchemaElement
	Projection            *Projection
	ItemCount             int64
	IndexSizeBytes        int64
	ProvisionedThroughput *ThroughputDescription `json:",omitempty"`
}
