package ssm

import (
	"context"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// ops is the support matrix.
func (s *Service) ops() wire.Ops {
	return wire.Ops{
		"PutParameter":            wire.Op(s.putParameter),
		"GetParameter":            wire.Op(s.getParameter),
		"GetParameters":           wire.Op(s.getParameters),
		"GetParametersByPath":     wire.Op(s.getParametersByPath),
		"GetParameterHistory":     wire.Op(s.getParameterHistory),
		"DescribeParameters":      wire.Op(s.describeParameters),
		"DeleteParameter":         wire.Op(s.deleteParameter),
		"DeleteParameters":        wire.Op(s.deleteParameters),
		"LabelParameterVersion":   wire.Op(s.labelParameterVersion),
		"UnlabelParameterVersion": wire.Op(s.unlabelParameterVersion),
		"AddTagsToResource":       wire.Op(s.addTagsToResource),
		"RemoveTagsFromResource":  wire.Op(s.removeTagsFromResource),
		"ListTagsForResource":     wire.Op(s.listTagsForResource),
	}
}

// Settings are a parameter's properties that a template sets.
type Settings struct {
	Name, Type, Value, Description, Pattern, Tier, DataType string
	Tags                                                    map[string]string
}

// Put makes a parameter, or gives an existing one a new version when overwrite
// is set. Errors: those of PutParameter.
func (s *Service) Put(ctx context.Context, p Settings, overwrite bool) error {
	in := &putParameterInput{Name: p.Name, Type: p.Type, Value: p.Value, Description: p.Description, AllowedPattern: p.Pattern, Tier: p.Tier, DataType: p.DataType, Overwrite: overwrite}
	if _, err := s.putParameter(ctx, in); err != nil {
		return err
	}
	return s.retag(ctx, &tagsInput{ResourceType: "Parameter", ResourceId: p.Name}, func(tags map[string]string) {
		clear(tags)
		for k, v := range p.Tags {
			tags[k] = v
		}
	})
}
