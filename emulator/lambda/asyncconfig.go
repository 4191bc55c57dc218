package lambda

import (
	"context"
	"strings"
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

// async returns the function's settings, the defaults when it has none.
func (f *Function) async() *AsyncConfig {
	if f.Async == nil {
		return &AsyncConfig{}
	}
	return f.Async
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

// eventInvokeConfig is the shape of requests and answers.
type eventInvokeConfig struct {
	FunctionArn              string             `json:",omitempty"`
	LastModified             float64            `json:",omitempty"` // epoch seconds
	MaximumRetryAttempts     *int               `json:",omitempty"`
	MaximumEventAgeInSeconds *int               `json:",omitempty"`
	DestinationConfig        *DestinationConfig `json:",omitempty"`
}

// apply writes what is given into c.
func (s *Service) applyAsync(in *eventInvokeConfig, c *AsyncConfig) error {
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
		for _, to := range []struct {
			from *Destination
			into *string
		}{{d.OnSuccess, &c.OnSuccess}, {d.OnFailure, &c.OnFailure}} {
			*to.into = ""
			if to.from == nil || to.from.Destination == "" {
				continue
			}
			if err := s.checkQueueTarget(to.from.Destination); err != nil {
				return err
			}
			*to.into = to.from.Destination
		}
	}
	c.Modified = s.cfg.Clock.Now()
	return nil
}

// checkQueueTarget refuses a destination or dead-letter target that is no queue.
func (s *Service) checkQueueTarget(arn string) error {
	if !strings.HasPrefix(arn, "arn:aws:sqs:") || s.cfg.Queues == nil {
		return errUnsupported("destinations other than SQS queues")
	}
	if _, err := s.cfg.Queues.Queue(arn); err != nil {
		return errInvalid("The destination ARN %s is invalid.", arn)
	}
	return nil
}

func describeAsync(fn *Function) *eventInvokeConfig {
	c := fn.async()
	return &eventInvokeConfig{
		FunctionArn: fn.ARN + ":" + latest, LastModified: float64(c.Modified.UnixMilli()) / 1000,
		MaximumRetryAttempts: c.MaxRetries, MaximumEventAgeInSeconds: c.MaxAge,
		DestinationConfig: &DestinationConfig{OnSuccess: &Destination{c.OnSuccess}, OnFailure: &Destination{c.OnFailure}},
	}
}

// putAsync replaces the settings; updateAsync changes those that are given.
func (s *Service) putAsync(ctx context.Context, r *request) (any, error) {
	return s.changeAsync(ctx, r, func(*Function) AsyncConfig { return AsyncConfig{} })
}

func (s *Service) updateAsync(ctx context.Context, r *request) (any, error) {
	return s.changeAsync(ctx, r, func(f *Function) AsyncConfig { return *f.async() })
}

func (s *Service) changeAsync(ctx context.Context, r *request, from func(*Function) AsyncConfig) (any, error) {
	e, err := s.find(ctx, r.path("name"), r.query("Qualifier"))
	if err != nil {
		return nil, err
	}
	in := &eventInvokeConfig{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	fn, err := s.change(e, nil, func(f *Function) error {
		c := from(f)
		f.Async = &c
		if err := s.applyAsync(in, &c); err != nil {
			return err
		}
		return s.checkSends(f, c.OnSuccess, c.OnFailure)
	})
	if err != nil {
		return nil, err
	}
	return describeAsync(fn), nil
}

func (s *Service) getAsync(ctx context.Context, r *request) (any, error) {
	e, err := s.find(ctx, r.path("name"), r.query("Qualifier"))
	if err != nil {
		return nil, err
	}
	fn := e.pool.function()
	if fn.Async == nil {
		return nil, errNoAsync(fn.ARN)
	}
	return describeAsync(fn), nil
}

func (s *Service) deleteAsync(ctx context.Context, r *request) (any, error) {
	e, err := s.find(ctx, r.path("name"), r.query("Qualifier"))
	if err != nil {
		return nil, err
	}
	_, err = s.change(e, nil, func(f *Function) error {
		if f.Async == nil {
			return errNoAsync(f.ARN)
		}
		f.Async = nil
		return nil
	})
	return nil, err
}
