package lambda

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// find returns the function a reference names; only the latest version exists.
func (s *Service) find(ctx context.Context, name, qualifier string) (*entry, error) {
	ref, err := parseReference(name, wire.IdentityFrom(ctx))
	if err != nil {
		return nil, err
	}
	if qualifier == "" {
		qualifier = ref.Qualifier
	}
	if qualifier != "" && qualifier != latest {
		return nil, errNoFunction(ref.arn() + ":" + qualifier)
	}
	return s.entryOf(ref.arn())
}

func (s *Service) entryOf(arn string) (*entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.functions[arn]
	if !ok {
		return nil, errNoFunction(arn)
	}
	return e, nil
}

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
		return nil, errTooLarge(len(zipped), maxZipBytes)
	}
	return zipped, s.unpack(zipped, sumOf(zipped))
}

// create adds a function whose code is unpacked.
func (s *Service) create(fn *Function, zipped []byte, e *entry) error {
	s.mu.Lock()
	if _, ok := s.functions[fn.ARN]; ok {
		s.mu.Unlock()
		return errFunctionExists(fn.Name)
	}
	s.functions[fn.ARN] = e
	wait := s.saveFunction(fn, zipped)
	s.mu.Unlock()
	return kept(wait)
}

// change replaces a function's settings by what edit makes of a copy.
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
	e.pool.update(fn)
	if !s.codeUsed(before) {
		s.dropCode(before) // in order before the save, which is awaited
	}
	wait := s.saveFunction(fn, zipped)
	s.mu.Unlock()
	return fn, kept(wait)
}

// remove deletes a function. Its mappings stay and fail, as on AWS.
func (s *Service) remove(e *entry) error {
	fn := e.pool.function()
	s.mu.Lock()
	if s.functions[fn.ARN] != e {
		s.mu.Unlock()
		return errNoFunction(fn.ARN)
	}
	delete(s.functions, fn.ARN)
	if !s.codeUsed(fn.CodeSha256) {
		s.dropCode(fn.CodeSha256)
	}
	wait := s.removeFunction(fn)
	s.mu.Unlock()
	e.pool.close()
	return kept(wait)
}

// codeUsed reports whether a function runs this code. Called with s.mu held.
func (s *Service) codeUsed(sha256 string) bool {
	for _, e := range s.functions {
		if e.pool.function().CodeSha256 == sha256 {
			return true
		}
	}
	return false
}

// list returns the caller's functions by name.
func (s *Service) list(id wire.Identity) []*Function {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Function
	for _, e := range s.functions {
		if fn := e.pool.function(); fn.Account == id.Account && fn.Region == id.Region {
			out = append(out, fn)
		}
	}
	slices.SortFunc(out, func(a, b *Function) int { return strings.Compare(a.Name, b.Name) })
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
