package httpapi

import (
	"net/http"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Codes that exist only at the HTTP rim; the domain never returns them.
const (
	CodeMethodNotAllowed cumin.Code = "method_not_allowed"
	CodeBodyTooLarge     cumin.Code = "body_too_large"
	CodeHeadersTooLarge  cumin.Code = "headers_too_large"
	CodeURITooLong       cumin.Code = "uri_too_long"
	CodeMediaType        cumin.Code = "unsupported_media_type"
	CodeRequestTimeout   cumin.Code = "request_timeout"
)

// statuses is the one table from code to HTTP status (PRODUCT §3,
// SECURITY §3.5). A 403 is never about the session: clients refresh on 401
// alone.
var statuses = map[cumin.Code]int{
	cumin.CodeInternal:       http.StatusInternalServerError,
	cumin.CodeMalformed:      http.StatusBadRequest,
	cumin.CodeInvalid:        http.StatusUnprocessableEntity,
	cumin.CodeNotFound:       http.StatusNotFound,
	cumin.CodeForbidden:      http.StatusForbidden,
	cumin.CodeOrigin:         http.StatusForbidden,
	cumin.CodeTokenMissing:   http.StatusUnauthorized,
	cumin.CodeTokenInvalid:   http.StatusUnauthorized,
	cumin.CodeTokenExpired:   http.StatusUnauthorized,
	cumin.CodeSessionRevoked: http.StatusUnauthorized,
	cumin.CodeSessionExpired: http.StatusUnauthorized,
	cumin.CodeRefreshInvalid: http.StatusUnauthorized,
	cumin.CodeRefreshReused:  http.StatusUnauthorized,
	cumin.CodeBadCredentials: http.StatusUnauthorized,
	cumin.CodeWrongPassword:  http.StatusForbidden,
	cumin.CodeEmailTaken:     http.StatusConflict,
	cumin.CodeVersion:        http.StatusPreconditionFailed,
	cumin.CodeMatchRequired:  http.StatusPreconditionRequired,
	cumin.CodeIdempotency:    http.StatusUnprocessableEntity,
	cumin.CodeInProgress:     http.StatusConflict,
	cumin.CodeArchived:       http.StatusConflict,
	cumin.CodeProjectFull:    http.StatusConflict,
	cumin.CodeInviteExpired:  http.StatusGone,
	cumin.CodeTooManyInvites: http.StatusConflict,
	cumin.CodeResetExpired:   http.StatusGone,
	cumin.CodeLastOwner:      http.StatusConflict,
	cumin.CodeExportRunning:  http.StatusConflict,
	cumin.CodeTooManyExports: http.StatusTooManyRequests,
	cumin.CodeExportExpired:  http.StatusGone,
	cumin.CodeExportNotReady: http.StatusConflict,
	cumin.CodeSeqTooOld:      http.StatusGone,
	cumin.CodeRateLimited:    http.StatusTooManyRequests,
	cumin.CodeUnavailable:    http.StatusServiceUnavailable,
	CodeMethodNotAllowed:     http.StatusMethodNotAllowed,
	CodeBodyTooLarge:         http.StatusRequestEntityTooLarge,
	CodeHeadersTooLarge:      http.StatusRequestHeaderFieldsTooLarge,
	CodeURITooLong:           http.StatusRequestURITooLong,
	CodeMediaType:            http.StatusUnsupportedMediaType,
	CodeRequestTimeout:       http.StatusRequestTimeout,
}

// StatusOf returns the HTTP status that answers code; 500 for a code the table
// does not know.
func StatusOf(code cumin.Code) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// transport are the refusals Fiber, fasthttp and Huma make themselves, known
// to us by status only.
var transport = map[int]*cumin.Error{
	http.StatusBadRequest:                  cumin.Refuse(cumin.CodeMalformed, "The request could not be read."),
	http.StatusNotFound:                    cumin.ErrNotFound,
	http.StatusMethodNotAllowed:            cumin.Refuse(CodeMethodNotAllowed, "This address does not take that method."),
	http.StatusRequestTimeout:              cumin.Refuse(CodeRequestTimeout, "The request took too long to arrive."),
	http.StatusRequestEntityTooLarge:       cumin.Refuse(CodeBodyTooLarge, "The request body is too large."),
	http.StatusRequestURITooLong:           cumin.Refuse(CodeURITooLong, "The address is too long."),
	http.StatusUnsupportedMediaType:        cumin.Refuse(CodeMediaType, "The body must be application/json."),
	http.StatusUnprocessableEntity:         cumin.Refuse(cumin.CodeInvalid, "Some fields are not valid."),
	http.StatusRequestHeaderFieldsTooLarge: cumin.Refuse(CodeHeadersTooLarge, "The request headers are too large."),
}
