package lambda

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// fingerprint tells two states of $LATEST apart by what a version would keep of
// them: its code and its settings.
func (f *Function) fingerprint() string {
	c := f.forVersion()
	c.Version, c.RevisionID, c.LastModified = "", "", time.Time{}
	text, err := json.Marshal(c)
	if err != nil {
		panic(fmt.Sprintf("encode a function: %v", err)) // plain values always encode
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// forVersion is a copy without what belongs to the function as a whole.
func (f *Function) forVersion() *Function {
	c := f.clone()
	c.Tags, c.Reserved, c.Published, c.AsyncConfigs, c.Policies, c.PublishedFrom = nil, nil, 0, nil, nil, ""
	return c
}

// publish makes a version of $LATEST, or returns the last one when nothing has
// changed since. Nil leaves out a precondition or keeps the description.
func (s *Service) publish(e *entry, description, sha256, revision *string) (*Function, error) {
	s.mu.Lock()
	fn := e.pool.function()
	from := fn.fingerprint()
	switch last := e.versions[strconv.Itoa(fn.Published)]; {
	case s.functions[fn.ARN] != e:
		s.mu.Unlock()
		return nil, errNoFunction(fn.ARN)
	case revision != nil && *revision != fn.RevisionID:
		s.mu.Unlock()
		return nil, errRevision()
	case sha256 != nil && *sha256 != "" && *sha256 != fn.CodeSha256:
		s.mu.Unlock()
		return nil, errInvalid("CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again with the CodeSHA256 in $LATEST.", *sha256, fn.CodeSha256)
	case last != nil && last.function().PublishedFrom == from:
		s.mu.Unlock()
		return last.function(), nil
	}
	counted := fn.clone()
	counted.Published++
	version := fn.forVersion()
	version.Version, version.RevisionID, version.PublishedFrom = strconv.Itoa(counted.Published), s.cfg.NewID(), from
	set(&version.Description, description)
	e.pool.annotate(counted)
	e.versions[version.Version] = e.newPool(version)
	wait := s.saveVersion(counted, version)
	s.mu.Unlock()
	return version, kept(wait)
}

// removeVersion deletes a published version that no alias stands for. One that
// is not there is no error, as on AWS.
func (s *Service) removeVersion(e *entry, version string) error {
	s.mu.Lock()
	var users []string
	for name, a := range e.aliases {
		if _, weighed := a.Weights[version]; weighed || a.FunctionVersion == version {
			users = append(users, name)
		}
	}
	p := e.versions[version]
	if len(users) > 0 || p == nil {
		s.mu.Unlock()
		if p == nil {
			return nil
		}
		slices.Sort(users)
		return errVersionInUse(users)
	}
	delete(e.versions, version)
	fn := p.function()
	if !s.codeUsed(fn.CodeSha256) {
		s.dropCode(fn.CodeSha256)
	}
	wait := s.dropVersion(fn)
	s.mu.Unlock()
	p.close()
	if err := kept(wait); err != nil {
		return err
	}
	return s.forget(e, version)
}

// versionsOf lists $LATEST and the published versions in their order. Called
// with s.mu held.
func (e *entry) versionsOf() []*Function {
	var out []*Function
	for _, p := range e.versions {
		out = append(out, p.function())
	}
	slices.SortFunc(out, func(a, b *Function) int { return cmp.Compare(number(a.Version), number(b.Version)) })
	return append([]*Function{e.pool.function()}, out...)
}

// number is a published version's.
func number(version string) int {
	n, err := strconv.Atoi(version)
	if err != nil {
		panic(fmt.Sprintf("version %q has no number", version)) // publish counts them
	}
	return n
}

// PublishVersionInput has the preconditions and the description of a version.
type PublishVersionInput struct {
	CodeSha256  *string
	Description *string
	RevisionId  *string
}

// PublishVersion makes an unchangeable version of a function's $LATEST.
func (s *Service) PublishVersion(ctx context.Context, name string, in *PublishVersionInput) (*FunctionConfiguration, error) {
	e, err := s.find(ctx, name)
	if err != nil {
		return nil, err
	}
	version, err := s.publish(e, in.Description, in.CodeSha256, in.RevisionId)
	if err != nil {
		return nil, err
	}
	return configuration(version, version.qualifiedARN(), "Active"), nil
}

// PublishNewVersion is PublishVersion for who wants a version of its own: it is
// refused when $LATEST has not changed since the last.
func (s *Service) PublishNewVersion(ctx context.Context, name string, in *PublishVersionInput) (*FunctionConfiguration, error) {
	e, err := s.find(ctx, name)
	if err != nil {
		return nil, err
	}
	before := e.pool.function().Published
	out, err := s.PublishVersion(ctx, name, in)
	if err == nil && number(out.Version) <= before {
		return nil, errVersionExists(out.Version)
	}
	return out, err
}

func (s *Service) publishVersion(ctx context.Context, r *request) (any, error) {
	in := &PublishVersionInput{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.PublishVersion(ctx, r.path("name"), in)
}

func (s *Service) listVersions(ctx context.Context, r *request) (any, error) {
	e, err := s.find(ctx, r.path("name"))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	all := e.versionsOf()
	s.mu.Unlock()
	versions, next, err := page(r, all, 50)
	if err != nil {
		return nil, err
	}
	out := struct {
		Versions   []*FunctionConfiguration
		NextMarker string `json:",omitempty"`
	}{[]*FunctionConfiguration{}, next}
	for _, fn := range versions {
		out.Versions = append(out.Versions, configuration(fn, fn.qualifiedARN(), ""))
	}
	return out, nil
}
