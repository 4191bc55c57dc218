package cloudformation

import (
	"context"
	"maps"
	"slices"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type summaryInput struct{ TemplateBody, TemplateURL, StackName string }

type parameterConstraints struct{ AllowedValues []string }

type parameterDeclaration struct {
	ParameterKey         string
	DefaultValue         string `query:",omitempty"`
	ParameterType        string
	NoEcho               bool
	Description          string `query:",omitempty"`
	ParameterConstraints parameterConstraints
}

type resourceIdentifiers struct {
	ResourceType       string
	LogicalResourceIds []string
}

type summaryOutput struct {
	Parameters                  []parameterDeclaration
	Description                 string `query:",omitempty"`
	Capabilities                []string
	CapabilitiesReason          string `query:",omitempty"`
	ResourceTypes               []string
	Version                     string
	DeclaredTransforms          []string
	ResourceIdentifierSummaries []resourceIdentifiers
}

// getTemplateSummary tells what a template, or a stack's, asks for and makes.
func (s *Service) getTemplateSummary(ctx context.Context, in *summaryInput) (*summaryOutput, error) {
	body, err := s.summarized(ctx, in)
	if err != nil {
		return nil, err
	}
	t, err := parse(body)
	if err != nil {
		return nil, err
	}
	out := &summaryOutput{
		Parameters: []parameterDeclaration{}, Description: t.Description, Capabilities: []string{}, ResourceTypes: []string{}, Version: "2010-09-09",
		DeclaredTransforms: []string{}, ResourceIdentifierSummaries: []resourceIdentifiers{},
	}
	if needed := t.capability(); needed != "" {
		out.Capabilities, out.CapabilitiesReason = []string{needed}, t.capabilityReason()
	}
	for _, key := range slices.Sorted(maps.Keys(t.Parameters)) {
		p := t.Parameters[key]
		text, _ := textOf(p.Default)
		d := parameterDeclaration{key, text, p.Type, p.NoEcho, p.Description, parameterConstraints{[]string{}}}
		for _, v := range p.AllowedValues {
			text, _ := textOf(v)
			d.ParameterConstraints.AllowedValues = append(d.ParameterConstraints.AllowedValues, text)
		}
		out.Parameters = append(out.Parameters, d)
	}
	types := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		kind := t.Resources[id].Type
		types[kind] = append(types[kind], id)
	}
	for _, kind := range slices.Sorted(maps.Keys(types)) {
		out.ResourceTypes = append(out.ResourceTypes, kind)
		out.ResourceIdentifierSummaries = append(out.ResourceIdentifierSummaries, resourceIdentifiers{kind, types[kind]})
	}
	return out, nil
}

// summarized is the text of the one template the request names.
func (s *Service) summarized(ctx context.Context, in *summaryInput) (string, error) {
	switch {
	case in.StackName != "":
		s.mu.Lock()
		defer s.mu.Unlock()
		st, err := s.find(ctx, in.StackName, errNoStackNamed)
		if err != nil {
			return "", err
		}
		return st.Now.Body, nil
	case in.TemplateURL != "":
		return s.fetch(ctx, in.TemplateURL)
	}
	return in.TemplateBody, nil
}

type listImportsInput struct{ ExportName, NextToken string }

type listImportsOutput struct {
	Imports   []string
	NextToken string `query:",omitempty"`
}

// listImports lists the stacks that use an export.
func (s *Service) listImports(ctx context.Context, in *listImportsInput) (*listImportsOutput, error) {
	id := wire.IdentityFrom(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, _, ok := s.exported(id.Account, id.Region, in.ExportName); !ok {
		return nil, errValidation("Export '%s' does not exist.", in.ExportName)
	}
	var names []string
	for _, st := range s.sorted(ctx, func(st *Stack) bool { return !st.gone() && slices.Contains(st.Imports, in.ExportName) }) {
		names = append(names, st.Name)
	}
	if len(names) == 0 {
		return nil, errValidation("Export '%s' is not imported by any stack.", in.ExportName)
	}
	slices.Sort(names)
	page, next, err := cut(names, in.NextToken, 100)
	return &listImportsOutput{page, next}, err
}

type protectionInput struct {
	StackName                   string
	EnableTerminationProtection bool
}

func (s *Service) updateTerminationProtection(ctx context.Context, in *protectionInput) (*stackIDOutput, error) {
	s.mu.Lock()
	st, err := s.find(ctx, in.StackName, errNoStackNamed)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	st.Protected = in.EnableTerminationProtection
	wait := s.save(st)
	s.mu.Unlock()
	return &stackIDOutput{st.ID}, wait()
}
