package cumin

import (
	"errors"
	"fmt"
)

// Code is the stable, machine-readable reason of a refusal. Codes are wire
// vocabulary shared with the web client; internal/httpapi maps each to an
// HTTP status in one table.
type Code string

// The codes. A client refreshes on token_expired, signs in on the session
// codes, explains forbidden.
const (
	CodeInternal       Code = "internal"
	CodeMalformed      Code = "malformed"
	CodeInvalid        Code = "invalid_fields"
	CodeNotFound       Code = "not_found"
	CodeForbidden      Code = "forbidden"
	CodeOrigin         Code = "origin_forbidden"
	CodeTokenMissing   Code = "token_missing"
	CodeTokenInvalid   Code = "token_invalid"
	CodeTokenExpired   Code = "token_expired"
	CodeSessionRevoked Code = "session_revoked"
	CodeSessionExpired Code = "session_expired"
	CodeRefreshInvalid Code = "refresh_invalid"
	CodeRefreshReused  Code = "refresh_reused"
	CodeBadCredentials Code = "bad_credentials"
	CodeWrongPassword  Code = "wrong_password" // 403: of somebody who is signed in
	CodeEmailTaken     Code = "email_taken"
	CodeVersion        Code = "version_mismatch"   // 412: If-Match named another version
	CodeMatchRequired  Code = "if_match_required"  // 428
	CodeIdempotency    Code = "idempotency_reused" // 422: same key, other body
	CodeInProgress     Code = "request_in_progress"
	CodeArchived       Code = "project_archived" // 409: its tasks and comments are not changed
	CodeProjectFull    Code = "project_full"     // 409
	CodeInviteExpired  Code = "invite_expired"   // 410: used, revoked or too old
	CodeTooManyInvites Code = "invites_limit"    // 409
	CodeResetExpired   Code = "reset_expired"    // 410: used, replaced, too old or never made
	CodeLastOwner      Code = "last_owner"
	CodeExportRunning  Code = "export_running" // 409: one live export per user and project
	CodeTooManyExports Code = "exports_limit"  // 429: three live exports per user
	CodeExportExpired  Code = "export_expired" // 410
	CodeExportNotReady Code = "export_not_ready"
	CodeSeqTooOld      Code = "seq_too_old" // 410: the feed no longer reaches back that far
	CodeRateLimited    Code = "rate_limited"
	CodeUnavailable    Code = "unavailable" // 503: try again
)

// Error is a refusal that may be shown to a person.
type Error struct {
	Code    Code
	Message string       // safe to show
	Fields  []FieldError // what was wrong where; only with CodeInvalid
	Err     error        // the cause: logged, never sent
}

// FieldError points at one member of the request (RFC 6901 pointer).
type FieldError struct {
	Pointer string
	Code    string
	Message string
}

func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

func (e *Error) Unwrap() error { return e.Err }

// Refuse returns an *Error without a cause.
func Refuse(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// CodeOf returns the code carried by err, CodeInternal when there is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// ErrNotFound answers for what does not exist and for what the caller may not
// know to exist: the two must look alike.
var ErrNotFound = Refuse(CodeNotFound, "There is nothing here, or you are not a member of it.")

// VersionError is a write refused because its version is not the stored one.
// Current is what is stored, so that a client can merge.
type VersionError[T any] struct{ Current T }

func (e *VersionError[T]) Error() string { return "the stored version is another" }

// staleOf is what is stored, when err refuses a write for its version.
func staleOf[T any](err error) (T, bool) {
	if e, ok := errors.AsType[*VersionError[T]](err); ok {
		return e.Current, true
	}
	var none T
	return none, false
}
