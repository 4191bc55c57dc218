package cloudformation

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// ops is the support matrix.
func (s *Service) ops() wire.QueryOps {
	return wire.QueryOps{
		"CreateStack":                 wire.QueryOp(s.createStack),
		"UpdateStack":                 wire.QueryOp(s.updateStack),
		"DeleteStack":                 wire.QueryOp(s.deleteStack),
		"DescribeStacks":              wire.QueryOp(s.describeStacks),
		"ListStacks":                  wire.QueryOp(s.listStacks),
		"DescribeStackEvents":         wire.QueryOp(s.describeStackEvents),
		"DescribeStackResource":       wire.QueryOp(s.describeStackResource),
		"DescribeStackResources":      wire.QueryOp(s.describeStackResources),
		"ListStackResources":          wire.QueryOp(s.listStackResources),
		"GetTemplate":                 wire.QueryOp(s.getTemplate),
		"ValidateTemplate":            wire.QueryOp(s.validateTemplate),
		"GetTemplateSummary":          wire.QueryOp(s.getTemplateSummary),
		"ListExports":                 wire.QueryOp(s.listExports),
		"ListImports":                 wire.QueryOp(s.listImports),
		"UpdateTerminationProtection": wire.QueryOp(s.updateTerminationProtection),
		"ContinueUpdateRollback":      wire.QueryOp(s.continueUpdateRollback),
		"CreateChangeSet":             wire.QueryOp(s.createChangeSet),
		"DescribeChangeSet":           wire.QueryOp(s.describeChangeSet),
		"ExecuteChangeSet":            wire.QueryOp(s.executeChangeSet),
		"DeleteChangeSet":             wire.QueryOp(s.deleteChangeSet),
		"ListChangeSets":              wire.QueryOp(s.listChangeSets),
	}
}

// Parameter is a parameter's value, or the wish to keep the present one.
type Parameter struct {
	ParameterKey     string
	ParameterValue   string
	UsePreviousValue bool   `query:",omitempty"`
	ResolvedValue    string `query:",omitempty"`
}

// Tag is a label of a stack. Stack tags are described and not put on resources.
type Tag struct{ Key, Value string }

// deployInput is what create, update and change sets have in common. A RoleARN
// is accepted beside it and changes nothing: roles limit nobody here.
type deployInput struct {
	TemplateBody        string
	TemplateURL         string
	UsePreviousTemplate bool
	Parameters          []Parameter
	Capabilities        []string
	Tags                *[]Tag // nil: as before
	NotificationARNs    []string
}

var stackName = pattern.New(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)

// version reads and checks what to deploy. previous is the stack's present
// version, nil for a new stack.
func (s *Service) version(ctx context.Context, in *deployInput, previous *Version) (to target, err error) {
	if len(in.NotificationARNs) > 0 {
		return to, errUnsupported("NotificationARNs")
	}
	to.Body = in.TemplateBody
	switch {
	case in.UsePreviousTemplate && previous != nil:
		to.Body = previous.Body
	case in.TemplateURL != "":
		if to.Body, err = s.fetch(ctx, in.TemplateURL); err != nil {
			return to, err
		}
	case len(to.Body) > maxTemplateBytes:
		return to, errValidation("1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to %d", maxTemplateBytes)
	}
	if to.t, err = parse(to.Body); err != nil {
		return to, err
	}
	if err := s.checkTypes(to.t); err != nil {
		return to, err
	}
	if needed := to.t.capability(); needed != "" && !slices.Contains(in.Capabilities, needed) && !slices.Contains(in.Capabilities, "CAPABILITY_NAMED_IAM") {
		return to, errCapabilities(needed)
	}
	var old map[string]string
	if previous != nil {
		old, to.Tags = previous.Parameters, previous.Tags
	}
	if in.Tags != nil {
		to.Tags = map[string]string{}
		for _, t := range *in.Tags {
			to.Tags[t.Key] = t.Value
		}
	}
	if to.Parameters, err = to.t.resolve(in.Parameters, old); err != nil {
		return to, err
	}
	to.Stored, err = s.stored(ctx, to.t, to.Parameters)
	return to, err
}

