package sqs

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The catalogue of SQS's refusals. Each names the code of the JSON protocol and,
// where it differs, the older one of the query protocol (API Reference, "Errors"
// of each action; SQS-1).

const legacy = "AWS.SimpleQueueService."

func refuse(code, queryCode, format string, args ...any) *wire.Error {
	e := wire.Errorf(400, code, format, args...)
	e.QueryCode = queryCode
	return e
}

func errNoQueue() *wire.Error {
	return refuse("QueueDoesNotExist", legacy+"NonExistentQueue", "The specified queue does not exist.")
}

func errQueueExists(attribute string) *wire.Error {
	return refuse("QueueNameExists", "QueueAlreadyExists", "A queue already exists with the same name and a different value for attribute %s", attribute)
}

func errDeletedRecently() *wire.Error {
	return refuse("QueueDeletedRecently", legacy+"QueueDeletedRecently", "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
}

func errPurging(queue string) *wire.Error {
	return refuse("PurgeQueueInProgress", legacy+"PurgeQueueInProgress", "Only one PurgeQueue operation on %s is allowed every 60 seconds.", queue)
}

func errMissing(parameter string) *wire.Error {
	return refuse("MissingRequiredParameterException", "MissingParameter", "The request must contain the parameter %s.", parameter)
}

// errValue is InvalidParameterValue with AWS's usual sentence.
func errValue(value any, parameter, reason string) *wire.Error {
	return refuse("InvalidParameterValueException", "InvalidParameterValue", "Value %v for parameter %s is invalid. Reason: %s", value, parameter, reason)
}

// errParameters is InvalidParameterValue in words of its own.
func errParameters(format string, args ...any) *wire.Error {
	return refuse("InvalidParameterValueException", "InvalidParameterValue", format, args...)
}

func errAttributeName(name string) *wire.Error {
	return refuse("InvalidAttributeName", "InvalidAttributeName", "Unknown Attribute %s.", name)
}

func errAttributeValue(name, reason string) *wire.Error {
	text := "Invalid value for the parameter " + name + "."
	if reason != "" {
		text += " Reason: " + reason
	}
	return refuse("InvalidAttributeValue", "InvalidAttributeValue", "%s", text)
}

func errHandle(handle string) *wire.Error {
	return refuse("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle \"%s\" is not a valid receipt handle.", handle)
}

// errHandleExpired answers a FIFO queue's consumer that comes too late (SQS-4).
func errHandleExpired(handle string) *wire.Error {
	return errValue(handle, "ReceiptHandle", "The receipt handle has expired.")
}

func errNotInFlight() *wire.Error {
	return refuse("MessageNotInflight", legacy+"MessageNotInflight", "The specified message isn't in flight.")
}

// errUnavailable answers for a message that is gone or has a newer receipt.
func errUnavailable(handle string) *wire.Error {
	return errValue(handle, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.")
}

func errOverLimit() *wire.Error {
	return refuse("OverLimit", "OverLimit", "Too many messages in flight.")
}

func errContents(r rune) *wire.Error {
	return refuse("InvalidMessageContents", "InvalidMessageContents", "Invalid binary character '#x%X' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF", r)
}

func errEmptyBatch(entry string) *wire.Error {
	return refuse("EmptyBatchRequest", legacy+"EmptyBatchRequest", "There should be at least one %s in the request.", entry)
}

func errBatchCount(n int) *wire.Error {
	return refuse("TooManyEntriesInBatchRequest", legacy+"TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", maxBatch, n)
}

func errBatchRepeated(id string) *wire.Error {
	return refuse("BatchEntryIdsNotDistinct", legacy+"BatchEntryIdsNotDistinct", "Id %s repeated.", id)
}

func errBatchID() *wire.Error {
	return refuse("InvalidBatchEntryId", legacy+"InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
}

func errBatchTooLong(sent int) *wire.Error {
	return refuse("BatchRequestTooLong", legacy+"BatchRequestTooLong", "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxMessageBytes, sent)
}

func errNoResource(format string, args ...any) *wire.Error {
	return refuse("ResourceNotFoundException", "ResourceNotFoundException", format, args...)
}

func errUnsupported(format string, args ...any) *wire.Error {
	return refuse("UnsupportedOperation", legacy+"UnsupportedOperation", format, args...)
}

// batchCode is the code of a failed entry of a batch: AWS uses the query
// protocol's spelling there in both protocols.
func batchCode(e *wire.Error) string {
	if e.QueryCode != "" {
		return e.QueryCode
	}
	return strings.TrimSuffix(e.Code, "Exception")
}
