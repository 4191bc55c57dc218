package lambda

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// code fetches and unpacks a deployment package.
func (s *Service) code(ctx context.Context, in FunctionCode) ([]byte, error) {
	zipped := in.ZipFile
	switch {
	case in.ImageUri != "":
		return nil, errUnsupported("container images")
	case in.S3Bucket != "" && in.S3Key != "":
		if s.cfg.Objects == nil {
			return nil, errUnsupported("code from S3 without the S3 service")
		}
		var err error
		if zipped, err = s.cfg.Objects.Object(ctx, in.S3Bucket, in.S3Key, in.S3ObjectVersion); err != nil {
			return nil, errCodeObject(err)
		}
	case len(zipped) == 0:
		return nil, errInvalid("Please provide a source for function code.")
	case len(zipped) > maxZipBytes:
		return nil, errRequest(maxZipBytes)
	}
	return zipped, s.unpack(zipped, sumOf(zipped))
}

// create adds a function whose code is unpacked.
func (s *Service) create(fn *Function, zipped []byte) (*entry, error) {
	s.mu.Lock()
	if _, ok := s.functions[fn.ARN]; ok {
		s.mu.Unlock()
		return nil, errFunctionExists(fn.Name)
	}
	e := s.newEntry(fn)
	s.functions[fn.ARN] = e
	wait := s.saveFunction(fn, zipped)
	s.mu.Unlock()
	return e, kept(wait)
}

// change replaces the settings of a function's $LATEST by what edit makes of a
// copy. Environments that run with the old ones finish and end.
func (s *Service) change(e *entry, zipped []byte, edit func(*Function) error) (*Function, error) {
	s.mu.Lock()
	before := e.pool.function().CodeSha256
	fn := e.pool.function().clone()
	if s.functions[fn.ARN] != e {
		s.mu.Unlock()
		return nil, errNoFunction(fn.ARN)
	}
	if err := edit(fn); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	fn.LastModified, fn.RevisionID = s.cfg.Clock.Now(), s.cfg.NewID()
	fn.generation++
	e.pool.update(fn)
	if !s.codeUsed(before) {
		s.dropCode(before) // in order before the save, which is awaited
	}
	wait := s.saveFunction(fn, zipped)
	s.mu.Unlock()
	return fn, kept(wait)
}

// annotate changes what belongs to a function as a whole and its environments
// need not heed.
func (s *Service) annotate(e *entry, edit func(*Function) error) error {
	s.mu.Lock()
	fn := e.pool.function().clone()
	if s.functions[fn.ARN] != e {
		s.mu.Unlock()
		return errNoFunction(fn.ARN)
	}
	if err := edit(fn); err != nil {
		s.mu.Unlock()
		return err
	}
	e.pool.annotate(fn)
	wait := s.saveFunction(fn, nil)
	s.mu.Unlock()
	return kept(wait)
}

// remove deletes a function with its versions and aliases. Its mappings stay and fail, as on AWS.
func (s *Service) remove(e *entry) error {
	fn := e.pool.function()
	s.mu.Lock()
	if s.functions[fn.ARN] != e {
		s.mu.Unlock()
		return errNoFunction(fn.ARN)
	}
	delete(s.functions, fn.ARN)
	for _, version := range e.versionsOf() {
		if !s.codeUsed(version.CodeSha256) {
			s.dropCode(version.CodeSha256)
		}
	}
	wait := s.removeFunction(e)
	pools := e.pools()
	s.mu.Unlock()
	for _, p := range pools {
		p.close()
	}
	if err := e.share.reserve(nil); err != nil {
		return err
	}
	return kept(wait)
}

// codeUsed reports whether any version of a function runs this code. Called
// with s.mu held.
func (s *Service) codeUsed(sha256 string) bool {
	for _, e := range s.functions {
		for _, p := range e.pools() {
			if p.function().CodeSha256 == sha256 {
				return true
			}
		}
	}
	return false
}

// list returns the caller's functions by name; all means every version.
func (s *Service) list(id wire.Identity, all bool) []*Function {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Function
	for _, e := range s.functions {
		if fn := e.pool.function(); fn.Account != id.Account || fn.Region != id.Region {
			continue
		}
		if all {
			out = append(out, e.versionsOf()...)
		} else {
			out = append(out, e.pool.function())
		}
	}
	slices.SortStableFunc(out, func(a, b *Function) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// merge returns m with the additions; neither is changed.
func merge(m, additions map[string]string) map[string]string {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, additions)
	return out
}
