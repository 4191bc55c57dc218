package cloudformation

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Statuses of a stack and its resources (API Reference, "Stack": StackStatus).
const (
	statusReview          = "REVIEW_IN_PROGRESS"
	statusCreating        = "CREATE_IN_PROGRESS"
	statusCreated         = "CREATE_COMPLETE"
	statusCreateFailed    = "CREATE_FAILED"
	statusRollingBack     = "ROLLBACK_IN_PROGRESS"
	statusRolledBack      = "ROLLBACK_COMPLETE"
	statusUpdating        = "UPDATE_IN_PROGRESS"
	statusCleaning        = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
	statusUpdated         = "UPDATE_COMPLETE"
	statusUpdateFailed    = "UPDATE_FAILED"
	statusUpdateUndoing   = "UPDATE_ROLLBACK_IN_PROGRESS"
	statusUpdateUndone    = "UPDATE_ROLLBACK_COMPLETE"
	statusUpdateUndoStuck = "UPDATE_ROLLBACK_FAILED"
	statusDeleting        = "DELETE_IN_PROGRESS"
	statusDeleted         = "DELETE_COMPLETE"
	statusDeleteFailed    = "DELETE_FAILED"
	statusDeleteSkipped   = "DELETE_SKIPPED"
)

// updatable are the statuses from which an update may begin.
var updatable = []string{statusCreated, statusUpdated, statusUpdateUndone}

// target is a version with its template parsed.
type target struct {
	Version
	t *Template
}

// scopeOf evaluates against the stack as it is now. used collects the exports
// that are imported. Called with mu held, as are the closures it returns.
func (s *Service) scopeOf(st *Stack, to target, used map[string]bool) (*scope, error) {
	sc := &scope{t: to.t, parameters: map[string]any{}, pseudo: map[string]any{
		"AWS::AccountId": st.Account, "AWS::Region": st.Region, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
		"AWS::StackName": st.Name, "AWS::StackId": st.ID, "AWS::NotificationARNs": []any{},
	}}
	for name, value := range to.Parameters {
		p := to.t.Parameters[name]
		if stored, ok := to.Stored[name]; ok {
			value = stored
		}
		sc.parameters[name] = p.typed(value)
	}
	sc.ref = func(id string) (any, error) {
		r, ok := st.Resources[id]
		if !ok {
			return nil, errUnresolved([]string{id})
		}
		return r.ID, nil
	}
	sc.attribute = func(id, name string) (any, error) {
		r, ok := st.Resources[id]
		if !ok {
			return nil, errUnresolved([]string{id})
		}
		v, ok := r.Attributes[name]
		if !ok {
			return nil, fmt.Errorf("attribute %s of resource %s is not there: the resource has none with these settings", name, id)
		}
		return v, nil
	}
	sc.export = func(name string) (string, bool) {
		v, _, ok := s.exported(st.Account, st.Region, name)
		used[name] = used[name] || ok
		return v, ok
	}
	return sc, sc.evalConditions()
}

// exported finds an export of the account and region, and the stack that has it.
func (s *Service) exported(account, region, name string) (value string, from *Stack, ok bool) {
	for _, st := range s.stacks {
		if st.Account != account || st.Region != region || st.gone() {
			continue
		}
		for _, o := range st.Outputs {
			if o.Export == name {
				return o.Value, st, true
			}
		}
	}
	return "", nil, false
}

// properties evaluates one resource.
func (s *scope) properties(r resource) (map[string]any, error) {
	v, err := s.eval(r.Properties)
	if err != nil {
		return nil, err
	}
	p, _ := v.(map[string]any)
	return p, nil
}

// apply brings a stack to a version: the create and the update operation. It
// ends in a complete or a rolled-back stack.
func (s *Service) apply(st *Stack, to target) {
	creating := st.Status == statusCreating
	used := map[string]bool{}
	if err := s.applyAll(st, to, used); err != nil {
		s.fail(st, err, creating)
		return
	}
	s.mu.Lock()
	st.Imports = slices.Sorted(maps.Keys(used))
	st.Now = to.Version
	if !creating {
		s.setStatus(st, statusCleaning, "")
	}
	s.mu.Unlock()
	s.cleanUp(st, to.t)
	s.mu.Lock()
	st.Before, st.Journal = nil, nil
	if creating {
		s.end(st, s.setStatus(st, statusCreated, ""))
	} else {
		s.end(st, s.setStatus(st, statusUpdated, ""))
	}
	s.mu.Unlock()
}