// fetch reads a template from S3 by its URL, path or virtual-host style.
func (s *Service) fetch(ctx context.Context, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || s.cfg.Objects == nil {
		return "", errValidation("S3 error: Domain name specified in %s is not a valid S3 domain", address)
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if host, _, virtual := strings.Cut(u.Hostname(), ".s3"); virtual {
		bucket, key = host, strings.TrimPrefix(u.Path, "/")
	}
	body, err := s.cfg.Objects.Object(ctx, bucket, key, u.Query().Get("versionId"))
	if err != nil {
		return "", errValidation("S3 error: %v", err)
	}
	if len(body) > maxURLBytes {
		return "", errValidation("Template may not exceed %d bytes in size.", maxURLBytes)
	}
	return string(body), nil
}

type createStackInput struct {
	StackName                   string
	TemplateBody                string
	TemplateURL                 string
	Parameters                  []Parameter
	Capabilities                []string
	Tags                        *[]Tag
	RoleARN                     string
	NotificationARNs            []string
	ClientRequestToken          string
	DisableRollback             bool
	OnFailure                   string
	TimeoutInMinutes            int // accepted: resources here do not take minutes
	EnableTerminationProtection bool
}

type stackIDOutput struct{ StackId string }

func (s *Service) createStack(ctx context.Context, in *createStackInput) (*stackIDOutput, error) {
	if in.DisableRollback && in.OnFailure != "" {
		return nil, errValidation("You can specify either DisableRollback or OnFailure, but not both.")
	}
	to, err := s.version(ctx, &deployInput{in.TemplateBody, in.TemplateURL, false, in.Parameters, in.Capabilities, in.Tags, in.NotificationARNs}, nil)
	if err != nil {
		return nil, err
	}
	st, err := s.newStack(ctx, in.StackName, statusCreating)
	if err != nil {
		return nil, err
	}
	st.Keep, st.Vanish, st.Protected = in.DisableRollback || in.OnFailure == "DO_NOTHING", in.OnFailure == "DELETE", in.EnableTerminationProtection
	return s.start(st, to)
}

// newStack reserves a name.
func (s *Service) newStack(ctx context.Context, name, status string) (*Stack, error) {
	if !stackName.MatchString(name) {
		return nil, errValidation("1 validation error detected: Value '%s' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", name)
	}
	id := wire.IdentityFrom(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.stacks[s.names[nameKey(id.Account, id.Region, name)]]; ok && !(old.Status == statusReview && status == statusCreating) {
		return nil, errStackExists(name)
	}
	st := &Stack{
		ID: "arn:aws:cloudformation:" + id.Region + ":" + id.Account + ":stack/" + name + "/" + s.cfg.NewID(), Name: name,
		Account: id.Account, Region: id.Region, Status: status, Created: s.cfg.Clock.Now(), Resources: map[string]*Resource{}, ChangeSets: map[string]*ChangeSet{},
	}
	s.stacks[st.ID] = st
	s.names[nameKey(id.Account, id.Region, name)] = st.ID
	return st, nil
}

// start begins a create or update whose status is set, and answers.
func (s *Service) start(st *Stack, to target) (*stackIDOutput, error) {
	s.mu.Lock()
	wait := s.setStatus(st, st.Status, "User Initiated")
	s.mu.Unlock()
	if err := wait(); err != nil {
		return nil, err
	}
	return &stackIDOutput{st.ID}, s.begin(func() { s.apply(st, to) })
}

type updateStackInput struct {
	StackName           string
	TemplateBody        string
	TemplateURL         string
	Parameters          []Parameter
	Capabilities        []string
	Tags                *[]Tag
	RoleARN             string
	NotificationARNs    []string
	ClientRequestToken  string
	UsePreviousTemplate bool
	DisableRollback     bool
}

func (s *Service) updateStack(ctx context.Context, in *updateStackInput) (*stackIDOutput, error) {
	if in.DisableRollback {
		return nil, errUnsupported("DisableRollback of updates")
	}
	s.mu.Lock()
	st, err := s.find(ctx, in.StackName, errNoStackNamed)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	present := st.Now
	s.mu.Unlock()
	to, err := s.version(ctx, &deployInput{in.TemplateBody, in.TemplateURL, in.UsePreviousTemplate, in.Parameters, in.Capabilities, in.Tags, in.NotificationARNs}, &present)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	err = s.turn(st, to)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return s.start(st, to)
}

// turn checks that an update may begin and would change something, and moves
// the stack to its status. Called with mu held.
func (s *Service) turn(st *Stack, to target) error {
	if !slices.Contains(updatable, st.Status) {
		return errBusy(st.ID, st.Status, "updated")
	}
	_, nothing, err := s.plan(st, to)
	if err != nil {
		return err
	}
	if nothing {
		return errNoUpdates()
	}
	before := st.Now
	st.Before, st.Updated, st.Status = &before, s.cfg.Clock.Now(), statusUpdating
	return nil
}

type deleteStackInput struct {
	StackName          string
	RetainResources    []string
	ClientRequestToken string
	RoleARN            string
}

func (s *Service) deleteStack(ctx context.Context, in *deleteStackInput) (*struct{}, error) {
	s.mu.Lock()
	st, err := s.find(ctx, in.StackName, errNoStack)
	if err != nil || st.gone() {
		s.mu.Unlock()
		return &struct{}{}, nil // deleting what is not there succeeds, as on AWS
	}
	if st.busy() && st.Status != statusReview {
		s.mu.Unlock()
		return nil, errBusy(st.ID, st.Status, "deleted")
	}
	if st.Protected {
		s.mu.Unlock()
		return nil, errValidation("Stack [%s] cannot be deleted while TerminationProtection is enabled", st.Name)
	}
	if name, by := s.importedBy(st); by != "" {
		s.mu.Unlock()
		return nil, errValidation("Export %s cannot be deleted as it is in use by %s", name, by)
	}
	wait := s.setStatus(st, statusDeleting, "User Initiated")
	s.mu.Unlock()
	if err := wait(); err != nil {
		return nil, err
	}
	return &struct{}{}, s.begin(func() { s.deleteAll(st, in.RetainResources) })
}

// importedBy finds a stack that uses one of st's exports. Called with mu held.
func (s *Service) importedBy(st *Stack) (export, stack string) {
	for _, o := range st.Outputs {
		for _, other := range s.stacks {
			if o.Export != "" && !other.gone() && other != st && other.Account == st.Account && other.Region == st.Region && slices.Contains(other.Imports, o.Export) {
				return o.Export, other.Name
			}
		}
	}
	return "", ""
}

type validateTemplateInput struct{ TemplateBody, TemplateURL string }

type templateParameter struct {
	ParameterKey string
	DefaultValue string `query:",omitempty"`
	NoEcho       bool
	Description  string `query:",omitempty"`
}

type validateTemplateOutput struct {
	Description        string
	Parameters         []templateParameter
	Capabilities       []string
	CapabilitiesReason string `query:",omitempty"`
	DeclaredTransforms []string
}

func (s *Service) validateTemplate(ctx context.Context, in *validateTemplateInput) (*validateTemplateOutput, error) {
	body := in.TemplateBody
	if in.TemplateURL != "" {
		var err error
		if body, err = s.fetch(ctx, in.TemplateURL); err != nil {
			return nil, err
		}
	}
	t, err := parse(body)
	if err != nil {
		return nil, err
	}
	if err := s.checkTypes(t); err != nil {
		return nil, err
	}
	out := &validateTemplateOutput{Description: t.Description, Parameters: []templateParameter{}, Capabilities: []string{}, DeclaredTransforms: []string{}}
	for _, key := range slices.Sorted(maps.Keys(t.Parameters)) {
		p := t.Parameters[key]
		text, _ := textOf(p.Default)
		out.Parameters = append(out.Parameters, templateParameter{key, text, p.NoEcho, p.Description})
	}
	if needed := t.capability(); needed != "" {
		out.Capabilities = []string{needed}
		out.CapabilitiesReason = t.capabilityReason()
	}
	return out, nil
}

// cut pages a list of any length; tokens are offsets.
func cut[T any](all []T, token string, size int) (items []T, next string, err error) {
	start := 0
	if token != "" {
		if start, err = strconv.Atoi(token); err != nil || start < 0 || start > len(all) {
			return nil, "", errValidation("Invalid NextToken.")
		}
	}
	end := min(start+size, len(all))
	if end < len(all) {
		next = strconv.Itoa(end)
	}
	return all[start:end], next, nil
}
