package lambda

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// MappingSettings are the members CreateEventSourceMapping and
// UpdateEventSourceMapping share. Nil leaves a setting as it is.
type MappingSettings struct {
	FunctionName                   string
	Enabled                        *bool
	BatchSize                      *int
	MaximumBatchingWindowInSeconds *int
	FilterCriteria                 *FilterCriteria
	FunctionResponseTypes          *[]string
	DestinationConfig              *DestinationConfig
	MaximumRetryAttempts           *int
	MaximumRecordAgeInSeconds      *int
	BisectBatchOnFunctionError     *bool
	ParallelizationFactor          *int
	TumblingWindowInSeconds        *int
	ScalingConfig                  *ScalingConfig
}

// CreateMappingInput is the input of CreateEventSourceMapping.
type CreateMappingInput struct {
	EventSourceArn   string
	StartingPosition string
	Tags             map[string]string
	MappingSettings
}

// FilterCriteria, DestinationConfig and ScalingConfig are AWS's shapes.
type FilterCriteria struct {
	Filters []FilterPattern `json:",omitempty"`
}

// FilterPattern is one pattern, JSON in a string.
type FilterPattern struct{ Pattern string }

// DestinationConfig says where given-up records are told of.
type DestinationConfig struct {
	OnSuccess *Destination `json:",omitempty"`
	OnFailure *Destination `json:",omitempty"`
}

// Destination is a queue's ARN.
type Destination struct {
	Destination string `json:",omitempty"`
}

// ScalingConfig bounds the batches of a queue handled at once.
type ScalingConfig struct {
	MaximumConcurrency *int `json:",omitempty"`
}

// apply writes the settings into m, with AWS's checks.
func (s *Service) apply(in *MappingSettings, m *Mapping) error {
	switch {
	case in.TumblingWindowInSeconds != nil && *in.TumblingWindowInSeconds != 0:
		return errUnsupported("tumbling windows")
	case in.DestinationConfig != nil && in.DestinationConfig.OnSuccess != nil && in.DestinationConfig.OnSuccess.Destination != "":
		return errInvalid("OnSuccess destination is not supported for event source mappings.")
	}
	set(&m.Enabled, in.Enabled)
	set(&m.BatchSize, in.BatchSize)
	set(&m.Window, in.MaximumBatchingWindowInSeconds)
	if in.FunctionResponseTypes != nil {
		m.ReportItems = slices.Contains(*in.FunctionResponseTypes, "ReportBatchItemFailures")
		if len(*in.FunctionResponseTypes) > 1 || len(*in.FunctionResponseTypes) == 1 && !m.ReportItems {
			return errConstraint("'"+sprintList(*in.FunctionResponseTypes)+"'", "functionResponseTypes", "Member must satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]]")
		}
	}
	if in.FilterCriteria != nil {
		m.Filters = nil
		for _, f := range in.FilterCriteria.Filters {
			m.Filters = append(m.Filters, f.Pattern)
		}
	}
	if m.BatchSize < 1 || m.BatchSize > 10_000 {
		return errConstraint(quoteInt(m.BatchSize), "batchSize", bound(m.BatchSize < 1, 1, 10_000))
	}
	if m.Window < 0 || m.Window > 300 {
		return errConstraint(quoteInt(m.Window), "maximumBatchingWindowInSeconds", bound(m.Window < 0, 0, 300))
	}
	if m.isStream() {
		return s.applyStream(in, m)
	}
	return s.applyQueue(in, m)
}

