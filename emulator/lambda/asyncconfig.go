package lambda

import (
	"context"
	"maps"
	"slices"
	"time"
)

// AsyncConfig is how a function's asynchronous events are handled. Nil and
// empty members stand for the defaults.
type AsyncConfig struct {
	MaxRetries *int // 0 to 2
	MaxAge     *int // seconds, 60 to 21600
	OnSuccess  string
	OnFailure  string
	Modified   time.Time
}

// asyncOf returns the settings for events that a callee gets, the defaults when
// there are none.
func asyncOf(c callee) *AsyncConfig {
	config := c.e.pool.function().AsyncConfigs[c.settingsKey()]
	return &config
}

func (c *AsyncConfig) retries() int {
	if c.MaxRetries == nil {
		return len(asyncDelays)
	}
	return *c.MaxRetries
}

func (c *AsyncConfig) maxAge() time.Duration {
	if c.MaxAge == nil {
		return asyncMaxAge
	}
	return time.Duration(*c.MaxAge) * time.Second
}

// eventInvokeConfig is AWS's description of the settings.
type eventInvokeConfig struct {
	FunctionArn              string             `json:",omitempty"`
	LastModified             float64            `json:",omitempty"` // epoch seconds
	MaximumRetryAttempts     *int               `json:",omitempty"`
	MaximumEventAgeInSeconds *int               `json:",omitempty"`
	DestinationConfig        *DestinationConfig `json:",omitempty"`
}

// apply writes what is given into c.
func (s *Service) applyAsync(in *EventInvokeInput, c *AsyncConfig) error {
	if n := in.MaximumRetryAttempts; n != nil {
		if *n < 0 || *n > 2 {
			return errConstraint(quoteInt(*n), "maximumRetryAttempts", bound(*n < 0, 0, 2))
		}
		c.MaxRetries = n
	}
	if n := in.MaximumEventAgeInSeconds; n != nil {
		if *n < 60 || *n > 21_600 {
			return errConstraint(quoteInt(*n), "maximumEventAgeInSeconds", bound(*n < 60, 60, 21_600))
		}
		c.MaxAge = n
	}
	if d := in.DestinationConfig; d != nil {
		if d.OnSuccess != nil && targetKind(d.OnSuccess.Destination) == "s3" {
			return errInvalid("S3 buckets are destinations of failures only: %s", d.OnSuccess.Destination)
		}
		for _, to := range []struct {
			from *Destination
			into *string
		}{{d.OnSuccess, &c.OnSuccess}, {d.OnFailure, &c.OnFailure}} {
			*to.into = ""
			if to.from == nil || to.from.Destination == "" {
				continue
			}
			if err := s.checkDestination(to.from.Destination, asyncDestinations); err != nil {
				return err
			}
			*to.into = to.from.Destination
		}
	}
	c.Modified = s.cfg.Clock.Now()
	return nil
}

func describeAsync(c callee, config AsyncConfig) *eventInvokeConfig {
	return &eventInvokeConfig{
		FunctionArn: c.e.arn + ":" + c.settingsKey(), LastModified: float64(config.Modified.UnixMilli()) / 1000,
		MaximumRetryAttempts: config.MaxRetries, MaximumEventAgeInSeconds: config.MaxAge,
		DestinationConfig: &DestinationConfig{OnSuccess: &Destination{config.OnSuccess}, OnFailure: &Destination{config.OnFailure}},
	}
}

// EventInvokeInput is how a function's asynchronous events are to be handled.
type EventInvokeInput struct {
	MaximumRetryAttempts     *int
	MaximumEventAgeInSeconds *int
	DestinationConfig        *DestinationConfig
}

// PutEventInvokeConfig replaces the settings of a function, a version or an
// alias.
func (s *Service) PutEventInvokeConfig(ctx context.Context, name, qualifier string, in *EventInvokeInput) error {
	_, err := s.changeAsync(ctx, name, qualifier, in, func(AsyncConfig) AsyncConfig { return AsyncConfig{} })
	return err
}

// putAsync replaces the settings; updateAsync changes those that are given.
func (s *Service) putAsync(ctx context.Context, r *request) (any, error) {
	return s.editAsync(ctx, r, func(AsyncConfig) AsyncConfig { return AsyncConfig{} })
}

func (s *Service) updateAsync(ctx context.Context, r *request) (any, error) {
	return s.editAsync(ctx, r, func(old AsyncConfig) AsyncConfig { return old })
}

func (s *Service) editAsync(ctx context.Context, r *request, from func(AsyncConfig) AsyncConfig) (any, error) {
	in := &EventInvokeInput{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.changeAsync(ctx, r.path("name"), r.query("Qualifier"), in, from)
}

func (s *Service) changeAsync(ctx context.Context, name, qualifier string, in *EventInvokeInput, from func(AsyncConfig) AsyncConfig) (*eventInvokeConfig, error) {
	c, err := s.resolve(ctx, name, qualifier)
	if err != nil {
		return nil, err
	}
	fn, err := s.function(c)
	if err != nil {
		return nil, err
	}
	config := from(*asyncOf(c))
	if err := s.applyAsync(in, &config); err != nil {
		return nil, err
	}
	if err := s.checkSends(fn, config.OnSuccess, config.OnFailure); err != nil {
		return nil, err
	}
	err = s.annotate(c.e, func(f *Function) error {
		if f.AsyncConfigs == nil {
			f.AsyncConfigs = map[string]AsyncConfig{}
		}
		f.AsyncConfigs[c.settingsKey()] = config
		return nil
	})
	if err != nil {
		return nil, err
	}
	return describeAsync(c, config), nil
}

func (s *Service) getAsync(ctx context.Context, r *request) (any, error) {
	c, err := s.resolve(ctx, r.path("name"), r.query("Qualifier"))
	if err != nil {
		return nil, err
	}
	config, ok := c.e.pool.function().AsyncConfigs[c.settingsKey()]
	if !ok {
		return nil, errNoAsync(c.arn())
	}
	return describeAsync(c, config), nil
}

func (s *Service) listAsync(ctx context.Context, r *request) (any, error) {
	e, err := s.find(ctx, r.path("name"))
	if err != nil {
		return nil, err
	}
	configs := e.pool.function().AsyncConfigs
	var all []*eventInvokeConfig
	for _, qualifier := range slices.Sorted(maps.Keys(configs)) {
		all = append(all, describeAsync(callee{e, qualifier}, configs[qualifier]))
	}
	shown, next, err := page(r, all, 50)
	if err != nil {
		return nil, err
	}
	return struct {
		FunctionEventInvokeConfigs []*eventInvokeConfig
		NextMarker                 string `json:",omitempty"`
	}{append([]*eventInvokeConfig{}, shown...), next}, nil
}

// DeleteEventInvokeConfig restores the defaults.
func (s *Service) DeleteEventInvokeConfig(ctx context.Context, name, qualifier string) error {
	c, err := s.resolve(ctx, name, qualifier)
	if err != nil {
		return err
	}
	return s.annotate(c.e, func(f *Function) error {
		if _, ok := f.AsyncConfigs[c.settingsKey()]; !ok {
			return errNoAsync(c.arn())
		}
		delete(f.AsyncConfigs, c.settingsKey())
		return nil
	})
}

func (s *Service) deleteAsync(ctx context.Context, r *request) (any, error) {
	return nil, s.DeleteEventInvokeConfig(ctx, r.path("name"), r.query("Qualifier"))
}
