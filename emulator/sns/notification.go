package sns

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
)

// attribute is a message attribute as a notification carries it.
type attribute struct{ Type, Value string }

// notification is the body a queue gets without raw delivery, and, with its
// links spelt otherwise, the Sns member of a function's event.
type notification struct {
	Type              string
	MessageId         string
	SequenceNumber    string `json:",omitempty"`
	TopicArn          string
	Subject           *string `json:",omitempty"`
	Message           string
	Timestamp         string
	UnsubscribeURL    string
	MessageAttributes map[string]attribute `json:",omitempty"`
}

type eventNotification struct {
	Type              string
	MessageId         string
	TopicArn          string
	Subject           *string // null when there is none
	Message           string
	Timestamp         string
	UnsubscribeUrl    string
	MessageAttributes map[string]attribute
}

type eventRecord struct {
	EventVersion         string
	EventSubscriptionArn string
	EventSource          string
	Sns                  eventNotification
}

type event struct{ Records []eventRecord }

func (s *Service) notification(t *Topic, sub *Subscription, m *message) notification {
	n := notification{
		Type: "Notification", MessageId: m.id, SequenceNumber: m.sequence, TopicArn: t.ARN, Message: m.body(sub.Protocol),
		Timestamp:         s.cfg.Clock.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		UnsubscribeURL:    s.cfg.Endpoint + "/?Action=Unsubscribe&SubscriptionArn=" + url.QueryEscape(sub.ARN),
		MessageAttributes: map[string]attribute{},
	}
	if m.subject != "" {
		n.Subject = &m.subject
	}
	for name, a := range m.attributes {
		value := base64.StdEncoding.EncodeToString(a.BinaryValue)
		if a.StringValue != nil {
			value = *a.StringValue
		}
		n.MessageAttributes[name] = attribute{a.DataType, value}
	}
	return n
}

func (s *Service) event(t *Topic, sub *Subscription, m *message) event {
	n := s.notification(t, sub, m)
	return event{[]eventRecord{{"1.0", sub.ARN, "aws:sns", eventNotification{n.Type, n.MessageId, n.TopicArn, n.Subject, n.Message, n.Timestamp, n.UnsubscribeURL, n.MessageAttributes}}}}
}

// queueMessage is what a queue gets: the message as it is with raw delivery,
// else in an envelope.
func (sub *Subscription) queueMessage(s *Service, t *Topic, m *message) QueueMessage {
	out := QueueMessage{Group: m.group, Dedup: m.dedup}
	if sub.Raw {
		out.Body, out.Attributes = m.body(sub.Protocol), m.attributes
		return out
	}
	text, err := json.Marshal(s.notification(t, sub, m))
	if err != nil {
		panic(err) // texts always encode
	}
	out.Body = string(text)
	return out
}
