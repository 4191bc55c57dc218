package ssm

import (
	"context"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// filter is one of ParameterFilters: several must all hold, one of its values.
type filter struct {
	Key    string
	Option string
	Values []string
}

// below reports whether a name lies under a path, directly or at any depth.
func below(name, path string, recursive bool) bool {
	rest, ok := strings.CutPrefix(name, strings.TrimSuffix(path, "/")+"/")
	return ok && (recursive || !strings.Contains(rest, "/"))
}

// filtered keeps the parameters all filters want.
func filtered(all []*Parameter, filters []filter) ([]*Parameter, error) {
	for _, f := range filters {
		if err := f.check(); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(all, func(p *Parameter) bool {
		return slices.ContainsFunc(filters, func(f filter) bool { return !f.wants(p) })
	}), nil
}

func (f filter) check() error {
	options := []string{"", "Equals"}
	switch {
	case f.Key == "Name":
		options = []string{"", "Equals", "BeginsWith", "Contains"}
	case f.Key == "Path":
		options = []string{"", "Recursive", "OneLevel"}
	case f.Key == "KeyId":
		options = []string{"", "Equals", "BeginsWith"}
	case f.Key == "Type" || f.Key == "Label" || f.Key == "Tier" || f.Key == "DataType" || strings.HasPrefix(f.Key, "tag:"):
	default:
		return errFilter("The following filter key is not valid: %s. Valid filter keys include: [Type, KeyId, Name, Path, Tier, DataType, Label, tag:*].", f.Key)
	}
	if !slices.Contains(options, f.Option) {
		return wire.Errorf(400, "InvalidFilterOption", "The following filter option is not valid: %s. Valid options include: %s", f.Option, strings.Join(options[1:], ", "))
	}
	if len(f.Values) == 0 && !strings.HasPrefix(f.Key, "tag:") {
		return wire.Errorf(400, "InvalidFilterValue", "The following filter values are missing : null for filter key %s", f.Key)
	}
	return nil
}

func (f filter) wants(p *Parameter) bool {
	if name, ok := strings.CutPrefix(f.Key, "tag:"); ok {
		value, there := p.Tags[name]
		return there && (len(f.Values) == 0 || slices.Contains(f.Values, value))
	}
	v := p.latest()
	return slices.ContainsFunc(f.Values, func(want string) bool {
		switch f.Key {
		case "Name":
			return compare(strings.TrimPrefix(p.Name, "/"), f.Option, strings.TrimPrefix(want, "/"))
		case "Path":
			return below(p.Name, want, f.Option == "Recursive")
		case "KeyId":
			return compare(v.KeyID, f.Option, want)
		case "Type":
			return v.Type == want
		case "Tier":
			return v.Tier == want
		case "DataType":
			return v.DataType == want
		default: // Label
			return slices.ContainsFunc(p.Versions, func(v Version) bool { return slices.Contains(v.Labels, want) })
		}
	})
}

func compare(text, option, want string) bool {
	switch option {
	case "BeginsWith":
		return strings.HasPrefix(text, want)
	case "Contains":
		return strings.Contains(text, want)
	}
	return text == want
}

// labelOf is the label by which the filters chose the parameter's version.
func labelOf(filters []filter, p *Parameter) string {
	for _, f := range filters {
		for _, label := range f.Values {
			if f.Key == "Label" && slices.ContainsFunc(p.Versions, func(v Version) bool { return slices.Contains(v.Labels, label) }) {
				return label
			}
		}
	}
	return ""
}

type describeParametersInput struct {
	ParameterFilters []filter
	MaxResults       *int
	NextToken        string
}

// metadata is what describes a parameter, without its value.
type metadata struct {
	Name             string
	ARN              string
	Type             string
	KeyId            string `json:",omitempty"`
	LastModifiedDate *wire.Timestamp
	LastModifiedUser string
	Description      string `json:",omitempty"`
	AllowedPattern   string `json:",omitempty"`
	Version          int64
	Tier             string
	Policies         []struct{}
	DataType         string
}

type describeParametersOutput struct {
	Parameters []metadata
	NextToken  string `json:",omitempty"`
}

func (s *Service) describeParameters(ctx context.Context, in *describeParametersInput) (*describeParametersOutput, error) {
	size, err := pageSize(in.MaxResults, 50, 50)
	if err != nil {
		return nil, err
	}
	all, err := filtered(s.named(ctx, ""), in.ParameterFilters)
	if err != nil {
		return nil, err
	}
	page, next := shelf.Page(all, func(p *Parameter) string { return p.Name }, in.NextToken, size)
	out := &describeParametersOutput{Parameters: []metadata{}, NextToken: next}
	for _, p := range page {
		v := p.latest()
		out.Parameters = append(out.Parameters, metadata{p.Name, p.ARN, v.Type, v.KeyID, wire.At(v.Modified), v.By, v.Description, v.Pattern, v.Number, v.Tier, []struct{}{}, v.DataType})
	}
	return out, nil
}

type historyInput struct {
	Name           string
	WithDecryption bool
	MaxResults     *int
	NextToken      string
}

type historyEntry struct {
	Name             string
	Type             string
	KeyId            string `json:",omitempty"`
	LastModifiedDate *wire.Timestamp
	LastModifiedUser string
	Description      string `json:",omitempty"`
	Value            string
	AllowedPattern   string `json:",omitempty"`
	Version          int64
	Labels           []string
	Tier             string
	Policies         []struct{}
	DataType         string
}

type historyOutput struct {
	Parameters []historyEntry
	NextToken  string `json:",omitempty"`
}

func (s *Service) getParameterHistory(ctx context.Context, in *historyInput) (*historyOutput, error) {
	size, err := pageSize(in.MaxResults, 50, 50)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	p, _, err := s.find(ctx, in.Name)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	name := func(v Version) string { return strings.Repeat("0", 20-len(strconv64(v.Number))) + strconv64(v.Number) }
	if in.NextToken != "" && len(in.NextToken) != 20 {
		return nil, errToken()
	}
	page, next := shelf.Page(p.Versions, name, in.NextToken, size)
	out := &historyOutput{Parameters: []historyEntry{}, NextToken: next}
	for _, v := range page {
		value, err := s.value(ctx, p, &v, in.WithDecryption)
		if err != nil {
			return nil, err
		}
		out.Parameters = append(out.Parameters, historyEntry{p.Name, v.Type, v.KeyID, wire.At(v.Modified), v.By, v.Description, value, v.Pattern, v.Number, append([]string{}, v.Labels...), v.Tier, []struct{}{}, v.DataType})
	}
	return out, nil
}
