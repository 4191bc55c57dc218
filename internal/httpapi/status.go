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
	CodeMisdirected      cumin.Code = "misdirected" // said by nginx alone
)

// kind is what a code means to a client.
type kind struct {
	status  int    // that answers it
	meaning string // and what to do, for the page about problems
}

// kinds is the one table of what codes mean (PRODUCT §3, SECURITY §3.5). A 403
// is never about the session: clients refresh on 401 alone.
var kinds = map[cumin.Code]kind{
	cumin.CodeInternal:       {http.StatusInternalServerError, "Something broke on our side. It is logged under the requestId; quote that when asking for help."},
	cumin.CodeMalformed:      {http.StatusBadRequest, "The request is not what HTTP or JSON allow, or a header of it cannot be read. detail says what."},
	cumin.CodeInvalid:        {http.StatusUnprocessableEntity, "Some fields are not valid. errors points at each of them and says what it must be."},
	cumin.CodeNotFound:       {http.StatusNotFound, "There is nothing here, or you are not a member of it: the two look alike."},
	cumin.CodeForbidden:      {http.StatusForbidden, "You are signed in and may not do this: your role in the project does not allow it."},
	cumin.CodeOrigin:         {http.StatusForbidden, "A page of another site caused this request. Nothing was done."},
	cumin.CodeTokenMissing:   {http.StatusUnauthorized, "The request carries no access token. Send Authorization: Bearer with one."},
	cumin.CodeTokenInvalid:   {http.StatusUnauthorized, "The access token is not one of ours, or not for this service. Refresh, or sign in."},
	cumin.CodeTokenExpired:   {http.StatusUnauthorized, "The access token is too old. Refresh and send the request again."},
	cumin.CodeSessionRevoked: {http.StatusUnauthorized, "The session was ended: here, on another device, or by a new passphrase. Sign in again."},
	cumin.CodeSessionExpired: {http.StatusUnauthorized, "The session was not used for too long, or is too old. Sign in again."},
	cumin.CodeRefreshInvalid: {http.StatusUnauthorized, "There is no refresh token, or none that we know. Sign in."},
	cumin.CodeRefreshReused:  {http.StatusUnauthorized, "An old copy of the refresh token was used, as a thief would. The session was ended; sign in again."},
	cumin.CodeBadCredentials: {http.StatusUnauthorized, "The address and the passphrase do not belong together."},
	cumin.CodeWrongPassword:  {http.StatusForbidden, "You are signed in, and what you gave as your passphrase is not it."},
	cumin.CodeEmailTaken:     {http.StatusConflict, "There is an account with this address."},
	cumin.CodeVersion:        {http.StatusPreconditionFailed, "Somebody changed it meanwhile: If-Match names an older version. current is what is stored now."},
	cumin.CodeMatchRequired:  {http.StatusPreconditionRequired, "Say which version you change: If-Match with the ETag that you were given."},
	cumin.CodeIdempotency:    {http.StatusUnprocessableEntity, "This Idempotency-Key came with another request. Take a new one."},
	cumin.CodeInProgress:     {http.StatusConflict, "A request with this Idempotency-Key is still being worked on. Send it again in a moment."},
	cumin.CodeArchived:       {http.StatusConflict, "The project is archived. It can be read and exported; an owner can bring it back."},
	cumin.CodeProjectFull:    {http.StatusConflict, "The project has as many members as it can have."},
	cumin.CodeInviteExpired:  {http.StatusGone, "The invite is used, revoked or too old. Ask for a new one."},
	cumin.CodeTooManyInvites: {http.StatusConflict, "The project has as many open invites as it can have. Revoke one first."},
	cumin.CodeResetExpired:   {http.StatusGone, "The link for a new passphrase is used, replaced or too old. Ask for a new one."},
	cumin.CodeLastOwner:      {http.StatusConflict, "A project needs an owner: make somebody else one first."},
	cumin.CodeExportRunning:  {http.StatusConflict, "You are already exporting this project. current is that export, Location its address."},
	cumin.CodeTooManyExports: {http.StatusTooManyRequests, "You have as many exports under way as you can have. Wait for one to finish, or cancel it."},
	cumin.CodeExportExpired:  {http.StatusGone, "The file of this export is no longer kept. Export again."},
	cumin.CodeExportNotReady: {http.StatusConflict, "The export has no file: it is still under way, or it failed or was cancelled."},
	cumin.CodeSeqTooOld:      {http.StatusGone, "The changes since then are no longer kept. Read the board again and go on from its seq."},
	cumin.CodeRateLimited:    {http.StatusTooManyRequests, "Too many requests. Retry-After says how many seconds to wait."},
	cumin.CodeUnavailable:    {http.StatusServiceUnavailable, "This cannot be done right now. Wait as long as Retry-After says and try again."},
	CodeMethodNotAllowed:     {http.StatusMethodNotAllowed, "The address does not take this method. Allow says which it takes."},
	CodeBodyTooLarge:         {http.StatusRequestEntityTooLarge, "The body is larger than is taken here."},
	CodeHeadersTooLarge:      {http.StatusRequestHeaderFieldsTooLarge, "The headers are larger than are taken here."},
	CodeURITooLong:           {http.StatusRequestURITooLong, "The address, with its query, is too long."},
	CodeMediaType:            {http.StatusUnsupportedMediaType, "The body is not plain JSON in UTF-8. Send application/json, uncompressed; a PATCH may be application/merge-patch+json."},
	CodeRequestTimeout:       {http.StatusRequestTimeout, "The request took too long to arrive."},
	CodeMisdirected:          {http.StatusMisdirectedRequest, "Nothing is served under this host name."},
}

// StatusOf returns the HTTP status that answers code; 500 for a code the table
// does not know.
func StatusOf(code cumin.Code) int {
	if k, ok := kinds[code]; ok {
		return k.status
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
