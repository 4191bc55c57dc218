package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/dynamo"
)

// Config is the service's environment; docs/contract.md lists the variables.
type Config struct {
	Listen         string        // address, e.g. 127.0.0.1:9101
	Origins        []string      // public origins, exact; the first is the tokens' issuer
	Proxies        []string      // addresses or networks whose X-Real-IP is believed; empty: loopback
	Tables         dynamo.Tables // Auth, Core
	SigningKeyFile string        // PEM, made when missing
	AccessTTL      time.Duration // default 5m, which is also the most: revocations are remembered no longer
	RefreshGrace   time.Duration // default 30s, 0 to 60s
	CookieSuffix   string        // tells parallel local stacks apart: cookies ignore ports
	PasswordMin    int           // characters; default 15, at least 8
	Free           FreeAttempts
	LogLevel       slog.Level // default info
}

// FreeAttempts are the tries per client address and hour before waits begin.
type FreeAttempts struct {
	Logins  int // default 50
	Signups int // default 5
}

// Bounds of the settings.
const (
	maxAccessTTL     = 5 * time.Minute
	maxRefreshGrace  = time.Minute
	floorPasswordMin = 8
)

var cookieSuffix = regexp.MustCompile(`^[A-Za-z0-9_-]{0,32}$`)

// ConfigFromEnv reads the environment and reports every problem at once.
func ConfigFromEnv() (Config, error) {
	var e env
	cfg := Config{
		Listen:         e.want("CUMIN_LISTEN"),
		Origins:        strings.Split(e.want("CUMIN_ORIGINS"), ","),
		Tables:         dynamo.Tables{Auth: e.want("CUMIN_TABLE_AUTH"), Core: e.want("CUMIN_TABLE_CORE")},
		SigningKeyFile: e.want("CUMIN_SIGNING_KEY_FILE"),
		AccessTTL:      e.duration("CUMIN_ACCESS_TTL", 5*time.Minute, time.Second, maxAccessTTL),
		RefreshGrace:   e.duration("CUMIN_REFRESH_GRACE", 30*time.Second, 0, maxRefreshGrace),
		CookieSuffix:   os.Getenv("CUMIN_COOKIE_SUFFIX"),
		PasswordMin:    e.number("CUMIN_PASSWORD_MIN", 15, floorPasswordMin, 64),
		Free: FreeAttempts{
			Logins:  e.number("CUMIN_FREE_LOGINS", 50, 1, 1_000_000_000),
			Signups: e.number("CUMIN_FREE_SIGNUPS", 5, 1, 1_000_000_000),
		},
	}
	if v := os.Getenv("CUMIN_TRUSTED_PROXIES"); v != "" {
		cfg.Proxies = strings.Split(v, ",")
	}
	if !cookieSuffix.MatchString(cfg.CookieSuffix) {
		e.problem("CUMIN_COOKIE_SUFFIX is %q, want up to 32 letters, digits, _ and -", cfg.CookieSuffix)
	}
	if v := os.Getenv("CUMIN_LOG_LEVEL"); v != "" {
		if err := cfg.LogLevel.UnmarshalText([]byte(v)); err != nil {
			e.problem("CUMIN_LOG_LEVEL: %w", err)
		}
	}
	return cfg, errors.Join(e.problems...)
}

// env reads variables and collects what is wrong with them.
type env struct{ problems []error }

func (e *env) problem(format string, args ...any) {
	e.problems = append(e.problems, fmt.Errorf(format, args...))
}

func (e *env) want(name string) string {
	v := os.Getenv(name)
	if v == "" {
		e.problem("%s is not set", name)
	}
	return v
}

func (e *env) duration(name string, def, from, to time.Duration) time.Duration {
	v := os.Getenv(name)
	if v == "" {
		return def
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < from || d > to {
		e.problem("%s is %q, want a duration from %s to %s", name, v, from, to)
	}
	return d
}

func (e *env) number(name string, def, from, to int) int {
	v := os.Getenv(name)
	if v == "" {
		return def
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < from || n > to {
		e.problem("%s is %q, want a number from %d to %d", name, v, from, to)
	}
	return n
}
