package cloudformation

import (
	"fmt"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The error catalogue. CloudFormation answers nearly everything as
// ValidationError; the sentences are those people meet on AWS (fact 24).

func errValidation(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ValidationError", format, args...)
}

func errFormat(format string, args ...any) *wire.Error {
	return errValidation("Template format error: "+format, args...)
}

func errTemplate(format string, args ...any) *wire.Error {
	return errValidation("Template error: "+format, args...)
}

func errNoStack(name string) *wire.Error {
	return errValidation("Stack with id %s does not exist", name)
}

// errNoStackNamed is the sentence of events, templates, updates and change sets.
func errNoStackNamed(name string) *wire.Error {
	return errValidation("Stack [%s] does not exist", name)
}

func errStackExists(name string) *wire.Error {
	return wire.Errorf(400, "AlreadyExistsException", "Stack [%s] already exists", name)
}

func errBusy(id, status, action string) *wire.Error {
	return errValidation("Stack:%s is in %s state and can not be %s.", id, status, action)
}

func errNoUpdates() *wire.Error { return errValidation("No updates are to be performed.") }

func errUnresolved(names []string) *wire.Error {
	return errFormat("Unresolved resource dependencies [%s] in the Resources block of the template", strings.Join(names, ", "))
}

func errNoChangeSet(name string) *wire.Error {
	return wire.Errorf(404, "ChangeSetNotFound", "ChangeSet [%s] does not exist", name)
}

func errCapabilities(needed string) *wire.Error {
	return wire.Errorf(400, "InsufficientCapabilitiesException", "Requires capabilities : [%s]", needed)
}

// errUnsupported refuses what AWS has and this package does not.
func errUnsupported(what string) *wire.Error {
	return errValidation("Cumin's embedded AWS does not support %s.", what)
}

// ErrNotFound is what a Driver's Update or Delete returns for a resource that
// is gone; deleting it is then done.
var ErrNotFound = fmt.Errorf("the resource does not exist")
