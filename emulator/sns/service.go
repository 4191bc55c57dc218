package sns

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Config is what a Service needs; all fields are required.
type Config struct {
	Clock    *clock.Clock
	Store    store.Store
	Log      *slog.Logger
	NewID    func() string // UUIDs
	Endpoint string        // of this AWS, for links
	Targets  Targets
	// CheckPolicy refuses a topic policy that cannot be evaluated.
	CheckPolicy func(text string) error
}

// Targets takes what is delivered; implemented over sqs and lambda. An error of
// type *wire.Error below 500 says that the target will not have it, now or later.
type Targets interface {
	// Queue sends to a queue in a topic's name.
	Queue(ctx context.Context, topicARN, queueARN string, m QueueMessage) error
	// Function invokes a function with an event in a topic's name.
	Function(ctx context.Context, topicARN, functionARN string, event []byte) error
}

// QueueMessage is a message for a queue.
type QueueMessage struct {
	Body         string
	Attributes   map[string]AttributeValue
	Group, Dedup string // of a FIFO topic
}

// Topic is a topic as the store keeps it.
type Topic struct {
	Name         string
	ARN          string
	Account      string
	Region       string
	DisplayName  string
	Policy       string
	KeyID        string // KmsMasterKeyId; noted
	FIFO         bool
	ContentDedup bool
	PerGroup     bool // FifoThroughputScope MessageGroup
	Sequence     uint64
	Tags         map[string]string
	Created      time.Time
}

// Subscription is a subscription as the store keeps it.
type Subscription struct {
	ARN      string
	Topic    string // ARN
	Protocol string
	Endpoint string // ARN of a queue or function
	Account  string
	Raw      bool
	Filter   string // JSON; empty: everything
	Scope    string // MessageAttributes or MessageBody
	Dead     string // ARN of the dead-letter queue
	filter   *policy
}

// seen is a published FIFO message for which duplicates are watched.
type seen struct {
	At        time.Time
	MessageID string
	Sequence  string
}

// dedupWindow is how long a FIFO topic remembers a message.
const dedupWindow = 5 * time.Minute

// Service is SNS. Build it with New.
type Service struct {
	cfg   Config
	query *wire.Query

	mu            sync.Mutex                 // guards what follows
	topics        *shelf.Shelf[Topic]        // by ARN
	subscriptions *shelf.Shelf[Subscription] // by ARN, which begins with the topic's
	published     *shelf.Shelf[seen]         // topic ARN, group or nothing, deduplication id
	order         map[string]*sync.Mutex     // by FIFO topic: one publishes at a time
}

// New loads the topics the store keeps.
func New(cfg Config) (_ *Service, err error) {
	s := &Service{cfg: cfg, order: map[string]*sync.Mutex{}}
	s.query = &wire.Query{Namespace: "http://sns.amazonaws.com/doc/2010-03-31/", Version: "2010-03-31", MaxBody: 4 << 20, Ops: s.ops(), Log: cfg.Log}
	if s.topics, err = shelf.Open[Topic](cfg.Store, "sns/topics"); err != nil {
		return nil, err
	}
	if s.published, err = shelf.Open[seen](cfg.Store, "sns/published"); err != nil {
		return nil, err
	}
	if s.subscriptions, err = shelf.Open[Subscription](cfg.Store, "sns/subscriptions"); err != nil {
		return nil, err
	}
	for _, sub := range s.subscriptions.All("") {
		if sub.filter, err = parseFilter(sub.Filter, sub.Scope); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// ServeHTTP answers the query protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.query.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.query.Ops.Names() }

// topic finds a topic. Called with mu held. Errors: InvalidParameter, NotFound.
func (s *Service) topic(arn string) (*Topic, error) {
	if strings.Count(arn, ":") != 5 || !strings.HasPrefix(arn, "arn:") {
		return nil, errParameter("TopicArn Reason: An ARN must have at least 6 elements, not %d", strings.Count(arn, ":")+1)
	}
	t, ok := s.topics.Get(arn)
	if !ok {
		return nil, errNoTopic()
	}
	return t, nil
}

// of lists a topic's subscriptions. Called with mu held.
func (s *Service) of(topicARN string) []*Subscription { return s.subscriptions.All(topicARN + ":") }

// ResourcePolicy is the policy of the topic with this ARN.
func (s *Service) ResourcePolicy(arn string) (policy string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.topics.Get(arn)
	if !ok {
		return "", false
	}
	return t.Policy, t.Policy != ""
}
