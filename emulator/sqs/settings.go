package sqs

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

const (
	maxMessageBytes = 1 << 20 // of a message, and of a batch, since 2025 (SQS-5)
	maxInFlight     = 120_000
	maxVisibility   = 12 * time.Hour
)

// settings are a queue's attributes, parsed.
type settings struct {
	delay      time.Duration // DelaySeconds
	retention  time.Duration // MessageRetentionPeriod
	wait       time.Duration // ReceiveMessageWaitTimeSeconds
	visibility time.Duration // VisibilityTimeout
	maxBytes   int           // MaximumMessageSize
	contentID  bool          // ContentBasedDeduplication
	groupScope bool          // DeduplicationScope is messageGroup
	redrive    *redrivePolicy
	allow      *redriveAllowPolicy
}

type redrivePolicy struct {
	Target      string `json:"deadLetterTargetArn"`
	MaxReceives int    `json:"maxReceiveCount"`
}

type redriveAllowPolicy struct {
	Permission string   `json:"redrivePermission"` // allowAll, denyAll or byQueue
	Sources    []string `json:"sourceQueueArns,omitempty"`
}

// attribute describes one queue attribute: its default (empty: not shown
// until set) and how a value is checked and taken over.
type attribute struct {
	preset string
	fifo   bool // only FIFO queues have it
	set    func(s *settings, value string) bool
}

// attributes are those a caller may set (API Reference, SetQueueAttributes).
var attributes = map[string]attribute{
	"DelaySeconds":                  {preset: "0", set: seconds(0, 900, func(s *settings) *time.Duration { return &s.delay })},
	"MessageRetentionPeriod":        {preset: "345600", set: seconds(60, 1_209_600, func(s *settings) *time.Duration { return &s.retention })},
	"ReceiveMessageWaitTimeSeconds": {preset: "0", set: seconds(0, 20, func(s *settings) *time.Duration { return &s.wait })},
	"VisibilityTimeout":             {preset: "30", set: seconds(0, 43_200, func(s *settings) *time.Duration { return &s.visibility })},
	"MaximumMessageSize": {preset: strconv.Itoa(maxMessageBytes), set: func(s *settings, v string) bool {
		n, ok := number(v, 1024, maxMessageBytes)
		s.maxBytes = n
		return ok
	}},
	"Policy":         {set: func(_ *settings, v string) bool { return v == "" || json.Valid([]byte(v)) }},
	"KmsMasterKeyId": {set: func(*settings, string) bool { return true }},
	"KmsDataKeyReusePeriodSeconds": {set: func(_ *settings, v string) bool {
		_, ok := number(v, 60, 86_400)
		return ok
	}},
	"SqsManagedSseEnabled": {preset: "true", set: func(_ *settings, v string) bool { return v == "true" || v == "false" }},
	"RedrivePolicy":        {set: setRedrivePolicy},
	"RedriveAllowPolicy":   {set: setRedriveAllowPolicy},
	"FifoQueue":            {preset: "true", fifo: true, set: func(_ *settings, v string) bool { return v == "true" }},
	"ContentBasedDeduplication": {preset: "false", fifo: true, set: func(s *settings, v string) bool {
		s.contentID = v == "true"
		return v == "true" || v == "false"
	}},
	"DeduplicationScope": {preset: "queue", fifo: true, set: func(s *settings, v string) bool {
		s.groupScope = v == "messageGroup"
		return v == "messageGroup" || v == "queue"
	}},
	"FifoThroughputLimit": {preset: "perQueue", fifo: true, set: func(_ *settings, v string) bool {
		return v == "perQueue" || v == "perMessageGroupId"
	}},
}

func defaultSettings(fifo bool) settings {
	var s settings
	for _, a := range attributes {
		if a.preset != "" && (fifo || !a.fifo) {
			a.set(&s, a.preset)
		}
	}
	return s
}

// apply sets one attribute on s. Errors: InvalidAttributeName for one the kind
// of queue does not have, InvalidAttributeValue.
func (s *settings) apply(name, value string, fifo bool) error {
	a, ok := attributes[name]
	if !ok || a.fifo && !fifo {
		return errAttributeName(name)
	}
	if !a.set(s, value) {
		return errAttributeValue(name, "")
	}
	return nil
}

func seconds(low, high int, field func(*settings) *time.Duration) func(*settings, string) bool {
	return func(s *settings, v string) bool {
		n, ok := number(v, low, high)
		*field(s) = time.Duration(n) * time.Second
		return ok
	}
}

func number(v string, low, high int) (int, bool) {
	n, err := strconv.Atoi(v)
	return n, err == nil && n >= low && n <= high
}

// setRedrivePolicy reads {"deadLetterTargetArn":…,"maxReceiveCount":5}; the
// count may be a string. Whether the target exists is the service's question.
func setRedrivePolicy(s *settings, v string) bool {
	if v == "" {
		s.redrive = nil
		return true
	}
	var p struct {
		Target      string          `json:"deadLetterTargetArn"`
		MaxReceives json.RawMessage `json:"maxReceiveCount"`
	}
	if err := json.Unmarshal([]byte(v), &p); err != nil {
		return false
	}
	n, ok := number(strings.Trim(string(p.MaxReceives), `"`), 1, 1000)
	s.redrive = &redrivePolicy{Target: p.Target, MaxReceives: n}
	return ok && p.Target != ""
}

func setRedriveAllowPolicy(s *settings, v string) bool {
	if v == "" {
		s.allow = nil
		return true
	}
	p := new(redriveAllowPolicy)
	if err := json.Unmarshal([]byte(v), p); err != nil {
		return false
	}
	s.allow = p
	switch p.Permission {
	case "allowAll", "denyAll":
		return len(p.Sources) == 0
	case "byQueue":
		return len(p.Sources) >= 1 && len(p.Sources) <= 10
	}
	return false
}

// admits reports whether a dead-letter queue with this policy takes messages
// of the source; without a policy every queue may use it.
func (p *redriveAllowPolicy) admits(source string) bool {
	if p == nil || p.Permission == "allowAll" {
		return true
	}
	if p.Permission == "byQueue" {
		for _, s := range p.Sources {
			if s == source {
				return true
			}
		}
	}
	return false
}
