package kms

import "github.com/anikeshk/cumin/emulator/internal/wire"

// Codes and texts as in the API Reference, "Errors" of each operation.

func errNoKey(arn string) *wire.Error {
	return wire.Errorf(400, "NotFoundException", "Key '%s' does not exist", arn)
}

func errNoAlias(arn string) *wire.Error {
	return wire.Errorf(400, "NotFoundException", "Alias %s is not found.", arn)
}

func errDisabled(arn string) *wire.Error {
	return wire.Errorf(400, "DisabledException", "%s is disabled.", arn)
}

func errPending(arn string) *wire.Error {
	return wire.Errorf(400, "KMSInvalidStateException", "%s is pending deletion.", arn)
}

func errState(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "KMSInvalidStateException", format, args...)
}

func errUsage(k *Key, operation string) *wire.Error {
	return wire.Errorf(400, "InvalidKeyUsageException", "%s key usage is %s which is not valid for %s.", k.ARN, k.Usage, operation)
}

func errAlgorithm(k *Key, algorithm string) *wire.Error {
	return wire.Errorf(400, "InvalidKeyUsageException", "Algorithm %s and key spec %s are incompatible.", algorithm, k.Spec)
}

func errSignature() *wire.Error { return wire.Errorf(400, "KMSInvalidSignatureException", "") }

func errMac() *wire.Error { return wire.Errorf(400, "KMSInvalidMacException", "") }

func errCiphertext() *wire.Error { return wire.Errorf(400, "InvalidCiphertextException", "") }

func errWrongKey() *wire.Error {
	return wire.Errorf(400, "IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.")
}

func errValidation(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ValidationException", format, args...)
}

// errMember is the sentence for a member out of its range.
func errMember(value any, member, constraint string) *wire.Error {
	return errValidation("1 validation error detected: Value '%v' at '%s' failed to satisfy constraint: %s", value, member, constraint)
}

func errDryRun() *wire.Error {
	return wire.Errorf(400, "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
}

// errUnsupported refuses what AWS has and this package does not.
func errUnsupported(what string) *wire.Error {
	return wire.Errorf(400, "UnsupportedOperationException", "Cumin's embedded AWS does not support %s.", what)
}

// errUnsupportedKey refuses an operation that keys of this kind do not have.
func errUnsupportedKey(k *Key, operation string) *wire.Error {
	return wire.Errorf(400, "UnsupportedOperationException", "%s key spec is %s which is not valid for %s.", k.ARN, k.Spec, operation)
}
