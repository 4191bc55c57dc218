// Package kms keeps keys and works with them: symmetric encryption and data
// keys, RSA and elliptic-curve signatures, RSA encryption, HMAC; aliases, tags,
// key policies, disabling, and deletion by the emulator's clock. The mathematics
// is the standard library's, so a signature made here verifies anywhere.
//
// A ciphertext of a symmetric key is this package's own format (crypt.go): AWS's
// is not documented, and callers treat it as opaque. Key material never leaves
// the package; a folder that keeps an AWS keeps it in clear, as test data.
//
// Rotation of a key is a flag: what it would change cannot be seen from
// outside. Not built and refused by name: grants, multi-region keys, imported
// material, custom key stores, key pairs as data keys, secp256k1, SM2, ML-DSA
// and key agreement.
//
// Sources: KMS API Reference (2014-11-01); KMS Developer Guide, "Key spec
// reference".
package kms
