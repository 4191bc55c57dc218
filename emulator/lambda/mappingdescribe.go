package lambda

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

// The states of a mapping.
const (
	stateCreating  = "Creating"
	stateEnabling  = "Enabling"
	stateEnabled   = "Enabled"
	stateDisabling = "Disabling"
	stateDisabled  = "Disabled"
	stateUpdating  = "Updating"
	stateDeleting  = "Deleting"
)

// setState says what the mapping is changing to; "" is nothing.
func (m *mapping) setState(state string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = state
}

// describe returns the mapping in the given state; "" is the one it is in.
func (m *mapping) describe(state string) *MappingConfiguration {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.m
	if state == "" {
		state = m.state
	}
	if state == "" {
		state = stateDisabled
		if c.Enabled {
			state = stateEnabled
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
	out.LastProcessingResult, out.StartingPosition = m.result, c.Start
	out.MaximumRetryAttempts, out.MaximumRecordAgeInSeconds, out.BisectBatchOnFunctionError = &c.MaxRetries, &c.MaxAge, &c.Bisect
	out.ParallelizationFactor, out.TumblingWindowInSeconds = &c.Parallel, &c.Tumbling
	out.DestinationConfig = &DestinationConfig{OnFailure: &Destination{c.OnFailure}}
	return out
}
