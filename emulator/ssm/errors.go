package ssm

import "github.com/anikeshk/cumin/emulator/internal/wire"

// Codes and texts as in the API Reference, "Errors" of each operation.

func errNotFound() *wire.Error { return wire.Errorf(400, "ParameterNotFound", "") }

func errNoVersion(selector, name string) *wire.Error {
	return wire.Errorf(400, "ParameterVersionNotFound", "Systems Manager could not find version %s of %s. Verify the version and try again.", selector, name)
}

func errExists() *wire.Error {
	return wire.Errorf(400, "ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
}

func errPattern(pattern string) *wire.Error {
	return wire.Errorf(400, "ParameterPatternMismatchException", "Parameter value, cannot be validated against allowedPattern: %s", pattern)
}

func errValidation(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

func errFilter(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidFilterKey", format, args...)
}

func errToken() *wire.Error {
	return wire.Errorf(400, "InvalidNextToken", "The specified token isn't valid.")
}

// errUnsupported refuses what AWS has and this package does not.
func errUnsupported(what string) *wire.Error {
	return errValidation("Cumin's embedded AWS does not support %s.", what)
}
