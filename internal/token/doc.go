// Package token issues and verifies Cumin's tokens (SECURITY §3.1–3.3). It is
// the only importer of the JWT library.
//
// Access tokens are JWTs: ES256, typ at+jwt, minutes long, nothing personal
// inside. An Issuer signs through crypto.Signer; a Verifier checks them against
// published keys (JWKS) and the list of recent revocations, without a lookup
// per request. Refresh tokens are opaque strings that only the auth service
// reads; this package is their codec and derives their successors.
//
// Refusals are *cumin.Error with token_missing, token_expired, token_invalid,
// session_revoked, or unavailable while no key could be fetched.
//
// Sources: RFC 7515, 7517, 7638, 8725, 9068; FAPI 2.0 on refresh rotation.
package token
