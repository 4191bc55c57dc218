package main

import (
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/view"
)

// describeTypes tells the OpenAPI document what it cannot see in Go types: how
// a time is written, and which words a type of words has. The words come from
// internal/cumin, so that a new one is in the document at once.
func describeTypes(schemas huma.Registry) {
	alias[view.Time, time.Time](schemas)
	alias[cumin.Status, statusWords](schemas)
	alias[cumin.Priority, priorityWords](schemas)
	alias[cumin.Role, roleWords](schemas)
	alias[cumin.TaskSort, sortWords](schemas)
	alias[cumin.ProjectSort, projectSortWords](schemas)
	alias[cumin.ArchivedFilter, archivedWords](schemas)
	alias[cumin.DeletionState, deletionWords](schemas)
	alias[cumin.ExportFormat, formatWords](schemas)
	alias[cumin.ExportState, stateWords](schemas)
	alias[cumin.EventType, eventWords](schemas)
	alias[cumin.EntryType, entryWords](schemas)
	alias[cumin.NotificationKind, kindWords](schemas)
}

// alias describes a T as a D.
func alias[T, D any](schemas huma.Registry) {
	schemas.RegisterTypeAlias(reflect.TypeFor[T](), reflect.TypeFor[D]())
}

// Stand-ins for the domain's types, which know nothing of schemas.
type (
	statusWords      string
	priorityWords    string
	roleWords        string
	sortWords        string
	projectSortWords string
	archivedWords    string
	deletionWords    string
	formatWords      string
	stateWords       string
	entryWords       string
	eventWords       string
	kindWords        string
)

// Schema is the statuses that a client sees.
func (statusWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.Columns[:]) }

// Schema is the priorities.
func (priorityWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.Priorities[:]) }

// Schema is the roles.
func (roleWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.Roles[:]) }

// Schema is the orders of a list of tasks.
func (sortWords) Schema(huma.Registry) *huma.Schema {
	return oneOf(cumin.TaskSorts[:])
}

// Schema is the orders of a list of projects.
func (projectSortWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.ProjectSorts[:]) }

// Schema is which projects a list has.
func (archivedWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.ArchivedFilters[:]) }

// Schema is the states of a deletion.
func (deletionWords) Schema(huma.Registry) *huma.Schema {
	return oneOf([]cumin.DeletionState{cumin.DeletionRunning, cumin.DeletionDone})
}

// Schema is the kinds of export file.
func (formatWords) Schema(huma.Registry) *huma.Schema {
	return oneOf(cumin.ExportFormats[:])
}

// Schema is the states of an export.
func (stateWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.ExportStates[:]) }

// Schema is the types of entry of a history.
func (entryWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.EntryTypes[:]) }

// Schema is the types of event.
func (eventWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.EventTypes[:]) }

// Schema is the kinds of notification.
func (kindWords) Schema(huma.Registry) *huma.Schema { return oneOf(cumin.NotificationKinds[:]) }

func oneOf[T ~string](words []T) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for _, w := range words {
		s.Enum = append(s.Enum, string(w))
	}
	return s
}
