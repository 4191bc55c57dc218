package lambda

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Alias is a name for a version, or for two of which each takes a share of the
// invocations.
type Alias struct {
	Name            string
	FunctionVersion string // the main one
	Description     string
	Weights         map[string]float64 // version → share, from 0 up to 1; one at most
	RevisionID      string
}

// choose returns the version that runs when the dice show d, from 0 up to 1.
func (a *Alias) choose(d float64) string {
	for version, weight := range a.Weights {
		if d < weight {
			return version
		}
	}
	return a.FunctionVersion
}

// RoutingConfig is AWS's shape of an alias's second version.
type RoutingConfig struct {
	AdditionalVersionWeights map[string]float64 `json:",omitempty"`
}

// AliasInput is the members of CreateAlias and UpdateAlias; nil leaves a member
// as it is. Name is in the path of UpdateAlias.
type AliasInput struct {
	Name            string
	FunctionVersion *string
	Description     *string
	RoutingConfig   *RoutingConfig
	RevisionId      *string
}

// AliasConfiguration is AWS's description of an alias.
type AliasConfiguration struct {
	AliasArn        string
	Name            string
	FunctionVersion string
	Description     string
	RoutingConfig   *RoutingConfig `json:",omitempty"`
	RevisionId      string
}

func (a *Alias) describe(functionARN string) *AliasConfiguration {
	out := &AliasConfiguration{
		AliasArn: functionARN + ":" + a.Name, Name: a.Name, FunctionVersion: a.FunctionVersion, Description: a.Description, RevisionId: a.RevisionID,
	}
	if len(a.Weights) > 0 {
		out.RoutingConfig = &RoutingConfig{a.Weights}
	}
	return out
}

// check refuses an alias of versions that are not there, or of a mixture AWS
// does not make. Called with s.mu held.
func (a *Alias) check(e *entry) error {
	if err := e.checkVersion(a.FunctionVersion); err != nil {
		return err
	}
	if len(a.Weights) > 1 {
		return errInvalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
	}
	for version, weight := range a.Weights {
		shown := "'{" + version + "=" + strconv.FormatFloat(weight, 'g', -1, 64) + "}'"
		switch {
		case weight < 0 || weight > 1:
			return errConstraint(shown, "routingConfig.additionalVersionWeights", "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]")
		case version == a.FunctionVersion:
			return errInvalid("Invalid function version %s. Function version %s is already included in routing configuration.", version, version)
		case a.FunctionVersion == latest:
			return errInvalid("$LATEST is not supported for an alias pointing to more than 1 version")
		case !isVersion(version):
			return errConstraint(shown, "routingConfig.additionalVersionWeights", "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+, Member must not be null]")
		}
		if err := e.checkVersion(version); err != nil {
			return err
		}
	}
	return nil
}

func (e *entry) checkVersion(version string) error {
	if version != latest && e.versions[version] == nil {
		return errNoFunction(e.arn + ":" + version)
	}
	return nil
}

func (in *AliasInput) apply(a *Alias) {
	set(&a.FunctionVersion, in.FunctionVersion)
	set(&a.Description, in.Description)
	if in.RoutingConfig != nil {
		a.Weights = maps.Clone(in.RoutingConfig.AdditionalVersionWeights)
	}
}

// CreateAlias names a version.
func (s *Service) CreateAlias(ctx context.Context, function string, in *AliasInput) (*AliasConfiguration, error) {
	if !aliasName.MatchString(in.Name) || isVersion(in.Name) {
		return nil, errConstraint("'"+in.Name+"'", "name", "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)")
	}
	if in.FunctionVersion == nil {
		return nil, errConstraint("null", "functionVersion", "Member must not be null")
	}
	if in.RevisionId != nil {
		return nil, errUnsupported("the parameter RevisionId of this operation") // nor does AWS
	}
	return s.keepAlias(ctx, function, in.Name, func(e *entry, old *Alias) (*Alias, error) {
		if old != nil {
			return nil, errAliasExists(e.arn + ":" + in.Name)
		}
		a := &Alias{Name: in.Name}
		in.apply(a)
		return a, nil
	})
}

// UpdateAlias changes what is given.
func (s *Service) UpdateAlias(ctx context.Context, function, name string, in *AliasInput) (*AliasConfiguration, error) {
	return s.keepAlias(ctx, function, name, func(e *entry, old *Alias) (*Alias, error) {
		switch {
		case old == nil:
			return nil, errNoAlias(e.arn + ":" + name)
		case in.RevisionId != nil && *in.RevisionId != old.RevisionID:
			return nil, errRevision()
		}
		a := *old
		in.apply(&a)
		return &a, nil
	})
}

// keepAlias replaces an alias by what edit makes of it; nil means none yet.
func (s *Service) keepAlias(ctx context.Context, function, name string, edit func(*entry, *Alias) (*Alias, error)) (*AliasConfiguration, error) {
	e, err := s.find(ctx, function)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	a, err := edit(e, e.aliases[name])
	if err == nil {
		err = a.check(e)
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	a.RevisionID = s.cfg.NewID()
	e.aliases[name] = a
	wait := s.saveAlias(e, a)
	s.mu.Unlock()
	return a.describe(e.arn), kept(wait)
}

// DeleteAlias forgets a name; one that is not there is no error, as on AWS.
func (s *Service) DeleteAlias(ctx context.Context, function, name string) error {
	e, err := s.find(ctx, function)
	if err != nil {
		return err
	}
	s.mu.Lock()
	delete(e.aliases, name)
	wait := s.dropAlias(e.arn, name)
	s.mu.Unlock()
	if err := kept(wait); err != nil {
		return err
	}
	return s.forget(e, name)
}

// forget drops the settings that belonged to a version or an alias.
func (s *Service) forget(e *entry, qualifier string) error {
	return s.annotate(e, func(f *Function) error {
		delete(f.AsyncConfigs, qualifier)
		delete(f.Policies, qualifier)
		return nil
	})
}

func (s *Service) createAlias(ctx context.Context, r *request) (any, error) {
	in := &AliasInput{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.CreateAlias(ctx, r.path("name"), in)
}

func (s *Service) updateAlias(ctx context.Context, r *request) (any, error) {
	in := &AliasInput{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.UpdateAlias(ctx, r.path("name"), r.path("alias"), in)
}

func (s *Service) deleteAlias(ctx context.Context, r *request) (any, error) {
	return nil, s.DeleteAlias(ctx, r.path("name"), r.path("alias"))
}

func (s *Service) getAlias(ctx context.Context, r *request) (any, error) {
	e, err := s.find(ctx, r.path("name"))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := e.aliases[r.path("alias")]
	if a == nil {
		return nil, errNoAlias(e.arn + ":" + r.path("alias"))
	}
	return a.describe(e.arn), nil
}

func (s *Service) listAliases(ctx context.Context, r *request) (any, error) {
	e, err := s.find(ctx, r.path("name"))
	if err != nil {
		return nil, err
	}
	only := r.query("FunctionVersion")
	var all []*AliasConfiguration
	s.mu.Lock()
	for _, a := range e.aliases {
		if only == "" || a.FunctionVersion == only {
			all = append(all, a.describe(e.arn))
		}
	}
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b *AliasConfiguration) int { return strings.Compare(a.Name, b.Name) })
	aliases, next, err := page(r, all, 50)
	if err != nil {
		return nil, err
	}
	return struct {
		Aliases    []*AliasConfiguration
		NextMarker string `json:",omitempty"`
	}{append([]*AliasConfiguration{}, aliases...), next}, nil
}