func (s *Service) applyStream(in *MappingSettings, m *Mapping) error {
	if in.ScalingConfig != nil && in.ScalingConfig.MaximumConcurrency != nil {
		return errInvalid("ScalingConfig is not supported for DynamoDB event source mappings.")
	}
	set(&m.MaxRetries, in.MaximumRetryAttempts)
	set(&m.MaxAge, in.MaximumRecordAgeInSeconds)
	set(&m.Bisect, in.BisectBatchOnFunctionError)
	set(&m.Parallel, in.ParallelizationFactor)
	if m.Parallel < 1 || m.Parallel > 10 {
		return errConstraint(quoteInt(m.Parallel), "parallelizationFactor", bound(m.Parallel < 1, 1, 10))
	}
	if m.MaxRetries < -1 || m.MaxRetries > 10_000 {
		return errConstraint(quoteInt(m.MaxRetries), "maximumRetryAttempts", bound(m.MaxRetries < -1, -1, 10_000))
	}
	if m.MaxAge != -1 && (m.MaxAge < 60 || m.MaxAge > 604_800) {
		return errInvalid("MaximumRecordAgeInSeconds must be -1, or between 60 and 604800.")
	}
	if in.DestinationConfig == nil {
		return nil
	}
	m.OnFailure = ""
	if d := in.DestinationConfig.OnFailure; d != nil {
		m.OnFailure = d.Destination
	}
	if m.OnFailure == "" {
		return nil
	}
	if !strings.HasPrefix(m.OnFailure, "arn:aws:sqs:") || s.cfg.Queues == nil {
		return errUnsupported("on-failure destinations other than SQS queues")
	}
	if _, err := s.cfg.Queues.Queue(m.OnFailure); err != nil {
		return errInvalid("The destination ARN %s does not exist.", m.OnFailure)
	}
	return nil
}

