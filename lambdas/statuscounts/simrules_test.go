package main

import (
	"fmt"
	"math/rand/v2"

	"github.com/anikeshk/cumin/emulator/fault"
)

// What happens in a simulation besides the strikes of rules.
const (
	changesMade      = "changes: made"
	changesRefused   = "changes: refused, for their version was read from a stale index"
	tasksRestored    = "changes: deleted tasks restored"
	tasksTransferred = "changes: tasks moved to another project"
	tasksPurged      = "changes: items deleted"
	tasksExpired     = "changes: tasks expired by time to live"
	runs             = "runs: of the function"
	runsFailed       = "runs: failed, their batch bisected"
	runsLate         = "runs: given up, wrote on late"
	runsOvertaken    = "runs: of records that others overtook"
	runsInLanes      = "runs: beside others of the same shard"
	shardsSplit      = "shards: split"
	shardsRolled     = "shards: rolled over"
	clockJumps       = "clock: jumps of hours and days"
	pollsRestarted   = "mapping: stopped and started"
)

// everything must happen at least once, or the test shows nothing of it.
func everything() []string {
	all := []string{
		changesMade, changesRefused, tasksRestored, tasksTransferred, tasksPurged, tasksExpired,
		runs, runsFailed, runsLate, runsOvertaken, runsInLanes, shardsSplit, shardsRolled, clockJumps, pollsRestarted,
	}
	for _, r := range rules {
		all = append(all, nameOf(r))
	}
	return all
}

const (
	throttled = "ProvisionedThroughputExceededException"
	internal  = "InternalServerError"
	canceled  = "TransactionCanceledException"
	batchGet  = "dynamodb.BatchGetItem"
	transact  = "dynamodb.TransactWriteItems"
	put       = "dynamodb.PutItem"
)

// rules are all that can go wrong on AWS between a task and its count.
var rules = []fault.Rule{
	{Kind: fault.Duplicate, Target: counter},
	{Kind: fault.Replay, Target: counter},
	{Kind: fault.Reorder, Target: counter, Delay: "5s"},
	{Kind: fault.Kill, Target: counter, Point: fault.Start},
	{Kind: fault.Kill, Target: counter, Point: fault.AfterCall, Call: 1},
	{Kind: fault.Kill, Target: counter, Point: fault.AfterCall, Call: 2},
	{Kind: fault.Kill, Target: counter, Point: fault.AfterCall, Call: 3},
	{Kind: fault.Kill, Target: counter, Point: fault.End},
	{Kind: fault.Error, Target: batchGet, Code: throttled},
	{Kind: fault.Error, Target: batchGet, Code: internal, Status: 500},
	{Kind: fault.Error, Target: transact, Code: throttled},
	{Kind: fault.Error, Target: transact, Code: internal, Status: 500},
	{Kind: fault.Error, Target: transact, Code: "TransactionInProgressException"},
	{Kind: fault.Error, Target: transact, Code: canceled, Reason: "TransactionConflict"},
	{Kind: fault.Error, Target: transact, Code: canceled, Reason: "ThrottlingError"},
	{Kind: fault.Error, Target: put, Code: "TransactionConflictException"},
	{Kind: fault.Error, Target: put, Code: throttled},
	{Kind: fault.Lost, Target: batchGet},
	{Kind: fault.Lost, Target: transact},
	{Kind: fault.Lost, Target: put},
	{Kind: fault.Latency, Target: "dynamodb.*", Delay: "2ms"},
	{Kind: fault.Stale, Target: "test-tasks/recent"},
}

// mix takes most of the rules, each with a probability of its own.
func mix(dice *rand.Rand) []fault.Rule {
	var some []fault.Rule
	for _, r := range rules {
		if dice.IntN(4) > 0 {
			r.P = 0.02 + 0.2*dice.Float64()
			some = append(some, r)
		}
	}
	return some
}

// nameOf is the line of the figures for a rule.
func nameOf(r fault.Rule) string {
	switch r.Kind {
	case fault.Kill:
		if r.Point == fault.AfterCall {
			return fmt.Sprintf("fault: kill after call %d", r.Call)
		}
		return fmt.Sprintf("fault: kill at %s", r.Point)
	case fault.Error:
		if r.Reason != "" {
			return fmt.Sprintf("fault: error %s %s (%s)", r.Target, r.Code, r.Reason)
		}
		return fmt.Sprintf("fault: error %s %s", r.Target, r.Code)
	case fault.Lost, fault.Stale:
		return fmt.Sprintf("fault: %s %s", r.Kind, r.Target)
	default:
		return fmt.Sprintf("fault: %s", r.Kind)
	}
}
