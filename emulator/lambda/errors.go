package lambda

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The error catalogue. Codes and texts are those of the Lambda API Reference
// (2015-03-31), "Errors" of each operation, unless a line says otherwise.

func errNoFunction(arn string) *wire.Error {
	return wire.Errorf(404, "ResourceNotFoundException", "Function not found: %s", arn)
}

func errFunctionExists(name string) *wire.Error {
	return wire.Errorf(409, "ResourceConflictException", "Function already exist: %s", name) // AWS's grammar
}

func errInvalid(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidParameterValueException", format, args...)
}

// errConstraint is the validation framework's sentence for one bad member.
func errConstraint(value, member, constraint string) *wire.Error {
	return wire.Errorf(400, "ValidationException", "1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s", value, member, constraint)
}

// errUnsupported refuses a documented parameter that this package does not build.
func errUnsupported(what string) *wire.Error {
	return errInvalid("Cumin's embedded AWS does not support %s.", what)
}

func errReservedKeys(keys []string) *wire.Error {
	return errInvalid("Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: %s", strings.Join(keys, ", "))
}

func errZip(err error) *wire.Error {
	return errInvalid("Could not unzip uploaded file. Please check your file, then try to upload again. (%v)", err)
}

func errCodeObject(err error) *wire.Error {
	return errInvalid("Error occurred while GetObject. S3 Error: %v", err)
}

// What was used up when an invocation is throttled.
const (
	reservedUsedUp = "ReservedFunctionConcurrentInvocationLimitExceeded"
	accountUsedUp  = "ConcurrentInvocationLimitExceeded"
)

// errThrottled is AWS's answer when concurrency is used up.
func errThrottled(reason string) *wire.Error {
	e := wire.Errorf(429, "TooManyRequestsException", "Rate Exceeded.")
	e.Fields = map[string]any{"Reason": reason}
	return e
}

func errReservation(least int) *wire.Error {
	return errInvalid("Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [%d].", least)
}

// Versions and aliases.

func errRevision() *wire.Error {
	return wire.Errorf(412, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id")
}

func errQualified() *wire.Error {
	return errInvalid("This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.")
}

func errQualifiers() *wire.Error {
	return errInvalid("The derived qualifier from the function name does not match the specified qualifier.")
}

func errNoAlias(arn string) *wire.Error {
	return wire.Errorf(404, "ResourceNotFoundException", "Cannot find alias arn: %s", arn)
}

func errAliasExists(arn string) *wire.Error {
	return wire.Errorf(409, "ResourceConflictException", "Alias already exists: %s", arn)
}

func errVersionInUse(aliases []string) *wire.Error {
	return wire.Errorf(409, "ResourceConflictException", "Unable to delete version because the following aliases reference it: %s", sprintList(aliases))
}

// errVersionExists is CloudFormation's refusal of a second AWS::Lambda::Version
// of the same code and settings.
func errVersionExists(version string) *wire.Error {
	return wire.Errorf(409, "ResourceConflictException", "A version for this Lambda function exists ( %s ). Modify the function to create a new version.", version)
}

func errNoPolicy() *wire.Error {
	return wire.Errorf(404, "ResourceNotFoundException", "The resource you requested does not exist.")
}

func errNoStatement(id string) *wire.Error {
	return wire.Errorf(404, "ResourceNotFoundException", "Statement %s is not found in resource policy.", id)
}

func errStatementExists(id string) *wire.Error {
	return wire.Errorf(409, "ResourceConflictException", "The statement id (%s) provided already exists. Please provide a new statement id, or remove the existing statement.", id)
}

// errArchitecture has no counterpart on AWS, which has machines of both kinds.
func errArchitecture(name, wants, has string) *wire.Error {
	return wire.Errorf(502, "InvalidRuntimeException", "The function %s is built for %s, and this machine is %s: build it with CUMIN_ARCH=%s, or deploy it with Architectures [%s].", name, wants, has, has, has)
}

func errNotJSON(err error) *wire.Error {
	return wire.Errorf(400, "InvalidRequestContentException", "Could not parse request body into json: %v", err)
}

// errPayload is Invoke's answer to an event that is too large; its text is known
// from public issues.
func errPayload(bytes, limit int, kind string) *wire.Error {
	return wire.Errorf(413, "RequestEntityTooLargeException", "%d byte payload is too large for the %s invocation type (limit %d bytes)", bytes, kind, limit)
}

// errRequest is the answer to any other request that is too large.
func errRequest(limit int64) *wire.Error {
	return wire.Errorf(413, "RequestEntityTooLargeException", "Request must be smaller than %d bytes", limit)
}

func errShuttingDown() *wire.Error {
	return wire.Errorf(503, "ServiceUnavailableException", "The embedded AWS is stopping.")
}

func errNoAsync(arn string) *wire.Error {
	return wire.Errorf(404, "ResourceNotFoundException", "The function %s doesn't have an EventInvokeConfig", arn)
}

// Event source mappings (fact 21).

func errNoMapping() *wire.Error {
	return wire.Errorf(404, "ResourceNotFoundException", "The resource you requested does not exist.")
}

func errMappingExists(kind, source, function, uuid string) *wire.Error {
	return wire.Errorf(409, "ResourceConflictException", `An event source mapping with %s arn (" %s ") and function (" %s ") already exists. Please update or delete the existing mapping with UUID %s`, kind, source, function, uuid)
}
