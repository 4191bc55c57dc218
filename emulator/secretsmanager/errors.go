package secretsmanager

import "github.com/anikeshk/cumin/emulator/internal/wire"

// Codes and texts as in the API Reference, "Errors" of each operation.

func errNotFound() *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

func errNoValue(what, which string) *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for %s: %s", what, which)
}

func errExists(name string) *wire.Error {
	return wire.Errorf(400, "ResourceExistsException", "The operation failed because the secret %s already exists.", name)
}

func errToken(token, arn string) *wire.Error {
	return wire.Errorf(400, "ResourceExistsException", "You can't use ClientRequestToken %s because that value is already in use for a version of secret %s.", token, arn)
}

func errDeleted() *wire.Error {
	return wire.Errorf(400, "InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.")
}

func errRequest(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidRequestException", format, args...)
}

func errParameter(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidParameterException", format, args...)
}

// errUnsupported refuses what AWS has and this package does not.
func errUnsupported(what string) *wire.Error {
	return errParameter("Cumin's embedded AWS does not support %s.", what)
}
