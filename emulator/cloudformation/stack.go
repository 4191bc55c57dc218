package cloudformation

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// Stack is a stack as the store keeps it.
type Stack struct {
	ID         string // ARN
	Name       string
	Account    string
	Region     string
	Status     string
	Reason     string
	Created    time.Time
	Updated    time.Time
	Deleted    time.Time
	Keep       bool // on a failed creation, leave what was made (DisableRollback)
	Vanish     bool // when its creation fails, delete it (OnFailure DELETE)
	Protected  bool // from deletion
	Now        Version
	Before     *Version // what to return to, while an update runs
	Outputs    []Output
	Imports    []string // export names it uses
	Resources  map[string]*Resource
	Journal    []Step // what the running operation did, oldest first
	ChangeSets map[string]*ChangeSet
}

// Version is what one deployment was asked for.
type Version struct {
	Body       string
	Parameters map[string]string
	Stored     map[string]string // of Parameters, those whose values came from the Parameter Store
	Tags       map[string]string
}

// Resource is one resource of a stack.
type Resource struct {
	Type           string
	ID             string // physical
	Status         string
	Reason         string
	Updated        time.Time
	Properties     map[string]any // evaluated
	Attributes     map[string]string
	DeletionPolicy string
	ReplacePolicy  string
	Order          int // its place in the creation order
}

// Step is an entry of a stack's journal.
type Step struct {
	ID  string    // logical
	Was *Resource // nil when it was new
	New bool      // another physical resource was made: Was is to be deleted at the end
}

// Output is one evaluated output.
type Output struct {
	Key         string
	Value       string
	Description string
	Export      string
}

// Event is one line of a stack's history.
type Event struct {
	Seq        int
	At         time.Time
	Logical    string
	Physical   string
	Type       string
	Status     string
	Reason     string
	Properties string // JSON
}

// stackType is the Type of events that speak of the stack itself.
const stackType = "AWS::CloudFormation::Stack"

func (s *Stack) busy() bool { return strings.HasSuffix(s.Status, "_IN_PROGRESS") }

// gone reports whether the name is free again.
func (s *Stack) gone() bool { return s.Status == "DELETE_COMPLETE" }

// byOrder lists the resources' logical ids in the order of their creation.
func (s *Stack) byOrder() []string {
	ids := slices.Sorted(maps.Keys(s.Resources))
	slices.SortStableFunc(ids, func(a, b string) int { return s.Resources[a].Order - s.Resources[b].Order })
	return ids
}

// same compares evaluated values, whatever Go types their numbers have.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
