package lambda

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// errQueue words a queue's refusal as Lambda passes it on.
func errQueue(err error) error {
	e, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return err
	}
	code := e.QueryCode
	if code == "" {
		code = e.Code
	}
	return errInvalid("Error occurred while ReceiveMessage. SQS Error Code: %s. SQS Error Message: %s", code, e.Message)
}

// CreateMapping adds an event source mapping and starts it.
func (s *Service) CreateMapping(ctx context.Context, in *CreateMappingInput) (*MappingConfiguration, error) {
	c, fn, err := s.mapped(ctx, in.FunctionName)
	if err != nil {
		return nil, err
	}
	config := Mapping{
		UUID: s.cfg.NewID(), Account: fn.Account, Region: fn.Region, Source: in.EventSourceArn, Function: c.arn(),
		Modified: s.cfg.Clock.Now(), Tags: in.Tags,
	}
	config.reset()
	kind, err := s.checkSource(in, &config)
	if err != nil {
		return nil, err
	}
	if err := s.apply(&in.MappingSettings, &config); err != nil {
		return nil, err
	}
	if err := s.checkAccess(fn, &config); err != nil {
		return nil, err
	}
	positions, err := s.startPositions(&config)
	if err != nil {
		return nil, err
	}
	m, err := s.newMapping(config, positions)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	for _, other := range s.mappings {
		if c := other.config(); c.Source == config.Source && c.Function == config.Function {
			s.mu.Unlock()
			return nil, errMappingExists(kind, config.Source, config.Function, c.UUID)
		}
	}
	s.mappings[config.UUID] = m
	wait := s.saveMapping(m)
	s.mu.Unlock()
	if err := kept(wait); err != nil {
		return nil, err
	}
	m.start()
	return m.describe(stateCreating), nil
}

// mapped returns the function a mapping is to call, and its present version.
func (s *Service) mapped(ctx context.Context, name string) (callee, *Function, error) {
	c, err := s.resolve(ctx, name, "")
	if err != nil {
		return callee{}, nil, errInvalid("Function does not exist")
	}
	fn, err := s.function(c)
	return c, fn, err
}

// checkSource says whether the source can be mapped; kind is its name in errors.
func (s *Service) checkSource(in *CreateMappingInput, config *Mapping) (kind string, err error) {
	switch {
	case strings.HasPrefix(in.EventSourceArn, "arn:aws:sqs:") && s.cfg.Queues != nil:
		if in.StartingPosition != "" {
			return "", errInvalid("StartingPosition is not supported for SQS event source mappings.")
		}
		return "SQS", nil
	case config.isStream() && s.cfg.Streams != nil:
		config.Start = in.StartingPosition
		if config.Start == "" {
			return "", errConstraint("null", "startingPosition", "Member must not be null.")
		}
		if config.Start != "LATEST" && config.Start != "TRIM_HORIZON" || in.StartingPositionTimestamp != nil {
			return "", errInvalid("Unsupported starting position for arn type: %s", config.Source)
		}
		if _, err := s.cfg.Streams.Shards(config.Source); err != nil {
			return "", errInvalid("Stream not found: %s", config.Source)
		}
		return "DynamoDB", nil
	}
	return "", errInvalid("Unrecognized event source.")
}

// startPositions fixes where a stream mapping begins: LATEST is the moment of
// its creation, not of its first read.
func (s *Service) startPositions(config *Mapping) (map[string]position, error) {
	at := map[string]position{}
	if config.Start != "LATEST" {
		return at, nil
	}
	shards, err := s.cfg.Streams.Shards(config.Source)
	if err != nil {
		return nil, fmt.Errorf("list shards: %w", err)
	}
	for _, shard := range shards {
		after, err := s.cfg.Streams.Latest(config.Source, shard.ID)
		if err != nil {
			return nil, fmt.Errorf("find the end of shard %s: %w", shard.ID, err)
		}
		at[shard.ID] = position{After: after, Done: shard.Closed}
	}
	return at, nil
}

func (s *Service) mappingOf(uuid string) (*mapping, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.mappings[uuid]
	if !ok {
		return nil, errNoMapping()
	}
	return m, nil
}

// Mapping describes a mapping.
func (s *Service) Mapping(uuid string) (*MappingConfiguration, error) {
	m, err := s.mappingOf(uuid)
	if err != nil {
		return nil, err
	}
	return m.describe(""), nil
}

