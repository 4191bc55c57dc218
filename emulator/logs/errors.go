package logs

import "github.com/anikeshk/cumin/emulator/internal/wire"

// Codes and texts as in the API Reference, "Errors" of each operation.

func errNoGroup() *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "The specified log group does not exist.")
}

func errNoStream() *wire.Error {
	return wire.Errorf(400, "ResourceNotFoundException", "The specified log stream does not exist.")
}

func errGroupExists() *wire.Error {
	return wire.Errorf(400, "ResourceAlreadyExistsException", "The specified log group already exists")
}

func errStreamExists() *wire.Error {
	return wire.Errorf(400, "ResourceAlreadyExistsException", "The specified log stream already exists")
}

func errInvalid(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidParameterException", format, args...)
}
