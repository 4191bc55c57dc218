package dynamodb

import "github.com/anikeshk/cumin/emulator/internal/wire"

// ops is the support matrix of DynamoDB.
func (s *Service) ops() wire.Ops {
	return wire.Ops{
		"BatchExecuteStatement":     dataOp(s.batchExecuteStatement),
		"BatchGetItem":              dataOp(s.batchGetItem),
		"BatchWriteItem":            dataOp(s.batchWriteItem),
		"CreateTable":               wire.Op(s.CreateTable),
		"DeleteItem":                dataOp(s.deleteItem),
		"DeleteTable":               wire.Op(s.DeleteTable),
		"DescribeContinuousBackups": wire.Op(s.DescribeContinuousBackups),
		"DescribeEndpoints":         wire.Op(s.describeEndpoints),
		"DescribeLimits":            wire.Op(s.describeLimits),
		"DescribeTable":             wire.Op(s.DescribeTable),
		"DescribeTimeToLive":        wire.Op(s.DescribeTimeToLive),
		"ExecuteStatement":          dataOp(s.executeStatement),
		"ExecuteTransaction":        dataOp(s.executeTransaction),
		"GetItem":                   dataOp(s.getItem),
		"ListTables":                wire.Op(s.ListTables),
		"ListTagsOfResource":        wire.Op(s.ListTagsOfResource),
		"PutItem":                   dataOp(s.putItem),
		"Query":                     dataOp(s.query),
		"Scan":                      dataOp(s.scan),
		"TagResource":               wire.Op(s.TagResource),
		"TransactGetItems":          dataOp(s.transactGetItems),
		"TransactWriteItems":        dataOp(s.transactWriteItems),
		"UntagResource":             wire.Op(s.UntagResource),
		"UpdateContinuousBackups":   wire.Op(s.UpdateContinuousBackups),
		"UpdateItem":                dataOp(s.updateItem),
		"UpdateTable":               wire.Op(s.UpdateTable),
		"UpdateTimeToLive":          wire.Op(s.UpdateTimeToLive),
	}
}

// streamOps is the support matrix of DynamoDB Streams.
func (s *Service) streamOps() wire.Ops {
	return wire.Ops{
		"DescribeStream":   wire.Op(s.describeStream),
		"GetRecords":       wire.Op(s.getRecords),
		"GetShardIterator": wire.Op(s.getShardIterator),
		"ListStreams":      wire.Op(s.listStreams),
	}
}

// Operations returns the names of the supported operations of DynamoDB.
func (s *Service) Operations() []string { return s.data.Ops.Names() }

// StreamOperations returns those of DynamoDB Streams.
func (s *Service) StreamOperations() []string { return s.streamAPI.Ops.Names() }
