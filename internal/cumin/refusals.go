package cumin

import "errors"

// ErrAlreadyMember tells that there is nothing to add.
var ErrAlreadyMember = errors.New("this person is already a member")

// Refusals of the stores that say which condition did not hold.
var (
	ErrForbidden      = Refuse(CodeForbidden, "Your role in this project does not allow that.")
	ErrArchived       = Refuse(CodeArchived, "This project is archived. Bring it back to work in it.")
	ErrLastOwner      = Refuse(CodeLastOwner, "A project needs an owner: make somebody else one first.")
	ErrTooManyExports = Refuse(CodeTooManyExports, "Three exports are under way. Wait for one to finish, or cancel it.")
	ErrSeqTooOld      = Refuse(CodeSeqTooOld, "The changes since then are no longer kept: load the board again.")
	ErrProjectFull    = Refuse(CodeProjectFull, "The project has as many members as it can have.")
	ErrInviteOver     = Refuse(CodeInviteExpired, "This invite is used, revoked or too old. Ask for a new one.")
	ErrResetOver      = Refuse(CodeResetExpired, "This link is used or too old. Ask for a new one.")
	ErrTooManyInvites = Refuse(CodeTooManyInvites, "There are fifty open invites. Revoke one first.")
)

// ExportRunningError refuses a second live export of one user in one project;
// Current is the first.
type ExportRunningError struct{ Current Export }

func (e *ExportRunningError) Error() string { return e.Unwrap().Error() }

// Unwrap gives the refusal its code.
func (e *ExportRunningError) Unwrap() error {
	return Refuse(CodeExportRunning, "You are already exporting this project.")
}

func refuseField(pointer, code, message string) *Error {
	return &Error{Code: CodeInvalid, Message: message, Fields: []FieldError{{Pointer: pointer, Code: code, Message: message}}}
}
