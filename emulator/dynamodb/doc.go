// Package dynamodb is Amazon DynamoDB and DynamoDB Streams, embedded: tables
// with local and global secondary indexes, the expression language, batches,
// transactions, time to live, and streams.
//
// A table is one ordered structure by (hash of the partition key, partition
// key, sort key), and so is each of its indexes; a query is a walk over a
// contiguous range, on an index as on a table, and a scan sees partitions in
// hash order, as on AWS. Everything lives in memory; with a durable store each
// write is also kept before it is answered.
//
// Global indexes are updated in the same instant as the table, so reads from
// them are fresher than AWS promises; transactions are serialised by locks and
// conflict only where a Holder keeps them in flight. Throughput is described,
// not enforced.
//
// PartiQL's statements are translated to the same reads, conditions and writes;
// package internal/partiql only reads them.
//
// So are the legacy parameters (Expected, AttributeUpdates, KeyConditions,
// ScanFilter and kin).
//
// Not built, and refused by name: backups, global tables, exports and imports,
// Kinesis streaming, resource policies.
//
// Sources: Amazon DynamoDB API Reference and Developer Guide (read 2026-11);
// where they are silent, reports of real answers, cited beside the code.
package dynamodb
