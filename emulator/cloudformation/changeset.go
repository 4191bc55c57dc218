package cloudformation

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// ChangeSet is a planned update, or the planned creation of a stack that is in
// review until then.
type ChangeSet struct {
	ID, Name        string
	Description     string
	Created         time.Time
	To              Version
	Changes         []Change
	Status          string // CREATE_COMPLETE or FAILED
	Reason          string
	ExecutionStatus string // AVAILABLE, UNAVAILABLE, EXECUTE_COMPLETE or OBSOLETE
}

// noChanges is the reason of an empty change set (fact 24).
const noChanges = "The submitted information didn't contain changes. Submit different information to create a change set."

type createChangeSetInput struct {
	StackName           string
	TemplateBody        string
	TemplateURL         string
	Parameters          []Parameter
	Capabilities        []string
	Tags                *[]Tag
	RoleARN             string
	NotificationARNs    []string
	UsePreviousTemplate bool
	ChangeSetName       string
	ChangeSetType       string
	ClientToken         string
	Description         string
}

type createChangeSetOutput struct{ Id, StackId string }

func (s *Service) createChangeSet(ctx context.Context, in *createChangeSetInput) (*createChangeSetOutput, error) {
	if !stackName.MatchString(in.ChangeSetName) {
		return nil, errValidation("1 validation error detected: Value '%s' at 'changeSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", in.ChangeSetName)
	}
	st, previous, err := s.changeSetStack(ctx, in)
	if err != nil {
		return nil, err
	}
	to, err := s.version(ctx, &deployInput{in.TemplateBody, in.TemplateURL, in.UsePreviousTemplate, in.Parameters, in.Capabilities, in.Tags, in.NotificationARNs}, previous)
	if err != nil {
		return nil, err
	}
	if st == nil {
		if st, err = s.newStack(ctx, in.StackName, statusReview); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	if has(st.ChangeSets, in.ChangeSetName) {
		s.mu.Unlock()
		return nil, wire.Errorf(400, "AlreadyExistsException", "ChangeSet %s cannot be created due to a mismatch with existing attribute Name", in.ChangeSetName)
	}
	cs := &ChangeSet{
		ID: "arn:aws:cloudformation:" + st.Region + ":" + st.Account + ":changeSet/" + in.ChangeSetName + "/" + s.cfg.NewID(), Name: in.ChangeSetName,
		Description: in.Description, Created: s.cfg.Clock.Now(), To: to.Version, Status: statusCreated, ExecutionStatus: "AVAILABLE",
	}
	changes, nothing, err := s.plan(st, to)
	switch {
	case err != nil:
		cs.Status, cs.Reason, cs.ExecutionStatus = "FAILED", wire.AsError(err).Message, "UNAVAILABLE"
	case nothing:
		cs.Status, cs.Reason, cs.ExecutionStatus = "FAILED", noChanges, "UNAVAILABLE"
	}
	cs.Changes = changes
	st.ChangeSets[cs.Name] = cs
	wait := s.save(st)
	s.mu.Unlock()
	return &createChangeSetOutput{cs.ID, st.ID}, wait()
}

// changeSetStack finds the stack a change set is for; nil when it is to be made.
func (s *Service) changeSetStack(ctx context.Context, in *createChangeSetInput) (*Stack, *Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, err := s.find(ctx, in.StackName, errNoStackNamed)
	switch in.ChangeSetType {
	case "CREATE":
		if err != nil {
			return nil, nil, nil
		}
		if st.Status != statusReview {
			return nil, nil, errValidation("Stack [%s] already exists and cannot be created again with the changeSet [%s].", st.Name, in.ChangeSetName)
		}
		return st, nil, nil
	case "", "UPDATE":
		if err != nil {
			return nil, nil, err
		}
		if !slices.Contains(updatable, st.Status) {
			return nil, nil, errBusy(st.ID, st.Status, "updated")
		}
		present := st.Now
		return st, &present, nil
	}
	return nil, nil, errUnsupported("the ChangeSetType " + in.ChangeSetType)
}

// findChangeSet finds a change set by name and stack, or by its ID. Called with
// mu held.
func (s *Service) findChangeSet(ctx context.Context, stack, name string) (*Stack, *ChangeSet, error) {
	if strings.HasPrefix(name, "arn:") {
		for _, st := range s.stacks {
			for _, cs := range st.ChangeSets {
				if cs.ID == name {
					return st, cs, nil
				}
			}
		}
		return nil, nil, errNoChangeSet(name)
	}
	st, err := s.find(ctx, stack, errNoStackNamed)
	if err != nil {
		return nil, nil, err
	}
	cs, ok := st.ChangeSets[name]
	if !ok {
		return nil, nil, errNoChangeSet(name)
	}
	return st, cs, nil
}

type changeSetInput struct {
	ChangeSetName         string
	StackName             string
	NextToken             string
	ClientRequestToken    string
	IncludePropertyValues bool
	DisableRollback       bool
}

type describeChangeSetOutput struct {
	ChangeSetId, ChangeSetName string
	StackId, StackName         string
	Description                string `query:",omitempty"`
	CreationTime               time.Time
	Status                     string
	StatusReason               string `query:",omitempty"`
	ExecutionStatus            string
	Parameters                 []Parameter
	Changes                    []Change
	Tags                       []Tag
}

func (s *Service) describeChangeSet(ctx context.Context, in *changeSetInput) (*describeChangeSetOutput, error) {
	if in.IncludePropertyValues {
		return nil, errUnsupported("IncludePropertyValues")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st, cs, err := s.findChangeSet(ctx, in.StackName, in.ChangeSetName)
	if err != nil {
		return nil, err
	}
	out := &describeChangeSetOutput{
		ChangeSetId: cs.ID, ChangeSetName: cs.Name, StackId: st.ID, StackName: st.Name, Description: cs.Description, CreationTime: cs.Created,
		Status: cs.Status, StatusReason: cs.Reason, ExecutionStatus: cs.ExecutionStatus,
		Parameters: []Parameter{}, Changes: append([]Change{}, cs.Changes...), Tags: []Tag{},
	}
	for _, key := range slices.Sorted(maps.Keys(cs.To.Parameters)) {
		out.Parameters = append(out.Parameters, Parameter{ParameterKey: key, ParameterValue: cs.To.Parameters[key]})
	}
	for _, key := range slices.Sorted(maps.Keys(cs.To.Tags)) {
		out.Tags = append(out.Tags, Tag{key, cs.To.Tags[key]})
	}
	return out, nil
}

// emptyResult is an answer that has a result element with nothing in it, which
// SDKs insist on; its unexported field tells it from no result at all.
type emptyResult struct{ _ struct{} }

func (s *Service) executeChangeSet(ctx context.Context, in *changeSetInput) (*emptyResult, error) {
	if in.DisableRollback {
		return nil, errUnsupported("DisableRollback of updates")
	}
	s.mu.Lock()
	st, cs, err := s.findChangeSet(ctx, in.StackName, in.ChangeSetName)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	if cs.ExecutionStatus != "AVAILABLE" {
		s.mu.Unlock()
		return nil, wire.Errorf(400, "InvalidChangeSetStatus", "ChangeSet [%s] cannot be executed in its current status of [%s]", cs.ID, cs.Status)
	}
	t, err := parse(cs.To.Body)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	to := target{cs.To, t}
	if st.Status == statusReview {
		st.Status = statusCreating
	} else if err := s.turn(st, to); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	st.ChangeSets = map[string]*ChangeSet{} // carrying one out makes the others obsolete; AWS removes them
	s.mu.Unlock()
	_, err = s.start(st, to)
	return &emptyResult{}, err
}

func (s *Service) deleteChangeSet(ctx context.Context, in *changeSetInput) (*emptyResult, error) {
	s.mu.Lock()
	st, cs, err := s.findChangeSet(ctx, in.StackName, in.ChangeSetName)
	if err != nil {
		s.mu.Unlock()
		return &emptyResult{}, nil // deleting what is not there succeeds, as on AWS
	}
	delete(st.ChangeSets, cs.Name)
	wait := s.save(st)
	s.mu.Unlock()
	return &emptyResult{}, wait()
}

type changeSetSummary struct {
	ChangeSetId, ChangeSetName string
	StackId, StackName         string
	Status                     string
	StatusReason               string `query:",omitempty"`
	ExecutionStatus            string
	CreationTime               time.Time
}

type listChangeSetsOutput struct{ Summaries []changeSetSummary }

func (s *Service) listChangeSets(ctx context.Context, in *stackNameInput) (*listChangeSetsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, err := s.find(ctx, in.StackName, errNoStackNamed)
	if err != nil {
		return nil, err
	}
	out := &listChangeSetsOutput{Summaries: []changeSetSummary{}}
	for _, name := range slices.Sorted(maps.Keys(st.ChangeSets)) {
		cs := st.ChangeSets[name]
		out.Summaries = append(out.Summaries, changeSetSummary{cs.ID, cs.Name, st.ID, st.Name, cs.Status, cs.Reason, cs.ExecutionStatus, cs.Created})
	}
	return out, nil
}
