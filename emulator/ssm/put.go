package ssm

import (
	"context"
	"encoding/base64"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type tag struct{ Key, Value string }

type putParameterInput struct {
	Name           string
	Value          string
	Type           string
	Description    string
	KeyId          string
	Overwrite      bool
	AllowedPattern string
	Tags           []tag
	Tier           string
	Policies       string
	DataType       string
}

type putParameterOutput struct {
	Version int64
	Tier    string
}

// Sizes of a value by tier, in bytes (User Guide, "Managing parameter tiers").
const (
	maxStandard = 4096
	maxAdvanced = 8192
)

var (
	nameForm     = pattern.New(`^[a-zA-Z0-9_.\-/]+$`)
	reservedName = pattern.New(`(?i)^/?(aws|ssm)`)
)

func checkName(name string) error {
	switch {
	case name == "" || len(name) > 2048:
		return errValidation("1 validation error detected: Value '%s' at 'name' failed to satisfy constraint: Member must have length between 1 and 2048", name)
	case strings.Contains(name, "/") && !strings.HasPrefix(name, "/"):
		return errValidation("Parameter name must be a fully qualified name.")
	case !nameForm.MatchString(name):
		return errValidation("Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_")
	case reservedName.MatchString(name):
		return errValidation("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).")
	case strings.Count(name, "/") > 15:
		return wire.Errorf(400, "HierarchyLevelLimitExceededException", "Hierarchy depth exceeded the maximum of 15 levels for the parameter %s.", name)
	}
	return nil
}

// tier checks the value's size and settles the tier.
func (in *putParameterInput) tier() (string, error) {
	size := len(in.Value)
	switch in.Tier {
	case "", "Standard":
		if size > maxStandard {
			return "", errValidation("Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html")
		}
		return "Standard", nil
	case "Advanced", "Intelligent-Tiering":
		if size > maxAdvanced {
			return "", errValidation("Advanced tier parameters support a maximum parameter value of 8192 characters.")
		}
		if in.Tier == "Intelligent-Tiering" && size <= maxStandard {
			return "Standard", nil
		}
		return "Advanced", nil
	}
	return "", errValidation("1 validation error detected: Value '%s' at 'tier' failed to satisfy constraint: Member must satisfy enum value set: [Advanced, Intelligent-Tiering, Standard]", in.Tier)
}

// version checks the request against the parameter as it is, nil for a new one.
func (in *putParameterInput) version(old *Parameter) (v Version, err error) {
	v = Version{Number: 1, Type: in.Type, Value: in.Value, KeyID: in.KeyId, Description: in.Description, Pattern: in.AllowedPattern, DataType: in.DataType}
	if v.DataType == "" {
		v.DataType = "text"
	}
	if old != nil {
		last := old.latest()
		v.Number = last.Number + 1
		if v.Type == "" {
			v.Type = last.Type
		}
		if v.Type != last.Type && (v.Type == typeSecure || last.Type == typeSecure) {
			return v, wire.Errorf(400, "HierarchyTypeMismatchException", "Cannot change the type of parameter %s from %s to %s.", old.Name, last.Type, v.Type)
		}
	}
	switch {
	case v.Type == "":
		return v, errValidation("A parameter type is required when you create a parameter.")
	case v.Type != typeString && v.Type != typeList && v.Type != typeSecure:
		return v, errValidation("1 validation error detected: Value '%s' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]", v.Type)
	case v.DataType != "text":
		return v, errUnsupported("the data type " + v.DataType)
	case in.Policies != "":
		return v, errUnsupported("parameter policies")
	case v.Value == "":
		return v, errValidation("1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case v.KeyID != "" && v.Type != typeSecure:
		return v, errValidation("KeyId is only valid for SecureString parameters.")
	case v.KeyID == "" && v.Type == typeSecure:
		v.KeyID = defaultKey
	}
	if v.Pattern != "" {
		pattern, err := regexp.Compile(v.Pattern)
		if err != nil {
			return v, wire.Errorf(400, "InvalidAllowedPatternException", "The allowed pattern is not a regular expression that Go can read: %v", err)
		}
		if !pattern.MatchString(v.Value) {
			return v, errPattern(v.Pattern)
		}
	}
	v.Tier, err = in.tier()
	return v, err
}

func (s *Service) putParameter(ctx context.Context, in *putParameterInput) (*putParameterOutput, error) {
	if err := checkName(in.Name); err != nil {
		return nil, err
	}
	if in.Overwrite && len(in.Tags) > 0 {
		return nil, errValidation("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.")
	}
	s.mu.Lock()
	defer s.mu.Unlock() // KMS is asked under the lock: it never asks back
	old, exists := s.parameters.Get(place(ctx, in.Name))
	if exists && !in.Overwrite {
		return nil, errExists()
	}
	v, err := in.version(old)
	if err != nil {
		return nil, err
	}
	id := wire.IdentityFrom(ctx)
	p := &Parameter{Name: in.Name, ARN: arnOf(ctx, in.Name), Account: id.Account, Region: id.Region, Tags: map[string]string{}}
	if exists {
		p.Tags, p.Versions = old.Tags, slices.Clone(old.Versions)
	}
	for _, t := range in.Tags {
		p.Tags[t.Key] = t.Value
	}
	if len(p.Versions) == maxVersions {
		if len(p.Versions[0].Labels) > 0 {
			return nil, wire.Errorf(400, "ParameterMaxVersionLimitExceeded", "You attempted to create a new version of %s by calling the PutParameter API with the overwrite flag. Version %d, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.", in.Name, p.Versions[0].Number)
		}
		p.Versions = p.Versions[1:]
	}
	v.Modified, v.By = s.cfg.Clock.Now(), wire.CallerARN(ctx)
	if v.Type == typeSecure {
		blob, err := s.cfg.Keys.Encrypt(ctx, v.KeyID, []byte(v.Value), encryptionContext(p.ARN))
		if err != nil {
			return nil, errKey(err)
		}
		v.Value = base64.StdEncoding.EncodeToString(blob)
	}
	p.Versions = append(p.Versions, v)
	return &putParameterOutput{v.Number, v.Tier}, s.parameters.Put(place(ctx, p.Name), p)()
}

type labelInput struct {
	Name             string
	ParameterVersion int64
	Labels           []string
}

type labelOutput struct {
	InvalidLabels    []string
	ParameterVersion int64
}

var labelForm = pattern.New(`^[a-zA-Z_.\-][a-zA-Z0-9_.\-]{0,99}$`)

// labelParameterVersion moves labels to a version, the newest when none is named.
func (s *Service) labelParameterVersion(ctx context.Context, in *labelInput) (*labelOutput, error) {
	return s.labels(ctx, in, func(p *Parameter, at int, label string) bool {
		if !labelForm.MatchString(label) || reservedName.MatchString(label) {
			return false
		}
		for i := range p.Versions {
			p.Versions[i].Labels = slices.DeleteFunc(slices.Clone(p.Versions[i].Labels), func(l string) bool { return l == label })
		}
		p.Versions[at].Labels = append(p.Versions[at].Labels, label)
		return true
	})
}

func (s *Service) labels(ctx context.Context, in *labelInput, move func(p *Parameter, at int, label string) bool) (*labelOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, _, err := s.find(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	p := *old
	p.Versions = slices.Clone(old.Versions)
	at := len(p.Versions) - 1
	if in.ParameterVersion != 0 {
		at = slices.IndexFunc(p.Versions, func(v Version) bool { return v.Number == in.ParameterVersion })
	}
	if at < 0 {
		return nil, errNoVersion(strconv64(in.ParameterVersion), in.Name)
	}
	out := &labelOutput{InvalidLabels: []string{}, ParameterVersion: p.Versions[at].Number}
	for _, label := range in.Labels {
		if !move(&p, at, label) {
			out.InvalidLabels = append(out.InvalidLabels, label)
		}
	}
	if len(p.Versions[at].Labels) > 10 {
		return nil, wire.Errorf(400, "ParameterVersionLabelLimitExceeded", "A parameter version can have a maximum of ten labels.")
	}
	return out, s.parameters.Put(place(ctx, p.Name), &p)()
}

type unlabelOutput struct{ RemovedLabels, InvalidLabels []string }

func (s *Service) unlabelParameterVersion(ctx context.Context, in *labelInput) (*unlabelOutput, error) {
	removed := []string{}
	out, err := s.labels(ctx, in, func(p *Parameter, at int, label string) bool {
		i := slices.Index(p.Versions[at].Labels, label)
		if i < 0 {
			return false
		}
		p.Versions[at].Labels = slices.Delete(slices.Clone(p.Versions[at].Labels), i, i+1)
		removed = append(removed, label)
		return true
	})
	if err != nil {
		return nil, err
	}
	return &unlabelOutput{removed, out.InvalidLabels}, nil
}

type tagsInput struct {
	ResourceType string
	ResourceId   string
	Tags         []tag
	TagKeys      []string
}

func (s *Service) retag(ctx context.Context, in *tagsInput, edit func(map[string]string)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.tagged(ctx, in)
	if err != nil {
		return err
	}
	p := *old
	if p.Tags = maps.Clone(old.Tags); p.Tags == nil {
		p.Tags = map[string]string{}
	}
	edit(p.Tags)
	return s.parameters.Put(place(ctx, p.Name), &p)()
}

func (s *Service) tagged(ctx context.Context, in *tagsInput) (*Parameter, error) {
	if in.ResourceType != "Parameter" {
		return nil, errUnsupported("tags of resources of type " + in.ResourceType)
	}
	p, _, err := s.find(ctx, in.ResourceId)
	if err != nil {
		return nil, wire.Errorf(400, "InvalidResourceId", "The resource ID isn't valid. Verify that you entered the correct ID and try again.")
	}
	return p, nil
}

type none struct{}

func (s *Service) addTagsToResource(ctx context.Context, in *tagsInput) (*none, error) {
	return &none{}, s.retag(ctx, in, func(tags map[string]string) {
		for _, t := range in.Tags {
			tags[t.Key] = t.Value
		}
	})
}

func (s *Service) removeTagsFromResource(ctx context.Context, in *tagsInput) (*none, error) {
	return &none{}, s.retag(ctx, in, func(tags map[string]string) {
		for _, name := range in.TagKeys {
			delete(tags, name)
		}
	})
}

type tagListOutput struct{ TagList []tag }

func (s *Service) listTagsForResource(ctx context.Context, in *tagsInput) (*tagListOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.tagged(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &tagListOutput{TagList: []tag{}}
	for _, name := range slices.Sorted(maps.Keys(p.Tags)) {
		out.TagList = append(out.TagList, tag{name, p.Tags[name]})
	}
	return out, nil
}
