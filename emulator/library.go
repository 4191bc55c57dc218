package emulator

import (
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/lambda"
)

// Faults is the rules by which this AWS misbehaves on purpose; none at first.
func (a *AWS) Faults() *fault.Set { return a.faults }

// HandleFunction adds a Lambda function that runs h inside this process, for
// tests, and returns its ARN. Event source mappings may name it like any other.
func (a *AWS) HandleFunction(name string, h lambda.Handler) (arn string, err error) {
	return a.lambda.HandleFunc(name, h)
}

// SplitShard closes an open shard of a table's stream and gives it two
// children, which AWS does by itself when a partition grows.
func (a *AWS) SplitShard(streamARN, shardID string) error {
	return a.dynamodb.SplitShard(streamARN, shardID)
}

// Drained reports whether a function has handled everything that its stream
// mappings have to give it by now. While a retry waits, it has not: advance the clock.
func (a *AWS) Drained(function string) (bool, error) { return a.lambda.Drained(function) }

// KillFunction kills the function's running processes and returns how many
// there were.
func (a *AWS) KillFunction(name string) int { return a.lambda.KillProcesses(name) }

// FunctionLog returns the lines in a function's default log group, the
// platform's START, END and REPORT among them, in order of arrival.
func (a *AWS) FunctionLog(name string) []string {
	return a.logs.Lines(wire.DefaultAccount, wire.DefaultRegion, "/aws/lambda/"+name)
}