func (s *Service) applyQueue(in *MappingSettings, m *Mapping) error {
	if in.MaximumRetryAttempts != nil || in.MaximumRecordAgeInSeconds != nil || in.BisectBatchOnFunctionError != nil || in.DestinationConfig != nil || in.ParallelizationFactor != nil {
		return errInvalid("Unsupported parameter for SQS event source mappings: retries, record age, bisecting, a parallelization factor and destinations belong to streams; use the queue's redrive policy.")
	}
	if in.ScalingConfig != nil {
		m.MaxConcurrency = 0
		set(&m.MaxConcurrency, in.ScalingConfig.MaximumConcurrency)
		if m.MaxConcurrency != 0 && (m.MaxConcurrency < 2 || m.MaxConcurrency > 1000) {
			return errConstraint(quoteInt(m.MaxConcurrency), "scalingConfig.maximumConcurrency", bound(m.MaxConcurrency < 2, 2, 1000))
		}
	}
	queue, err := s.cfg.Queues.Queue(m.Source)
	if err != nil {
		return errQueue(err)
	}
	if m.BatchSize > 10 && queue.FIFO {
		return errInvalid("The BatchSize for FIFO queue event source mappings must be 10 or less.")
	}
	if m.BatchSize > 10 && m.Window == 0 {
		return errInvalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
	}
	e, err := s.entryOf(m.Function)
	if err != nil {
		return nil // said by the caller
	}
	if timeout := time.Duration(e.pool.function().Timeout) * time.Second; queue.Visibility < timeout {
		return errInvalid("Queue visibility timeout: %.0f seconds is less than Function timeout: %.0f seconds", queue.Visibility.Seconds(), timeout.Seconds())
	}
	return nil
}

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
	e, err := s.find(ctx, in.FunctionName, "")
	if err != nil {
		return nil, errInvalid("Function does not exist")
	}
	if len(in.Tags) > 0 {
		return nil, errUnsupported("tags of event source mappings")
	}
	fn := e.pool.function()
	config := Mapping{
		UUID: s.cfg.NewID(), Account: fn.Account, Region: fn.Region, Source: in.EventSourceArn, Function: fn.ARN,
		Enabled: true, BatchSize: 10, Modified: s.cfg.Clock.Now(), MaxRetries: -1, MaxAge: -1, Parallel: 1,
	}
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
	return m.describe("Creating"), nil
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
		config.BatchSize, config.Start = 100, in.StartingPosition
		if config.Start == "" {
			return "", errConstraint("null", "startingPosition", "Member must not be null.")
		}
		if config.Start != "LATEST" && config.Start != "TRIM_HORIZON" {
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

// UpdateMapping changes settings; batches under way finish with the old ones
// and positions stay.
func (s *Service) UpdateMapping(ctx context.Context, uuid string, in *MappingSettings) (*MappingConfiguration, error) {
	m, err := s.mappingOf(uuid)
	if err != nil {
		return nil, err
	}
	config := m.config()
	if in.FunctionName != "" {
		e, err := s.find(ctx, in.FunctionName, "")
		if err != nil {
			return nil, errInvalid("Function does not exist")
		}
		config.Function = e.pool.function().ARN
	}
	if err := s.apply(in, &config); err != nil {
		return nil, err
	}
	if e, err := s.entryOf(config.Function); err == nil { // a function may be deleted before its mappings
		if err := s.checkAccess(e.pool.function(), &config); err != nil {
			return nil, err
		}
	}
	filters, err := parseFilters(config.Filters)
	if err != nil {
		return nil, err
	}
	config.Modified = s.cfg.Clock.Now()
	m.stop()
	s.mu.Lock()
	m.mu.Lock()
	m.m, m.filters = config, filters
	m.mu.Unlock()
	wait := s.saveMapping(m)
	s.mu.Unlock()
	if err := kept(wait); err != nil {
		return nil, err
	}
	m.start()
	return m.describe("Updating"), nil
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
	return m.describe("Deleting"), kept(s.removeMapping(m))
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
		function = ref.arn()
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

// MappingConfiguration is AWS's description of a mapping.
type MappingConfiguration struct {
	UUID                           string
	EventSourceMappingArn          string
	EventSourceArn                 string
	FunctionArn                    string
	State                          string
	StateTransitionReason          string
	LastModified                   float64 // epoch seconds
	LastProcessingResult           string  `json:",omitempty"`
	BatchSize                      int
	MaximumBatchingWindowInSeconds int
	FunctionResponseTypes          []string
	FilterCriteria                 *FilterCriteria    `json:",omitempty"`
	StartingPosition               string             `json:",omitempty"`
	MaximumRetryAttempts           *int               `json:",omitempty"`
	MaximumRecordAgeInSeconds      *int               `json:",omitempty"`
	BisectBatchOnFunctionError     *bool              `json:",omitempty"`
	ParallelizationFactor          *int               `json:",omitempty"`
	TumblingWindowInSeconds        *int               `json:",omitempty"`
	DestinationConfig              *DestinationConfig `json:",omitempty"`
	ScalingConfig                  *ScalingConfig     `json:",omitempty"`
}

func mappingARN(region, account, uuid string) string {
	return "arn:aws:lambda:" + region + ":" + account + ":event-source-mapping:" + uuid
}

// describe returns the mapping in the given state; "" is the one it is in.
func (m *mapping) describe(state string) *MappingConfiguration {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.m
	if state == "" {
		state = "Disabled"
		if c.Enabled {
			state = "Enabled"
		}
	}
	out := &MappingConfiguration{
		UUID: c.UUID, EventSourceMappingArn: mappingARN(c.Region, c.Account, c.UUID),
		EventSourceArn: c.Source, FunctionArn: c.Function, State: state, StateTransitionReason: "User action",
		LastModified: float64(c.Modified.UnixMilli()) / 1000, BatchSize: c.BatchSize, MaximumBatchingWindowInSeconds: c.Window,
		FunctionResponseTypes: []string{},
	}
	if c.ReportItems {
		out.FunctionResponseTypes = []string{"ReportBatchItemFailures"}
	}
	if len(c.Filters) > 0 {
		out.FilterCriteria = &FilterCriteria{}
		for _, text := range c.Filters {
			out.FilterCriteria.Filters = append(out.FilterCriteria.Filters, FilterPattern{text})
		}
	}
	if !c.isStream() {
		if c.MaxConcurrency > 0 {
			out.ScalingConfig = &ScalingConfig{&c.MaxConcurrency}
		}
		return out
	}
	none := 0
	out.LastProcessingResult, out.StartingPosition = m.result, c.Start
	out.MaximumRetryAttempts, out.MaximumRecordAgeInSeconds, out.BisectBatchOnFunctionError = &c.MaxRetries, &c.MaxAge, &c.Bisect
	out.ParallelizationFactor, out.TumblingWindowInSeconds = &c.Parallel, &none
	out.DestinationConfig = &DestinationConfig{OnFailure: &Destination{c.OnFailure}}
	return out
}
