package cloudformation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// fail ends an operation that did not succeed: it is undone, unless the caller
// asked to keep what a failed creation made.
func (s *Service) fail(st *Stack, cause error, creating bool) {
	s.mu.Lock()
	if creating && st.Keep {
		st.Journal = nil
		s.end(st, s.setStatus(st, statusCreateFailed, cause.Error()))
		s.mu.Unlock()
		return
	}
	status := statusUpdateUndoing
	if creating {
		status = statusRollingBack
		cause = fmt.Errorf("%w Rollback requested by user.", cause) // AWS's words
	}
	s.setStatus(st, status, cause.Error())
	vanish := creating && st.Vanish
	s.mu.Unlock()
	s.undo(st)
	if vanish && st.Status == statusRolledBack {
		s.deleteAll(st, nil)
	}
}

// undo goes back through the journal. Steps that cannot be undone leave the
// stack in a failed state, said in events, and stay in the journal of an update,
// for ContinueUpdateRollback.
func (s *Service) undo(st *Stack) {
	creating := st.Status == statusRollingBack
	var stuck []Step // oldest first
	for len(st.Journal) > 0 {
		last := st.Journal[len(st.Journal)-1]
		if !s.undoStep(st, last) {
			stuck = append([]Step{last}, stuck...)
		}
		s.mu.Lock()
		st.Journal = st.Journal[:len(st.Journal)-1]
		s.save(st) // awaited with the end
		s.mu.Unlock()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ok := len(stuck) == 0
	switch {
	case !creating && !ok:
		st.Journal = stuck
	case st.Before != nil:
		st.Now, st.Before = *st.Before, nil
	}
	switch {
	case creating && ok:
		s.end(st, s.setStatus(st, statusRolledBack, ""))
	case creating:
		s.end(st, s.setStatus(st, "ROLLBACK_FAILED", ""))
	case ok:
		s.end(st, s.setStatus(st, statusUpdateUndone, ""))
	default:
		s.end(st, s.setStatus(st, statusUpdateUndoStuck, ""))
	}
}

type continueInput struct {
	StackName          string
	ResourcesToSkip    []string
	RoleARN            string // changes nothing: roles limit no stack here
	ClientRequestToken string
}

// continueUpdateRollback tries again to undo the steps that could not be; those
// to skip are left as they are.
func (s *Service) continueUpdateRollback(ctx context.Context, in *continueInput) (*emptyResult, error) {
	s.mu.Lock()
	st, err := s.find(ctx, in.StackName, errNoStackNamed)
	if err == nil && st.Status != statusUpdateUndoStuck {
		err = errBusy(st.ID, st.Status, "continued")
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	st.Journal = slices.DeleteFunc(st.Journal, func(step Step) bool { return slices.Contains(in.ResourcesToSkip, step.ID) })
	wait := s.setStatus(st, statusUpdateUndoing, "User Initiated")
	s.mu.Unlock()
	if err := wait(); err != nil {
		return nil, err
	}
	return &emptyResult{}, s.begin(func() { s.undo(st) })
}

// undoStep restores what a resource was before a step.
func (s *Service) undoStep(st *Stack, step Step) bool {
	s.mu.Lock()
	now := st.Resources[step.ID]
	s.mu.Unlock()
	restore := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if step.Was == nil {
			delete(st.Resources, step.ID)
		} else {
			st.Resources[step.ID] = step.Was
		}
	}
	if step.Was == nil || step.New {
		if !s.remove(st, step.ID, now, createdPolicy(now)) {
			return false
		}
		restore()
		return true
	}
	kind := s.types[step.Was.Type]
	before := *step.Was
	before.Properties = now.Properties
	made, err := s.update(st, kind, &before, step.Was.Properties)
	s.mu.Lock()
	if err != nil {
		s.setResource(st, step.ID, now, statusUpdateFailed, reasonOf(kind, err))
		s.mu.Unlock()
		return false
	}
	step.Was.Attributes = made.Attributes
	s.setResource(st, step.ID, step.Was, statusUpdated, "")
	s.mu.Unlock()
	restore()
	return true
}

// createdPolicy is the policy for a resource that the undone operation itself
// made: Retain keeps it, RetainExceptOnCreate does not.
func createdPolicy(r *Resource) string {
	if r.DeletionPolicy == "RetainExceptOnCreate" {
		return "Delete"
	}
	return r.DeletionPolicy
}

// resume ends what a killed emulator had begun: a deletion goes on, anything
// else is rolled back. A resource whose creation was under way has no id yet;
// it is left alone, because what bears its name may be somebody else's.
func (s *Service) resume(st *Stack) {
	const why = "The embedded AWS was restarted during the operation. "
	switch st.Status {
	case statusDeleting:
		s.deleteAll(st, nil)
	case statusCreating:
		s.fail(st, errors.New(why), true)
	case statusUpdating:
		s.fail(st, errors.New(why), false)
	case statusCleaning:
		t, err := parse(st.Now.Body)
		if err == nil {
			s.cleanUp(st, t)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		st.Before, st.Journal = nil, nil
		s.end(st, s.setStatus(st, statusUpdated, ""))
	default:
		s.undo(st)
	}
}

// deleteAll is the delete operation; retain names resources to leave.
func (s *Service) deleteAll(st *Stack, retain []string) {
	var stuck []string
	s.mu.Lock()
	ids := st.byOrder()
	s.mu.Unlock()
	for _, id := range slices.Backward(ids) {
		r := st.Resources[id]
		policy := r.DeletionPolicy
		if slices.Contains(retain, id) {
			policy = "Retain"
		}
		if !s.remove(st, id, r, policy) {
			stuck = append(stuck, id)
			continue
		}
		s.mu.Lock()
		delete(st.Resources, id)
		s.mu.Unlock()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(stuck) > 0 {
		slices.Sort(stuck)
		s.end(st, s.setStatus(st, statusDeleteFailed, fmt.Sprintf("The following resource(s) failed to delete: [%s]. ", strings.Join(stuck, ", "))))
		return
	}
	st.Deleted, st.Outputs = s.cfg.Clock.Now(), nil
	delete(s.names, nameKey(st.Account, st.Region, st.Name))
	s.end(st, s.setStatus(st, statusDeleted, ""))
}
