package cloudformation

// Change is one line of a change set.
type Change struct {
	Type           string // always Resource
	ResourceChange ResourceChange
}

// ResourceChange says what would happen to one resource.
type ResourceChange struct {
	Action             string // Add, Modify or Remove
	LogicalResourceId  string
	PhysicalResourceId string `query:",omitempty"`
	ResourceType       string
	Replacement        string `query:",omitempty"` // of a Modify: True or False
	Scope              []string
}

// unknown stands for a value that is known only once a resource is made.
const unknown = "{{known after execution}}"

// plan lists what applying a version would change, without changing anything.
// nothing is true when nothing would, outputs and tags included. Called with mu
// held.
func (s *Service) plan(st *Stack, to target) (changes []Change, nothing bool, err error) {
	sc, err := s.scopeOf(st, to, map[string]bool{})
	if err != nil {
		return nil, false, err
	}
	pending := map[string]bool{} // new or replaced: their ids and attributes are unknown
	ref, attribute := sc.ref, sc.attribute
	sc.ref = func(id string) (any, error) {
		if pending[id] {
			return unknown, nil
		}
		return ref(id)
	}
	sc.attribute = func(id, name string) (any, error) {
		if pending[id] {
			return unknown, nil
		}
		return attribute(id, name)
	}
	kept, policies := map[string]bool{}, false
	for _, id := range to.t.order {
		r := to.t.Resources[id]
		if r.Condition != "" && !sc.conditions[r.Condition] {
			continue
		}
		kept[id] = true
		next, err := sc.properties(r)
		if err != nil {
			return nil, false, err
		}
		was := st.Resources[id]
		change := ResourceChange{LogicalResourceId: id, ResourceType: r.Type, Scope: []string{}}
		switch {
		case was == nil:
			change.Action = "Add"
			pending[id] = true
		case same(was.Properties, next) && was.Type == r.Type:
			policies = policies || was.DeletionPolicy != r.DeletionPolicy || was.ReplacePolicy != r.UpdateReplacePolicy
			continue
		default:
			change.Action, change.PhysicalResourceId, change.Scope, change.Replacement = "Modify", was.ID, []string{"Properties"}, "False"
			if was.Type != r.Type || s.types[r.Type].replaces(was.Properties, next) {
				change.Replacement = "True"
				pending[id] = true
			}
		}
		changes = append(changes, Change{"Resource", change})
	}
	for _, id := range st.byOrder() {
		if !kept[id] {
			r := st.Resources[id]
			changes = append(changes, Change{"Resource", ResourceChange{Action: "Remove", LogicalResourceId: id, PhysicalResourceId: r.ID, ResourceType: r.Type, Scope: []string{}}})
		}
	}
	if len(changes) > 0 {
		return changes, false, nil
	}
	outputs, err := s.outputs(st, to.t, sc)
	if err != nil {
		return nil, false, err
	}
	unchanged := !policies && (same(outputs, st.Outputs) || len(outputs)+len(st.Outputs) == 0) && (same(to.Tags, st.Now.Tags) || len(to.Tags)+len(st.Now.Tags) == 0)
	return nil, unchanged, nil
}
