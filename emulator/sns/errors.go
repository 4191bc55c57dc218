package sns

import "github.com/anikeshk/cumin/emulator/internal/wire"

// Codes and texts as in the API Reference, "Errors" of each operation.

func errNoTopic() *wire.Error { return wire.Errorf(404, "NotFound", "Topic does not exist") }

func errNoSubscription() *wire.Error {
	return wire.Errorf(404, "NotFound", "Subscription does not exist")
}

func errParameter(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidParameter", "Invalid parameter: "+format, args...)
}

func errBatch(code, format string, args ...any) *wire.Error {
	return wire.Errorf(400, code, format, args...)
}

// errUnsupported refuses what AWS has and this package does not.
func errUnsupported(what string) *wire.Error {
	return wire.Errorf(400, "InvalidParameter", "Cumin's embedded AWS does not support %s.", what)
}
