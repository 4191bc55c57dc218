package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/dynamo"
)

// Config is the service's environment; docs/contract.md lists the variables.
type Config struct {
	Listen    string        // address, e.g. 127.0.0.1:9103
	Origins   []string      // public origins, exact; the first is the tokens' issuer
	JWKSURL   string        // where auth publishes its keys
	Stack     string        // prefix of the instances' queues
	Tables    dynamo.Tables // Auth (revocations), Core, Inbox, Ephemeral
	Instance  string        // name before the dot of every sid; default "a"
	DrainSpan time.Duration // over how long a stop closes the connections; default 3 s, at most 60 s
	LogLevel  slog.Level    // default info
}

const maxDrainSpan = time.Minute

var (
	instanceName = regexp.MustCompile(`^[a-z0-9-]{1,20}$`)
	stackName    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,40}$`) // with "-sock-" and a ULID a queue name of at most 80
)

// ConfigFromEnv reads the environment and reports every problem at once.
func ConfigFromEnv() (Config, error) {
	var problems []error
	want := func(name string) string {
		v := os.Getenv(name)
		if v == "" {
			problems = append(problems, fmt.Errorf("%s is not set", name))
		}
		return v
	}
	cfg := Config{
		Listen:  want("CUMIN_LISTEN"),
		Origins: strings.Split(want("CUMIN_ORIGINS"), ","),
		JWKSURL: want("CUMIN_JWKS_URL"),
		Stack:   want("CUMIN_STACK"),
		Tables: dynamo.Tables{
			Auth:      want("CUMIN_TABLE_AUTH"),
			Core:      want("CUMIN_TABLE_CORE"),
			Inbox:     want("CUMIN_TABLE_INBOX"),
			Ephemeral: want("CUMIN_TABLE_EPHEMERAL"),
		},
		Instance:  "a",
		DrainSpan: 3 * time.Second,
	}
	if cfg.Stack != "" && !stackName.MatchString(cfg.Stack) {
		problems = append(problems, fmt.Errorf("CUMIN_STACK is %q, want a stack name of up to 41 characters", cfg.Stack))
	}
	if v := os.Getenv("CUMIN_INSTANCE"); v != "" {
		cfg.Instance = v
	}
	if !instanceName.MatchString(cfg.Instance) {
		problems = append(problems, fmt.Errorf("CUMIN_INSTANCE is %q, want 1 to 20 of a-z, 0-9 and -", cfg.Instance))
	}
	if v := os.Getenv("CUMIN_DRAIN_SPAN"); v != "" {
		span, err := time.ParseDuration(v)
		if err != nil || span < 0 || span > maxDrainSpan {
			problems = append(problems, fmt.Errorf("CUMIN_DRAIN_SPAN is %q, want a duration from 0s to 60s", v))
		}
		cfg.DrainSpan = span
	}
	if v := os.Getenv("CUMIN_LOG_LEVEL"); v != "" {
		if err := cfg.LogLevel.UnmarshalText([]byte(v)); err != nil {
			problems = append(problems, fmt.Errorf("CUMIN_LOG_LEVEL: %w", err))
		}
	}
	return cfg, errors.Join(problems...)
}
