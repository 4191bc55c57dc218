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

// errThrottled is AWS's answer when reserved concurrency is used up.
func errThrottled() *wire.Error {
	e := wire.Errorf(429, "TooManyRequestsException", "Rate Exceeded.")
	e.Fields = map[string]any{"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"}
	return e
}

// errArchitecture has no counterpart on AWS, which has machines of both kinds.
func errArchitecture(name, wants, has string) *wire.Error {
	return wire.Errorf(502, "InvalidRuntimeException", "The function %s is built for %s, and this machine is %s: build it with CUMIN_ARCH=%s, or deploy it with Architectures [%s].", name, wants, has, has, has)
}

func errNotJSON(err error) *wire.Error {
	return wire.Errorf(400, "InvalidRequestContentException", "Could not parse request body into json: %v", err)
}

func errTooLarge(bytes, limit int) *wire.Error {
	return wire.Errorf(413, "RequestEntityTooLargeException", "%d byte payload is too large for the RequestResponse invocation type (limit %d bytes)", bytes, limit)
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
