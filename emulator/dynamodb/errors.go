package dynamodb

import (
	"fmt"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The error catalogue: one constructor per AWS error. Codes are those of the
// Amazon DynamoDB API Reference (read 2026-11); texts that it does not give are
// those of public reports of real answers.

// errValidation: the request cannot be served whatever the tables hold.
func errValidation(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

// errParameter: a value does not fit its table.
func errParameter(format string, args ...any) *wire.Error {
	return errValidation("One or more parameter values were invalid: "+format, args...)
}

// errNoTable: the data plane's answer about a table that does not exist.
func errNoTable() *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "Requested resource not found")
}

// errNoNamedTable: the control plane's answer about a table that does not exist.
func errNoNamedTable(name string) *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "Requested resource not found: Table: %s not found", name)
}

// errNoIndex: Query or Scan names an index the table lacks.
func errNoIndex(name string) *wire.Error {
	return errValidation("The table does not have the specified index: %s", name)
}

// errTableExists: CreateTable with a name in use.
func errTableExists(name string) *wire.Error {
	return wire.Errorf(400, "ResourceInUseException", "Table already exists: %s", name)
}

// errKeySchema: a key with attributes missing, surplus or of the wrong type.
func errKeySchema() *wire.Error {
	return errValidation("The provided key element does not match the schema")
}

const conditionFailed = "ConditionalCheckFailedException"

// errConditionFailed: item is the present item when the request asked for it.
func errConditionFailed(item attr.Item) *wire.Error {
	e := wire.Errorf(400, conditionFailed, "The conditional request failed")
	if item != nil {
		e.Fields = map[string]any{"Item": item}
	}
	return e
}

// errCanceled: reasons stand in the order of the transaction's actions.
func errCanceled(reasons []cancellationReason) *wire.Error {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = r.Code
	}
	e := wire.Errorf(400, "TransactionCanceledException",
		"Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", strings.Join(codes, ", "))
	e.Fields = map[string]any{"CancellationReasons": reasons}
	return e
}

// errIdempotentMismatch: a client token came again with another request.
func errIdempotentMismatch() *wire.Error {
	return wire.Errorf(400, "IdempotentParameterMismatchException", "Request contains parameters that differ from the first request with the same client token")
}

// errNoStream: a stream ARN that names nothing.
func errNoStream(arn string) *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "Requested resource not found: Stream: %s not found", arn)
}

// errNoShard: a shard the stream does not have.
func errNoShard(shard, arn string) *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "Requested resource not found: Shard: %s in Stream: %s not found", shard, arn)
}

// errTrimmed: the position asked for is older than 24 hours.
func errTrimmed() *wire.Error {
	return wire.Errorf(400, "TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard.")
}

// errExpiredIterator: iterators live for 15 minutes.
func errExpiredIterator() *wire.Error {
	return wire.Errorf(400, "ExpiredIteratorException", "Iterator expired: The iterator was created more than 15 minutes ago.")
}

// constraints collects what is wrong with single members of a request.
type constraints []string

// add records that the member's value breaks a rule; value is printed quoted,
// a nil one as null.
func (c *constraints) add(value any, member, rule string) {
	text := "null"
	if value != nil {
		text = fmt.Sprintf("'%v'", value)
	}
	*c = append(*c, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", text, member, rule))
}

// oneOf records a value outside an enumeration; empty stands for absent.
func (c *constraints) oneOf(value, member string, allowed ...string) {
	if value == "" {
		return
	}
	for _, a := range allowed {
		if a == value {
			return
		}
	}
	c.add(value, member, "Member must satisfy enum value set: ["+strings.Join(allowed, ", ")+"]")
}

// err is the one error for all that was recorded, nil when nothing was.
func (c constraints) err() error {
	switch len(c) {
	case 0:
		return nil
	case 1:
		return errValidation("1 validation error detected: %s", c[0])
	}
	return errValidation("%d validation errors detected: %s", len(c), strings.Join(c, "; "))
}

// errNoNamedIndex: UpdateTable names an index the table lacks.
func errNoNamedIndex(name string) *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "Requested resource not found: Index: %s not found", name)
}

// errOneOperation: an item twice in one transaction, writing or reading.
// Source: API reference, TransactWriteItems; seen for TransactGetItems too.
func errOneOperation() *wire.Error {
	return errValidation("Transaction request cannot include multiple operations on one item")
}

// errDuplicateItem: an INSERT of an item that is there. Source: API Reference,
// ExecuteStatement.
func errDuplicateItem() *wire.Error {
	return wire.Errorf(400, "DuplicateItemException", "Duplicate primary key exists in table")
}

// errIndexInTransaction: a PartiQL transaction reads an index.
func errIndexInTransaction() *wire.Error {
	return errValidation("Reads on indices are not supported within transactions.")
}

// ongoing is the message about an item that a transaction has.
const ongoing = "Transaction is ongoing for the item"

// errTransactionConflict: a write meets a transaction in flight. Source: API
// Reference, PutItem.
func errTransactionConflict() *wire.Error {
	return wire.Errorf(400, "TransactionConflictException", ongoing)
}

// errTransactionInProgress: a transaction comes again, under its token, before
// the first one has ended. Source: API Reference, TransactWriteItems.
func errTransactionInProgress() *wire.Error {
	return wire.Errorf(400, "TransactionInProgressException", "The transaction with the given request token is already in progress.")
}
