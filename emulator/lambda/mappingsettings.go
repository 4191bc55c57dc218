package lambda

import (
	"slices"
	"time"
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
	MetricsConfig                  *struct{ Metrics []string }
	ProvisionedPollerConfig        *struct{ MinimumPollers, MaximumPollers *int }
	KMSKeyArn                      *string
}

// CreateMappingInput is the input of CreateEventSourceMapping.
type CreateMappingInput struct {
	EventSourceArn            string
	StartingPosition          string
	StartingPositionTimestamp *float64 // epoch seconds
	Tags                      map[string]string
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

// Destination is the ARN of a queue, a topic, a bucket or a function.
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
	case in.MetricsConfig != nil && len(in.MetricsConfig.Metrics) > 0:
		return errUnsupported("metrics of event source mappings: there is no CloudWatch to send them to")
	case in.ProvisionedPollerConfig != nil:
		return errUnsupported("provisioned pollers; a mapping polls as fast as its source has something")
	case in.KMSKeyArn != nil && *in.KMSKeyArn != "":
		return errUnsupported("filters encrypted with a key (KMSKeyArn)")
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
	set(&m.Tumbling, in.TumblingWindowInSeconds)
	if m.Tumbling < 0 || m.Tumbling > 900 {
		return errConstraint(quoteInt(m.Tumbling), "tumblingWindowInSeconds", bound(m.Tumbling < 0, 0, 900))
	}
	if m.Tumbling > 0 && m.Parallel > 1 {
		return errInvalid("A tumbling window needs a ParallelizationFactor of 1.")
	}
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
	return s.checkDestination(m.OnFailure, mappingDestinations)
}

func (s *Service) applyQueue(in *MappingSettings, m *Mapping) error {
	if in.MaximumRetryAttempts != nil || in.MaximumRecordAgeInSeconds != nil || in.BisectBatchOnFunctionError != nil || in.DestinationConfig != nil || in.ParallelizationFactor != nil || in.TumblingWindowInSeconds != nil && *in.TumblingWindowInSeconds != 0 {
		return errInvalid("Unsupported parameter for SQS event source mappings: retries, record age, bisecting, a parallelization factor, tumbling windows and destinations belong to streams; use the queue's redrive policy.")
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
	if m.Window > 0 && queue.FIFO {
		return errInvalid("Batching window is not supported for FIFO queues.")
	}
	if m.BatchSize > 10 && m.Window == 0 {
		return errInvalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
	}
	c, err := s.calleeAt(m.Function)
	if err != nil {
		return nil // said by the caller
	}
	fn, err := s.function(c)
	if err != nil {
		return nil // deleted in between
	}
	if timeout := time.Duration(fn.Timeout) * time.Second; queue.Visibility < timeout {
		return errInvalid("Queue visibility timeout: %.0f seconds is less than Function timeout: %.0f seconds", queue.Visibility.Seconds(), timeout.Seconds())
	}
	return nil
}
