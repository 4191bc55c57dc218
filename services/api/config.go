package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/internal/dynamo"
)

// Config is everything the service reads from its environment besides what
// the AWS SDK reads itself; docs/contract.md lists the variables.
type Config struct {
	Listen           string        // CUMIN_LISTEN, for instance 127.0.0.1:9102
	Origins          []string      // CUMIN_ORIGINS; the first is the issuer of tokens
	Proxies          []string      // CUMIN_TRUSTED_PROXIES, addresses or networks whose X-Real-IP is believed; empty: loopback
	JWKS             string        // CUMIN_JWKS_URL
	Tables           dynamo.Tables // CUMIN_TABLE_…
	Bucket           string        // CUMIN_BUCKET_EXPORTS
	CursorKeyFile    string        // CUMIN_CURSOR_KEY_FILE
	S3PublicEndpoint string        // CUMIN_S3_PUBLIC_ENDPOINT; empty: the SDK's
	Rate             float64       // CUMIN_RATE_API, requests per second and person; default 50, bursts of four times that
	LogLevel         slog.Level    // CUMIN_LOG_LEVEL; default info
}

const defaultRate = 50

// ConfigFromEnv reads the configuration and reports everything that is wrong
// with it at once.
func ConfigFromEnv(getenv func(string) string) (Config, error) {
	r := envReader{getenv: getenv}
	cfg := Config{
		Listen:  r.need("CUMIN_LISTEN"),
		Origins: r.list("CUMIN_ORIGINS", r.need),
		Proxies: r.list("CUMIN_TRUSTED_PROXIES", getenv),
		JWKS:    r.url("CUMIN_JWKS_URL", r.need),
		Tables: dynamo.Tables{
			Auth: r.need("CUMIN_TABLE_AUTH"), Core: r.need("CUMIN_TABLE_CORE"), Tasks: r.need("CUMIN_TABLE_TASKS"),
			Jobs: r.need("CUMIN_TABLE_JOBS"), Inbox: r.need("CUMIN_TABLE_INBOX"), Ephemeral: r.need("CUMIN_TABLE_EPHEMERAL"),
		},
		Bucket:           r.need("CUMIN_BUCKET_EXPORTS"),
		CursorKeyFile:    r.need("CUMIN_CURSOR_KEY_FILE"),
		S3PublicEndpoint: r.url("CUMIN_S3_PUBLIC_ENDPOINT", getenv),
		Rate:             r.rate("CUMIN_RATE_API"),
		LogLevel:         r.level("CUMIN_LOG_LEVEL"),
	}
	return cfg, errors.Join(r.wrong...)
}

// envReader collects what is wrong with the environment.
type envReader struct {
	getenv func(string) string
	wrong  []error
}

func (r *envReader) fail(name, format string, args ...any) {
	r.wrong = append(r.wrong, fmt.Errorf("%s: "+format, append([]any{name}, args...)...))
}

func (r *envReader) need(name string) string {
	v := r.getenv(name)
	if v == "" {
		r.fail(name, "is not set")
	}
	return v
}

// list reads words between commas by read.
func (r *envReader) list(name string, read func(string) string) []string {
	var out []string
	for v := range strings.SplitSeq(read(name), ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// url reads an absolute URL by read; empty stays empty.
func (r *envReader) url(name string, read func(string) string) string {
	v := read(name)
	if v == "" {
		return ""
	}
	if u, err := url.Parse(v); err != nil || u.Scheme == "" || u.Host == "" {
		r.fail(name, "%q is not an absolute URL", v)
	}
	return v
}

func (r *envReader) rate(name string) float64 {
	v := r.getenv(name)
	if v == "" {
		return defaultRate
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || !(n > 0 && n <= 1e6) {
		r.fail(name, "%q is not a number of requests per second above 0", v)
	}
	return n
}

func (r *envReader) level(name string) slog.Level {
	var level slog.Level // info
	if v := r.getenv(name); v != "" {
		if err := level.UnmarshalText([]byte(v)); err != nil {
			r.fail(name, "%q is not debug, info, warn or error", v)
		}
	}
	return level
}