// UpdateMapping changes the settings that are given; batches under way finish
// with the old ones and positions stay.
func (s *Service) UpdateMapping(ctx context.Context, uuid string, in *MappingSettings) (*MappingConfiguration, error) {
	return s.updateFrom(ctx, uuid, in, func(*Mapping) {})
}

// ReplaceMapping is UpdateMapping for a description of the whole: what is not
// given becomes the default.
func (s *Service) ReplaceMapping(ctx context.Context, uuid string, in *MappingSettings) (*MappingConfiguration, error) {
	return s.updateFrom(ctx, uuid, in, (*Mapping).reset)
}

func (s *Service) updateFrom(ctx context.Context, uuid string, in *MappingSettings, prepare func(*Mapping)) (*MappingConfiguration, error) {
	m, err := s.mappingOf(uuid)
	if err != nil {
		return nil, err
	}
	config := m.config()
	was := config.Enabled
	prepare(&config)
	if in.FunctionName != "" {
		c, _, err := s.mapped(ctx, in.FunctionName)
		if err != nil {
			return nil, err
		}
		config.Function = c.arn()
	}
	if err := s.apply(in, &config); err != nil {
		return nil, err
	}
	if c, err := s.calleeAt(config.Function); err == nil { // a function may be deleted before its mappings
		if fn, err := s.function(c); err == nil {
			if err := s.checkAccess(fn, &config); err != nil {
				return nil, err
			}
		}
	}
	filters, err := parseFilters(config.Filters)
	if err != nil {
		return nil, err
	}
	config.Modified = s.cfg.Clock.Now()
	state := stateUpdating
	switch {
	case was && !config.Enabled:
		state = stateDisabling
	case !was && config.Enabled:
		state = stateEnabling
	}
	m.setState(state)
	m.stop()
	s.mu.Lock()
	m.mu.Lock()
	m.m, m.filters = config, filters
	m.mu.Unlock()
	wait := s.saveMapping(m)
	s.mu.Unlock()
	m.setState("")
	if err := kept(wait); err != nil {
		return nil, err
	}
	m.start()
	return m.describe(state), nil
}

// DeleteMapping stops a mapping and forgets its positions.
func (s *Service) DeleteMapping(uuid string) (*MappingConfiguration, error) {
	s.mu.Lock()
	m, ok := s.mappings[uuid]
	delete(s.mappings, uuid)
	s.mu.Unlock()
	if !ok {
		return nil, errNoMapping()
	}
	m.stop()
	return m.describe(stateDeleting), kept(s.removeMapping(m))
}

func (s *Service) createMapping(ctx context.Context, r *request) (any, error) {
	in := &CreateMappingInput{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.CreateMapping(ctx, in)
}

func (s *Service) getMapping(_ context.Context, r *request) (any, error) {
	return s.Mapping(r.path("uuid"))
}

func (s *Service) updateMapping(ctx context.Context, r *request) (any, error) {
	in := &MappingSettings{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.UpdateMapping(ctx, r.path("uuid"), in)
}

func (s *Service) deleteMapping(_ context.Context, r *request) (any, error) {
	return s.DeleteMapping(r.path("uuid"))
}

func (s *Service) listMappings(ctx context.Context, r *request) (any, error) {
	id := wire.IdentityFrom(ctx)
	function := ""
	if name := r.query("FunctionName"); name != "" {
		ref, err := parseReference(name, id)
		if err != nil {
			return nil, err
		}
		if function = ref.arn(); ref.Qualifier != "" {
			function += ":" + ref.Qualifier
		}
	}
	source := r.query("EventSourceArn")
	var all []*MappingConfiguration
	s.mu.Lock()
	for _, m := range s.mappings {
		c := m.config()
		if c.Account == id.Account && c.Region == id.Region && (function == "" || c.Function == function) && (source == "" || c.Source == source) {
			all = append(all, m.describe(""))
		}
	}
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b *MappingConfiguration) int { return strings.Compare(a.UUID, b.UUID) })
	mappings, next, err := page(r, all, 100)
	if err != nil {
		return nil, err
	}
	return struct {
		EventSourceMappings []*MappingConfiguration
		NextMarker          string `json:",omitempty"`
	}{append([]*MappingConfiguration{}, mappings...), next}, nil
}
