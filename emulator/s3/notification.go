package s3

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Events takes event notifications to where a bucket's configuration sends
// them. An error means: not taken, try again later. ctx carries the cause.
type Events interface {
	// Queue sends a message to a queue.
	Queue(ctx context.Context, queueARN string, body []byte) error
	// Function invokes a function, without waiting for its result.
	Function(ctx context.Context, functionARN string, event []byte) error
}

// Notification says which events of a bucket go where (User Guide, "Amazon S3
// Event Notifications"). Topics and EventBridge are refused.
type Notification struct {
	XMLName   xml.Name         `xml:"NotificationConfiguration" json:"-"`
	Queues    []QueueTarget    `xml:"QueueConfiguration"`
	Functions []FunctionTarget `xml:"CloudFunctionConfiguration"`
	Unknown   unknown          `xml:",any" json:"-"`
}

// QueueTarget sends events to an SQS queue.
type QueueTarget struct {
	ID      string              `xml:"Id,omitempty"`
	ARN     string              `xml:"Queue"`
	Events  []string            `xml:"Event"` // e.g. s3:ObjectCreated:*
	Filter  *NotificationFilter `xml:",omitempty"`
	Unknown unknown             `xml:",any" json:"-"`
}

// FunctionTarget sends events to a Lambda function.
type FunctionTarget struct {
	ID      string              `xml:"Id,omitempty"`
	ARN     string              `xml:"CloudFunction"`
	Events  []string            `xml:"Event"`
	Filter  *NotificationFilter `xml:",omitempty"`
	Unknown unknown             `xml:",any" json:"-"`
}

// NotificationFilter selects keys by a prefix and a suffix.
type NotificationFilter struct {
	Rules   []FilterRule `xml:"S3Key>FilterRule"`
	Unknown unknown      `xml:",any" json:"-"`
}

// FilterRule is a prefix or a suffix, as Name says.
type FilterRule struct{ Name, Value string }

// The events that are raised; a configuration may name them or, with a star
// for the last word, a group.
const (
	createdByPut      = "ObjectCreated:Put"
	createdByPost     = "ObjectCreated:Post"
	createdByCopy     = "ObjectCreated:Copy"
	createdByParts    = "ObjectCreated:CompleteMultipartUpload"
	removedByDelete   = "ObjectRemoved:Delete"
	removedByMarker   = "ObjectRemoved:DeleteMarkerCreated"
	expiredForGood    = "LifecycleExpiration:Delete"
	expiredWithMarker = "LifecycleExpiration:DeleteMarkerCreated"
)

var eventNames = []string{
	createdByPut, createdByPost, createdByCopy, createdByParts, "ObjectCreated:*",
	removedByDelete, removedByMarker, "ObjectRemoved:*", expiredForGood, expiredWithMarker, "LifecycleExpiration:*",
}

func (n *Notification) check() error {
	if n == nil {
		return nil
	}
	for _, q := range n.Queues {
		if err := checkTarget(q.ARN, "sqs", q.Events, q.Filter); err != nil {
			return err
		}
	}
	for _, f := range n.Functions {
		if err := checkTarget(f.ARN, "lambda", f.Events, f.Filter); err != nil {
			return err
		}
	}
	return nil
}

func checkTarget(arn, service string, events []string, filter *NotificationFilter) error {
	if parts := strings.Split(arn, ":"); len(parts) < 6 || parts[0] != "arn" || parts[2] != service {
		return errArgument("Arn", arn, "The ARN is not well formed")
	}
	if len(events) == 0 {
		return errXML()
	}
	for _, name := range events {
		if bare, ok := strings.CutPrefix(name, "s3:"); !ok || !slices.Contains(eventNames, bare) {
			return errArgument("Event", name, "A specified event is not supported for notifications")
		}
	}
	if filter == nil {
		return nil
	}
	for _, r := range filter.Rules {
		if name := strings.ToLower(r.Name); name != "prefix" && name != "suffix" {
			return errArgument("FilterRule.Name", r.Name, "filter rule name must be either prefix or suffix")
		}
	}
	return nil
}

func (f *NotificationFilter) selects(key string) bool {
	if f == nil {
		return true
	}
	for _, r := range f.Rules {
		if strings.EqualFold(r.Name, "prefix") && !strings.HasPrefix(key, r.Value) || strings.EqualFold(r.Name, "suffix") && !strings.HasSuffix(key, r.Value) {
			return false
		}
	}
	return true
}

