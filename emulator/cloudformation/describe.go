package cloudformation

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The shapes below are AWS's answers, member by member.

type stackOutput struct {
	OutputKey, OutputValue string
	Description            string `query:",omitempty"`
	ExportName             string `query:",omitempty"`
}

type stackDescription struct {
	StackId, StackName          string
	Description                 string `query:",omitempty"`
	Parameters                  []Parameter
	CreationTime                time.Time
	LastUpdatedTime             time.Time
	DeletionTime                time.Time
	StackStatus                 string
	StackStatusReason           string `query:",omitempty"`
	DisableRollback             bool
	EnableTerminationProtection bool
	Outputs                     []stackOutput
	Tags                        []Tag
	Capabilities                []string
	NotificationARNs            []string
}

// describe is called with mu held.
func (s *Service) describe(st *Stack) stackDescription {
	d := stackDescription{
		StackId: st.ID, StackName: st.Name, CreationTime: st.Created, LastUpdatedTime: st.Updated, DeletionTime: st.Deleted,
		StackStatus: st.Status, StackStatusReason: st.Reason, DisableRollback: st.Keep, EnableTerminationProtection: st.Protected,
		Parameters: []Parameter{}, Outputs: []stackOutput{}, Tags: []Tag{}, Capabilities: []string{}, NotificationARNs: []string{},
	}
	t, err := parse(st.Now.Body)
	if err == nil {
		d.Description = t.Description
		if c := t.capability(); c != "" {
			d.Capabilities = []string{c}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(st.Now.Parameters)) {
		value := st.Now.Parameters[key]
		if t != nil && t.Parameters[key].NoEcho {
			value = "****"
		}
		d.Parameters = append(d.Parameters, Parameter{ParameterKey: key, ParameterValue: value, ResolvedValue: st.Now.Stored[key]})
	}
	for _, o := range st.Outputs {
		d.Outputs = append(d.Outputs, stackOutput{o.Key, o.Value, o.Description, o.Export})
	}
	for _, key := range slices.Sorted(maps.Keys(st.Now.Tags)) {
		d.Tags = append(d.Tags, Tag{key, st.Now.Tags[key]})
	}
	return d
}

type stackNameInput struct {
	StackName string
	NextToken string
}

type describeStacksOutput struct {
	Stacks    []stackDescription
	NextToken string `query:",omitempty"`
}

func (s *Service) describeStacks(ctx context.Context, in *stackNameInput) (*describeStacksOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &describeStacksOutput{Stacks: []stackDescription{}}
	if in.StackName != "" {
		st, err := s.find(ctx, in.StackName, errNoStack)
		if err != nil {
			return nil, err
		}
		out.Stacks = append(out.Stacks, s.describe(st))
		return out, nil
	}
	stacks, next, err := cut(s.sorted(ctx, func(st *Stack) bool { return !st.gone() }), in.NextToken, 100)
	for _, st := range stacks {
		out.Stacks = append(out.Stacks, s.describe(st))
	}
	out.NextToken = next
	return out, err
}

// sorted lists the caller's stacks, newest first. Called with mu held.
func (s *Service) sorted(ctx context.Context, want func(*Stack) bool) []*Stack {
	id := wire.IdentityFrom(ctx)
	var out []*Stack
	for _, st := range s.stacks {
		if st.Account == id.Account && st.Region == id.Region && want(st) {
			out = append(out, st)
		}
	}
	slices.SortFunc(out, func(a, b *Stack) int {
		if c := b.Created.Compare(a.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

type listStacksInput struct {
	NextToken         string
	StackStatusFilter []string
}

type stackSummary struct {
	StackId, StackName string
	CreationTime       time.Time
	LastUpdatedTime    time.Time
	DeletionTime       time.Time
	StackStatus        string
	StackStatusReason  string `query:",omitempty"`
}

type listStacksOutput struct {
	StackSummaries []stackSummary
	NextToken      string `query:",omitempty"`
}

func (s *Service) listStacks(ctx context.Context, in *listStacksInput) (*listStacksOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.sorted(ctx, func(st *Stack) bool {
		return len(in.StackStatusFilter) == 0 || slices.Contains(in.StackStatusFilter, st.Status)
	})
	stacks, next, err := cut(all, in.NextToken, 100)
	out := &listStacksOutput{StackSummaries: []stackSummary{}, NextToken: next}
	for _, st := range stacks {
		out.StackSummaries = append(out.StackSummaries, stackSummary{st.ID, st.Name, st.Created, st.Updated, st.Deleted, st.Status, st.Reason})
	}
	return out, err
}

type stackEvent struct {
	EventId, StackId, StackName string
	LogicalResourceId           string
	PhysicalResourceId          string
	ResourceType                string
	Timestamp                   time.Time
	ResourceStatus              string
	ResourceStatusReason        string `query:",omitempty"`
	ResourceProperties          string `query:",omitempty"`
}

type describeStackEventsOutput struct {
	StackEvents []stackEvent
	NextToken   string `query:",omitempty"`
}

func (s *Service) describeStackEvents(ctx context.Context, in *stackNameInput) (*describeStackEventsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, err := s.find(ctx, in.StackName, errNoStackNamed)
	if err != nil {
		return nil, err
	}
	newest := slices.Clone(s.events[st.ID])
	slices.Reverse(newest)
	events, next, err := cut(newest, in.NextToken, 100)
	out := &describeStackEventsOutput{StackEvents: []stackEvent{}, NextToken: next}
	for _, e := range events {
		out.StackEvents = append(out.StackEvents, stackEvent{
			EventId: e.Logical + "-" + e.Status + "-" + e.At.Format("2006-01-02T15:04:05.000Z"), StackId: st.ID, StackName: st.Name,
			LogicalResourceId: e.Logical, PhysicalResourceId: e.Physical, ResourceType: e.Type, Timestamp: e.At,
			ResourceStatus: e.Status, ResourceStatusReason: e.Reason, ResourceProperties: e.Properties,
		})
	}
	return out, err
}

type resourceInput struct{ StackName, LogicalResourceId, PhysicalResourceId string }

type stackResource struct {
	StackName, StackId   string
	LogicalResourceId    string
	PhysicalResourceId   string
	ResourceType         string
	Timestamp            time.Time
	ResourceStatus       string
	ResourceStatusReason string `query:",omitempty"`
}

type describeStackResourcesOutput struct{ StackResources []stackResource }

func (s *Service) describeStackResources(ctx context.Context, in *resourceInput) (*describeStackResourcesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := in.StackName
	if name == "" { // the stack that has this resource
		for _, st := range s.sorted(ctx, func(st *Stack) bool { return !st.gone() }) {
			for _, r := range st.Resources {
				if r.ID == in.PhysicalResourceId {
					name = st.ID
				}
			}
		}
	}
	st, err := s.find(ctx, name, errNoStack)
	if err != nil {
		return nil, err
	}
	out := &describeStackResourcesOutput{StackResources: []stackResource{}}
	for _, id := range st.byOrder() {
		if r := st.Resources[id]; in.LogicalResourceId == "" || in.LogicalResourceId == id {
			out.StackResources = append(out.StackResources, stackResource{st.Name, st.ID, id, r.ID, r.Type, r.Updated, r.Status, r.Reason})
		}
	}
	return out, nil
}

type describeStackResourceOutput struct{ StackResourceDetail resourceDetail }

type resourceDetail struct {
	StackName, StackId   string
	LogicalResourceId    string
	PhysicalResourceId   string
	ResourceType         string
	LastUpdatedTimestamp time.Time
	ResourceStatus       string
	ResourceStatusReason string `query:",omitempty"`
}

func (s *Service) describeStackResource(ctx context.Context, in *resourceInput) (*describeStackResourceOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, err := s.find(ctx, in.StackName, errNoStackNamed)
	if err != nil {
		return nil, err
	}
	r, ok := st.Resources[in.LogicalResourceId]
	if !ok {
		return nil, errValidation("Resource %s does not exist for stack %s", in.LogicalResourceId, in.StackName)
	}
	return &describeStackResourceOutput{resourceDetail{st.Name, st.ID, in.LogicalResourceId, r.ID, r.Type, r.Updated, r.Status, r.Reason}}, nil
}

type resourceSummary struct {
	LogicalResourceId    string
	PhysicalResourceId   string
	ResourceType         string
	LastUpdatedTimestamp time.Time
	ResourceStatus       string
	ResourceStatusReason string `query:",omitempty"`
}

type listStackResourcesOutput struct {
	StackResourceSummaries []resourceSummary
	NextToken              string `query:",omitempty"`
}

func (s *Service) listStackResources(ctx context.Context, in *stackNameInput) (*listStackResourcesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, err := s.find(ctx, in.StackName, errNoStack)
	if err != nil {
		return nil, err
	}
	ids, next, err := cut(st.byOrder(), in.NextToken, 100)
	out := &listStackResourcesOutput{StackResourceSummaries: []resourceSummary{}, NextToken: next}
	for _, id := range ids {
		r := st.Resources[id]
		out.StackResourceSummaries = append(out.StackResourceSummaries, resourceSummary{id, r.ID, r.Type, r.Updated, r.Status, r.Reason})
	}
	return out, err
}

type getTemplateInput struct {
	StackName     string
	ChangeSetName string
	TemplateStage string // Original and Processed are the same without macros
}

type getTemplateOutput struct {
	TemplateBody    string
	StagesAvailable []string
}

func (s *Service) getTemplate(ctx context.Context, in *getTemplateInput) (*getTemplateOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body := ""
	if in.ChangeSetName != "" {
		_, cs, err := s.findChangeSet(ctx, in.StackName, in.ChangeSetName)
		if err != nil {
			return nil, err
		}
		body = cs.To.Body
	} else {
		st, err := s.find(ctx, in.StackName, errNoStackNamed)
		if err != nil {
			return nil, err
		}
		body = st.Now.Body
	}
	return &getTemplateOutput{body, []string{"Original", "Processed"}}, nil
}

type export struct{ ExportingStackId, Name, Value string }

type listExportsOutput struct {
	Exports   []export
	NextToken string `query:",omitempty"`
}

func (s *Service) listExports(ctx context.Context, in *stackNameInput) (*listExportsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []export
	for _, st := range s.sorted(ctx, func(st *Stack) bool { return !st.gone() }) {
		for _, o := range st.Outputs {
			if o.Export != "" {
				all = append(all, export{st.ID, o.Export, o.Value})
			}
		}
	}
	slices.SortFunc(all, func(a, b export) int { return strings.Compare(a.Name, b.Name) })
	page, next, err := cut(all, in.NextToken, 100)
	return &listExportsOutput{append([]export{}, page...), next}, err
}