// end waits until the operation's last state is kept; the caller holds mu,
// which nobody else needs for a finished stack to be kept.
func (s *Service) end(st *Stack, wait func() error) {
	if err := wait(); err != nil {
		s.log.Error("keep stack", "stack", st.Name, "err", err)
	}
}

func (s *Service) applyAll(st *Stack, to target, used map[string]bool) error {
	s.mu.Lock()
	sc, err := s.scopeOf(st, to, used)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	for i, id := range to.t.order {
		r := to.t.Resources[id]
		if r.Condition != "" && !sc.conditions[r.Condition] {
			continue
		}
		s.mu.Lock()
		next, err := sc.properties(r)
		s.mu.Unlock()
		if err != nil {
			return s.failed(st, id, &Resource{Type: r.Type, Order: i}, err)
		}
		if err := s.applyOne(st, id, i, r, next); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Outputs, err = s.outputs(st, to.t, sc)
	return err
}

// applyOne creates, changes or replaces one resource, or leaves it as it is.
func (s *Service) applyOne(st *Stack, id string, order int, r resource, next map[string]any) error {
	kind := s.types[r.Type]
	s.mu.Lock()
	was := st.Resources[id]
	s.mu.Unlock()
	switch {
	case was == nil || was.Type != r.Type:
		return s.make(st, id, order, r, kind, next, was)
	case same(was.Properties, next):
		s.mu.Lock()
		was.Order, was.DeletionPolicy, was.ReplacePolicy = order, r.DeletionPolicy, r.UpdateReplacePolicy
		s.mu.Unlock()
		return nil
	case kind.replaces(was.Properties, next):
		if name := next[kind.NameProperty]; kind.NameProperty != "" && name != nil && same(name, was.Properties[kind.NameProperty]) {
			return s.failed(st, id, was, fmt.Errorf("CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename %v and update the stack again.", name)) // AWS's words
		}
		return s.make(st, id, order, r, kind, next, was)
	}
	now := *was
	now.Properties, now.Order, now.DeletionPolicy, now.ReplacePolicy = next, order, r.DeletionPolicy, r.UpdateReplacePolicy
	s.step(st, Step{ID: id, Was: was}, &now, statusUpdating)
	made, err := s.update(st, kind, was, next)
	if err != nil {
		return s.failed(st, id, &now, errors.New(reasonOf(kind, err)))
	}
	s.finish(st, id, &now, made, statusUpdated)
	return nil
}

// make creates a resource; was is the one it takes the place of, if any.
func (s *Service) make(st *Stack, id string, order int, r resource, kind *Type, next map[string]any, was *Resource) error {
	now := &Resource{Type: r.Type, Properties: next, Order: order, DeletionPolicy: r.DeletionPolicy, ReplacePolicy: r.UpdateReplacePolicy}
	status := statusCreating
	if was != nil {
		status = statusUpdating
	}
	s.step(st, Step{ID: id, Was: was, New: was != nil}, now, status)
	made, err := s.create(st, id, kind, next)
	if err != nil {
		return s.failed(st, id, now, errors.New(reasonOf(kind, err)))
	}
	s.finish(st, id, now, made, map[string]string{statusCreating: statusCreated, statusUpdating: statusUpdated}[status])
	return nil
}

// create makes a resource of evaluated properties, its dynamic references
// resolved.
func (s *Service) create(st *Stack, id string, kind *Type, next map[string]any) (Made, error) {
	resolved, err := s.resolveAll(st, next, "/"+kind.Name+"/Properties")
	if err != nil {
		return Made{}, err
	}
	properties, _ := resolved.(map[string]any)
	return kind.Driver.Create(contextOf(st), kind.nameOf(st.Name, id, properties), properties)
}

// update changes a resource from one state to another, their dynamic references
// resolved. What the old ones stood for may be gone: they stay as they are then.
func (s *Service) update(st *Stack, kind *Type, was *Resource, next map[string]any) (Made, error) {
	resolved, err := s.resolveAll(st, next, "/"+kind.Name+"/Properties")
	if err != nil {
		return Made{}, err
	}
	properties, _ := resolved.(map[string]any)
	before := was.Properties
	if old, err := s.resolveAll(st, was.Properties, ""); err == nil {
		before, _ = old.(map[string]any)
	}
	return kind.Driver.Update(contextOf(st), was.ID, before, properties)
}

// step notes what is about to happen, so that it can be undone.
func (s *Service) step(st *Stack, step Step, now *Resource, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st.Journal = append(st.Journal, step)
	st.Resources[step.ID] = now
	s.setResource(st, step.ID, now, status, "")
}

func (s *Service) finish(st *Stack, id string, now *Resource, made Made, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now.ID, now.Attributes = made.ID, made.Attributes
	s.setResource(st, id, now, status, "")
}

// failed marks a resource and returns the operation's error.
func (s *Service) failed(st *Stack, id string, r *Resource, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := statusCreateFailed
	if r.ID != "" {
		status = statusUpdateFailed
	}
	copied := *r // the resource itself keeps the state it has
	s.setResource(st, id, &copied, status, err.Error())
	return fmt.Errorf("The following resource(s) failed to %s: [%s]. ", map[string]string{statusCreateFailed: "create", statusUpdateFailed: "update"}[status], id) // AWS's words
}

// outputs evaluates the Outputs section. Called with mu held.
func (s *Service) outputs(st *Stack, t *Template, sc *scope) ([]Output, error) {
	var out []Output
	for _, key := range slices.Sorted(maps.Keys(t.Outputs)) {
		o := t.Outputs[key]
		if o.Condition != "" && !sc.conditions[o.Condition] {
			continue
		}
		value, err := sc.text(o.Value)
		if err != nil {
			return nil, err
		}
		made := Output{Key: key, Value: value, Description: o.Description}
		if o.Export != nil {
			if made.Export, err = sc.text(o.Export); err != nil {
				return nil, err
			}
			if _, other, taken := s.exported(st.Account, st.Region, made.Export); taken && other != st {
				return nil, fmt.Errorf("Export with name %s is already exported by stack %s. ", made.Export, other.Name) // AWS's words
			}
		}
		out = append(out, made)
	}
	return out, nil
}

// cleanUp deletes what the new version no longer has: replaced resources and
// removed ones, those that depend on others first. What cannot be deleted is
// said in an event and left, as on AWS.
func (s *Service) cleanUp(st *Stack, t *Template) {
	for _, step := range slices.Backward(st.Journal) {
		if step.New {
			s.remove(st, step.ID, step.Was, step.Was.ReplacePolicy)
		}
	}
	s.mu.Lock()
	ids := st.byOrder()
	s.mu.Unlock()
	for _, id := range slices.Backward(ids) {
		if s.wanted(st, t, id) {
			continue
		}
		r := st.Resources[id]
		if s.remove(st, id, r, r.DeletionPolicy) {
			s.mu.Lock()
			delete(st.Resources, id)
			s.mu.Unlock()
		}
	}
}

// wanted reports whether the present version has the resource.
func (s *Service) wanted(st *Stack, t *Template, id string) bool {
	r, ok := t.Resources[id]
	if !ok || r.Condition == "" {
		return ok
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sc, err := s.scopeOf(st, target{st.Now, t}, map[string]bool{})
	return err == nil && sc.conditions[r.Condition]
}

// remove deletes one physical resource unless the policy keeps it; false when
// it could not.
func (s *Service) remove(st *Stack, id string, r *Resource, policy string) bool {
	if r.ID == "" {
		return true
	}
	mark := func(status, reason string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.setResource(st, id, r, status, reason)
	}
	if strings.HasPrefix(policy, "Retain") {
		mark(statusDeleteSkipped, "")
		return true
	}
	mark(statusDeleting, "")
	kind := s.types[r.Type]
	err := kind.Driver.Delete(contextOf(st), r.ID, r.Properties)
	if err != nil && !errors.Is(err, ErrNotFound) {
		mark(statusDeleteFailed, reasonOf(kind, err))
		return false
	}
	mark(statusDeleted, "")
	return true
}