func wants(events []string, event string) bool {
	return slices.ContainsFunc(events, func(pattern string) bool {
		pattern = strings.TrimPrefix(pattern, "s3:")
		group, all := strings.CutSuffix(pattern, "*")
		return pattern == event || all && strings.HasPrefix(event, group)
	})
}

// origin is who did something to an object, for the event about it.
type origin struct {
	event     string
	cause     string // see package cause
	request   string
	principal string
}

func originOf(ctx context.Context, event string) origin {
	id := wire.IdentityFrom(ctx)
	return origin{event: event, cause: cause.From(ctx), request: id.RequestID, principal: id.Account}
}

// withMarker is the origin of a deletion that makes a delete marker.
func (o origin) withMarker() origin {
	switch o.event {
	case removedByDelete:
		o.event = removedByMarker
	case expiredForGood:
		o.event = expiredWithMarker
	}
	return o
}

// emit puts an event for each target that wants it into the outbox: with the
// change itself, so that a killed process forgets neither or both.
func (s *Service) emit(t *tx, b *bucket, v *version, o origin) {
	n := b.Settings.Notification
	if n == nil || o.event == "" {
		return
	}
	for _, q := range n.Queues {
		if wants(q.Events, o.event) && q.Filter.selects(v.Key) {
			s.enqueue(t, pending{Queue: q.ARN, Cause: o.cause, Body: record(t, b, v, o, q.ID)})
		}
	}
	for _, f := range n.Functions {
		if wants(f.Events, o.event) && f.Filter.selects(v.Key) {
			s.enqueue(t, pending{Function: f.ARN, Cause: o.cause, Body: record(t, b, v, o, f.ID)})
		}
	}
}

// record is the event as receivers read it (User Guide, "Event message
// structure", version 2.1).
func record(t *tx, b *bucket, v *version, o origin, configuration string) json.RawMessage {
	object := map[string]any{"key": url.QueryEscape(v.Key), "sequencer": sequencer(v.Seq)}
	if strings.HasPrefix(o.event, "ObjectCreated:") {
		object["size"], object["eTag"] = v.Size, v.ETag
	}
	if v.ID != nullVersion {
		object["versionId"] = v.ID
	}
	body, err := json.Marshal(map[string]any{"Records": []any{map[string]any{
		"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": b.Region, "eventTime": t.now.UTC().Format(time.RFC3339Nano), "eventName": o.event,
		"userIdentity":      map[string]string{"principalId": o.principal},
		"requestParameters": map[string]string{"sourceIPAddress": "127.0.0.1"},
		"responseElements":  map[string]string{"x-amz-request-id": o.request, "x-amz-id-2": o.request},
		"s3": map[string]any{
			"s3SchemaVersion": "1.0", "configurationId": configuration,
			"bucket": map[string]any{"name": b.Name, "ownerIdentity": map[string]string{"principalId": b.Account}, "arn": "arn:aws:s3:::" + b.Name},
			"object": object,
		},
	}}})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return body
}

func (s *Service) getNotification(c *call) error {
	return s.setting(c, "", "", func(b *bucket) any {
		if b.Settings.Notification == nil {
			return &Notification{}
		}
		return b.Settings.Notification
	})
}

// putNotification tells each queue that it is one, as AWS does; a target that
// does not take the test message is refused.
func (s *Service) putNotification(c *call) error {
	in := new(Notification)
	if err := decode(c.r, in); err != nil {
		return err
	}
	if err := s.check(&Settings{Notification: in}); err != nil {
		return err
	}
	id := wire.IdentityFrom(c.r.Context()).RequestID
	test, err := json.Marshal(map[string]string{
		"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": c.now.UTC().Format(time.RFC3339Nano), "Bucket": c.bucket, "RequestId": id, "HostId": id,
	})
	if err != nil {
		return err
	}
	for _, q := range in.Queues {
		if err := s.events.Queue(c.r.Context(), q.ARN, test); err != nil {
			return errArgument("Queue", q.ARN, "Unable to validate the following destination configurations")
		}
	}
	return s.configure(c, http.StatusOK, func(st *Settings) error { st.Notification = in; return nil })
}
