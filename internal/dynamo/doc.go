// Package dynamo keeps the domain in DynamoDB: keys.go names every table, key
// and index, each entity has a file with its codec and its store. It is the
// one implementation of the store interfaces in internal/cumin; its tests run
// on the embedded AWS.
package dynamo
