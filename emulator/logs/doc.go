// Package logs is as much of CloudWatch Logs as functions and templates need:
// log groups with their retention and tags, kept; and events, held in memory
// only, the newest per group up to a bound. Queries, filters by pattern,
// subscriptions and metrics are not built and refused by name.
//
// Source: CloudWatch Logs API Reference (2014-03-28).
package logs
