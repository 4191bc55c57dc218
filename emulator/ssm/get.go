package ssm

import (
	"context"
	"slices"
	"strconv"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

func strconv64(n int64) string { return strconv.FormatInt(n, 10) }

// parameter is a value as AWS answers it.
type parameter struct {
	Name             string
	Type             string
	Value            string
	Version          int64
	Selector         string `json:",omitempty"`
	LastModifiedDate *wire.Timestamp
	ARN              string
	DataType         string
}

func (s *Service) answer(ctx context.Context, text string, decrypt bool) (*parameter, error) {
	s.mu.Lock()
	p, v, err := s.find(ctx, text)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	value, err := s.value(ctx, p, v, decrypt)
	if err != nil {
		return nil, err
	}
	out := &parameter{p.Name, v.Type, value, v.Number, "", wire.At(v.Modified), p.ARN, v.DataType}
	if _, selector := selected(text); selector != "" {
		out.Selector = ":" + selector
	}
	return out, nil
}

type getParameterInput struct {
	Name           string
	WithDecryption bool
}

type getParameterOutput struct{ Parameter *parameter }

func (s *Service) getParameter(ctx context.Context, in *getParameterInput) (*getParameterOutput, error) {
	p, err := s.answer(ctx, in.Name, in.WithDecryption)
	return &getParameterOutput{p}, err
}

// Value is a parameter's value for a template, with its type, decrypted;
// selector is a version, or empty for the newest. Errors: those of GetParameter.
func (s *Service) Value(ctx context.Context, name, selector string) (value, kind string, err error) {
	if selector != "" {
		name += ":" + selector
	}
	p, err := s.answer(ctx, name, true)
	if err != nil {
		return "", "", err
	}
	return p.Value, p.Type, nil
}

type getParametersInput struct {
	Names          []string
	WithDecryption bool
}

type getParametersOutput struct {
	Parameters        []*parameter
	InvalidParameters []string
}

func (s *Service) getParameters(ctx context.Context, in *getParametersInput) (*getParametersOutput, error) {
	if len(in.Names) == 0 || len(in.Names) > 10 {
		return nil, errValidation("1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10")
	}
	out := &getParametersOutput{Parameters: []*parameter{}, InvalidParameters: []string{}}
	for _, name := range in.Names {
		p, err := s.answer(ctx, name, in.WithDecryption)
		switch {
		case err == nil:
			out.Parameters = append(out.Parameters, p)
		case wire.AsError(err).Code == "ParameterNotFound" || wire.AsError(err).Code == "ParameterVersionNotFound":
			out.InvalidParameters = append(out.InvalidParameters, name)
		default:
			return nil, err
		}
	}
	return out, nil
}

type byPathInput struct {
	Path             string
	Recursive        bool
	ParameterFilters []filter
	WithDecryption   bool
	MaxResults       *int
	NextToken        string
}

type byPathOutput struct {
	Parameters []*parameter
	NextToken  string `json:",omitempty"`
}

func (s *Service) getParametersByPath(ctx context.Context, in *byPathInput) (*byPathOutput, error) {
	if len(in.Path) == 0 || in.Path[0] != '/' {
		return nil, errValidation("The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.")
	}
	for _, f := range in.ParameterFilters {
		if f.Key != "Type" && f.Key != "KeyId" && f.Key != "Label" {
			return nil, errFilter("The following filter key is not valid: %s. Valid filter keys include: [Type, KeyId, Label].", f.Key)
		}
	}
	size, err := pageSize(in.MaxResults, 10, 10)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(s.named(ctx, "/"), func(p *Parameter) bool { return !below(p.Name, in.Path, in.Recursive) })
	if all, err = filtered(all, in.ParameterFilters); err != nil {
		return nil, err
	}
	page, next := shelf.Page(all, func(p *Parameter) string { return p.Name }, in.NextToken, size)
	out := &byPathOutput{Parameters: []*parameter{}, NextToken: next}
	for _, p := range page {
		name := p.Name
		if label := labelOf(in.ParameterFilters, p); label != "" {
			name += ":" + label
		}
		a, err := s.answer(ctx, name, in.WithDecryption)
		if err != nil {
			return nil, err
		}
		out.Parameters = append(out.Parameters, a)
	}
	return out, nil
}

func pageSize(asked *int, usual, most int) (int, error) {
	if asked == nil {
		return usual, nil
	}
	if *asked < 1 || *asked > most {
		return 0, errValidation("1 validation error detected: Value '%d' at 'maxResults' failed to satisfy constraint: Member must have value between 1 and %d", *asked, most)
	}
	return *asked, nil
}

type nameInput struct{ Name string }

func (s *Service) deleteParameter(ctx context.Context, in *nameInput) (*none, error) {
	return &none{}, s.Delete(ctx, in.Name)
}

// Delete removes a parameter with its versions. Errors: ParameterNotFound.
func (s *Service) Delete(ctx context.Context, name string) error {
	s.mu.Lock()
	p, _, err := s.find(ctx, name)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	wait := s.parameters.Delete(place(ctx, p.Name))
	s.mu.Unlock()
	return wait()
}

type namesInput struct{ Names []string }

type deletedOutput struct{ DeletedParameters, InvalidParameters []string }

func (s *Service) deleteParameters(ctx context.Context, in *namesInput) (*deletedOutput, error) {
	out := &deletedOutput{DeletedParameters: []string{}, InvalidParameters: []string{}}
	for _, name := range in.Names {
		err := s.Delete(ctx, name)
		switch {
		case err == nil:
			out.DeletedParameters = append(out.DeletedParameters, name)
		case wire.AsError(err).Code == "ParameterNotFound":
			out.InvalidParameters = append(out.InvalidParameters, name)
		default:
			return nil, err
		}
	}
	return out, nil
}
