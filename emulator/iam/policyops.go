package iam

import (
	"context"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type policyDescription struct {
	PolicyName, PolicyId, Arn, Path string
	DefaultVersionId                string
	AttachmentCount                 int
	IsAttachable                    bool
	Description                     string `query:",omitempty"`
	CreateDate, UpdateDate          time.Time
}

// describePolicy is called with mu held.
func (s *Service) describePolicy(p *ManagedPolicy) policyDescription {
	roles, users := s.holders(p)
	return policyDescription{p.Name, p.ID, p.ARN, p.Path, p.Default, len(roles) + len(users), true, p.Description, p.Created, p.Updated}
}

type createPolicyInput struct {
	PolicyName, Path, PolicyDocument, Description string
	Tags                                          []tag
}

type managedPolicyOutput struct{ Policy policyDescription }

func (s *Service) createPolicy(ctx context.Context, in *createPolicyInput) (*managedPolicyOutput, error) {
	p, err := s.CreatePolicy(ctx, ManagedPolicy{Name: in.PolicyName, Path: in.Path, Description: in.Description, Tags: tagMap(in.Tags)}, in.PolicyDocument)
	if err != nil {
		return nil, err
	}
	return s.getPolicy(ctx, &policyARN{p.ARN})
}

type policyARN struct{ PolicyArn string }

func (s *Service) getPolicy(_ context.Context, in *policyARN) (*managedPolicyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.policies.Get(in.PolicyArn)
	if !ok {
		return nil, errPolicyNone(in.PolicyArn)
	}
	return &managedPolicyOutput{s.describePolicy(p)}, nil
}

func (s *Service) deletePolicy(_ context.Context, in *policyARN) (*none, error) {
	return &none{}, s.DeletePolicy(in.PolicyArn, false)
}

type listPoliciesInput struct {
	PathPrefix   string
	Scope        string
	OnlyAttached bool
	Marker       string // there is always but one page
	MaxItems     int
}

type listPoliciesOutput struct {
	Policies    []policyDescription
	IsTruncated bool
}

// listPolicies lists the account's own; of AWS's only some are known, which is
// no list of them.
func (s *Service) listPolicies(ctx context.Context, in *listPoliciesInput) (*listPoliciesOutput, error) {
	if in.Scope != "Local" {
		return nil, wire.Errorf(400, "ValidationError", "Cumin's embedded AWS lists the account's own policies only: ask with Scope Local.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &listPoliciesOutput{Policies: []policyDescription{}}
	for _, p := range s.policies.All("arn:aws:iam::" + wire.IdentityFrom(ctx).Account + ":") {
		d := s.describePolicy(p)
		if strings.HasPrefix(p.Path, in.PathPrefix) && (!in.OnlyAttached || d.AttachmentCount > 0) {
			out.Policies = append(out.Policies, d)
		}
	}
	return out, nil
}

type policyVersionDescription struct {
	Document         string `query:",omitempty"`
	VersionId        string
	IsDefaultVersion bool
	CreateDate       time.Time
}

type createPolicyVersionInput struct {
	PolicyArn, PolicyDocument string
	SetAsDefault              bool
}

type policyVersionOutput struct{ PolicyVersion policyVersionDescription }

func (s *Service) createPolicyVersion(_ context.Context, in *createPolicyVersionInput) (*policyVersionOutput, error) {
	id, err := s.addVersion(in.PolicyArn, in.PolicyDocument, in.SetAsDefault, false)
	if err != nil {
		return nil, err
	}
	return &policyVersionOutput{policyVersionDescription{"", id, in.SetAsDefault, s.cfg.Clock.Now()}}, nil
}

type policyVersionInput struct{ PolicyArn, VersionId string }

func errNoVersion(in *policyVersionInput) *wire.Error {
	return wire.Errorf(404, "NoSuchEntity", "Policy %s version %s does not exist or is not attachable.", in.PolicyArn, in.VersionId)
}

func (s *Service) getPolicyVersion(_ context.Context, in *policyVersionInput) (*policyVersionOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.policies.Get(in.PolicyArn)
	if !ok {
		return nil, errPolicyNone(in.PolicyArn)
	}
	v, ok := p.Versions[in.VersionId]
	if !ok {
		return nil, errNoVersion(in)
	}
	return &policyVersionOutput{policyVersionDescription{encode(v.Document), in.VersionId, in.VersionId == p.Default, v.Created}}, nil
}

type listPolicyVersionsOutput struct {
	Versions    []policyVersionDescription
	IsTruncated bool
}

func (s *Service) listPolicyVersions(_ context.Context, in *policyARN) (*listPolicyVersionsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.policies.Get(in.PolicyArn)
	if !ok {
		return nil, errPolicyNone(in.PolicyArn)
	}
	out := &listPolicyVersionsOutput{Versions: []policyVersionDescription{}}
	for _, id := range p.versions() {
		out.Versions = append(out.Versions, policyVersionDescription{"", id, id == p.Default, p.Versions[id].Created})
	}
	return out, nil
}

func (s *Service) deletePolicyVersion(_ context.Context, in *policyVersionInput) (*none, error) {
	_, err := s.changePolicy(in.PolicyArn, func(p *ManagedPolicy) error {
		switch {
		case in.VersionId == p.Default:
			return wire.Errorf(409, "DeleteConflict", "Cannot delete the default version of a policy.")
		case !has(p.Versions, in.VersionId):
			return errNoVersion(in)
		}
		delete(p.Versions, in.VersionId)
		return nil
	})
	return &none{}, err
}

func (s *Service) setDefaultPolicyVersion(_ context.Context, in *policyVersionInput) (*none, error) {
	_, err := s.changePolicy(in.PolicyArn, func(p *ManagedPolicy) error {
		if !has(p.Versions, in.VersionId) {
			return errNoVersion(in)
		}
		p.Default = in.VersionId
		return nil
	})
	return &none{}, err
}
