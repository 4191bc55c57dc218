package sqs

import (
	"cmp"
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

var (
	standardName = pattern.New(`^[A-Za-z0-9_-]{1,80}$`)
	fifoName     = pattern.New(`^[A-Za-z0-9_-]{1,75}\.fifo$`)
)

func (s *Service) createQueue(ctx context.Context, in *createQueueInput) (*queueURLOutput, error) {
	a, err := s.create(ctx, in.QueueName, in.Attributes, in.Tags)
	if err != nil {
		return nil, err
	}
	return &queueURLOutput{s.url(ctx, a)}, nil
}

// create makes a queue, or finds the one that has the same attributes: those
// the caller names are compared, others may differ.
func (s *Service) create(ctx context.Context, name string, attributes, tags map[string]string) (arn, error) {
	id := wire.IdentityFrom(ctx)
	a := arn{region: id.Region, account: id.Account, name: name}
	if err := checkName(name, attributes["FifoQueue"] != ""); err != nil {
		return a, err
	}
	if err := checkTags(tags); err != nil {
		return a, err
	}
	return a, s.change(func(t *tx) error {
		if q, ok := s.queues[a]; ok {
			return sameAttributes(q, attributes)
		}
		if at, ok := s.deleted[a]; ok && t.now.Before(at.Add(s.recreate)) {
			return errDeletedRecently()
		}
		q := newQueue(a, t.now)
		if err := s.set(q, attributes); err != nil {
			return err
		}
		maps.Copy(q.tags, tags)
		delete(s.deleted, a)
		s.queues[a] = q
		t.putQueue(q)
		return nil
	})
}

func checkName(name string, fifo bool) error {
	switch {
	case name == "":
		return errMissing("QueueName")
	case fifo && !fifoName.MatchString(name):
		return errParameters("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.")
	case !fifo && !standardName.MatchString(name):
		return errParameters("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	return nil
}

func sameAttributes(q *queue, attributes map[string]string) error {
	has := q.describe()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if _, known := has[name]; !known && attributes[name] == "" {
			continue
		}
		if !sameValue(name, has[name], attributes[name]) {
			return errQueueExists(name)
		}
	}
	return nil
}

func sameValue(name, has, want string) bool {
	if name == "RedrivePolicy" {
		var x, y settings
		return setRedrivePolicy(&x, has) && setRedrivePolicy(&y, want) && (x.redrive == nil) == (y.redrive == nil) &&
			(x.redrive == nil || *x.redrive == *y.redrive)
	}
	return has == want
}

// set applies attributes, all or none. Called with the lock held.
func (s *Service) set(q *queue, changes map[string]string) error {
	next := q.settings
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		if err := next.apply(name, changes[name], q.arn.fifo()); err != nil {
			return err
		}
	}
	if policy, ok := changes["RedrivePolicy"]; ok && next.redrive != nil {
		if err := s.checkTarget(q.arn, next.redrive, policy); err != nil {
			return err
		}
	}
	q.settings = next
	for name, value := range changes {
		if value == "" {
			delete(q.raw, name)
			continue
		}
		q.raw[name] = value
	}
	return nil
}

// checkTarget refuses a dead-letter queue that is missing, of another kind, or
// that does not admit the source.
func (s *Service) checkTarget(source arn, p *redrivePolicy, text string) error {
	target, ok := parseARN(p.Target)
	dead := s.queues[target]
	switch {
	case !ok || dead == nil:
		return errValue(text, "RedrivePolicy", "Dead letter target does not exist.")
	case target.fifo() != source.fifo():
		return errValue(text, "RedrivePolicy", "Dead-letter queue must be same type of queue as the source.")
	case !dead.settings.allow.admits(source.String()):
		return errValue(text, "RedrivePolicy", "The dead letter target's redrive allow policy does not permit this source queue.")
	}
	return nil
}

func (s *Service) deleteQueue(ctx context.Context, in *queueInput) (*nothing, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return new(nothing), s.drop(a)
}

func (s *Service) drop(a arn) error {
	return s.onQueue(a, func(t *tx, q *queue) error {
		for _, m := range q.messages {
			t.deleteMessage(q, m)
		}
		for scope := range q.dedups {
			t.deleteDedup(q, scope)
		}
		t.delete(bucketSequences, []byte(a.String()))
		t.delete(bucketQueues, []byte(a.String()))
		delete(s.queues, a)
		s.deleted[a] = t.now
		s.abandon(q)
		return nil
	})
}

func (s *Service) getQueueURL(ctx context.Context, in *getQueueURLInput) (*queueURLOutput, error) {
	if in.QueueName == "" {
		return nil, errMissing("QueueName")
	}
	id := wire.IdentityFrom(ctx)
	a := arn{region: id.Region, account: cmp.Or(in.QueueOwnerAWSAccountId, id.Account), name: in.QueueName}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.queues[a]; !ok {
		return nil, errNoQueue()
	}
	return &queueURLOutput{s.url(ctx, a)}, nil
}

func (s *Service) listQueues(ctx context.Context, in *listQueuesInput) (*listQueuesOutput, error) {
	id := wire.IdentityFrom(ctx)
	urls, next, err := s.page(ctx, in.MaxResults, in.NextToken, func(q *queue) bool {
		return q.arn.region == id.Region && q.arn.account == id.Account && strings.HasPrefix(q.arn.name, in.QueueNamePrefix)
	})
	return &listQueuesOutput{urls, next}, err
}

func (s *Service) listDeadLetterSourceQueues(ctx context.Context, in *listSourcesInput) (*listSourcesOutput, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := s.onQueue(a, func(*tx, *queue) error { return nil }); err != nil {
		return nil, err
	}
	urls, next, err := s.page(ctx, in.MaxResults, in.NextToken, func(q *queue) bool {
		return q.settings.redrive != nil && q.settings.redrive.Target == a.String()
	})
	return &listSourcesOutput{urls, next}, err
}

// page lists URLs of the queues that match, by name. Only a caller that names
// MaxResults gets a token for more; others get the first 1,000.
func (s *Service) page(ctx context.Context, maxResults *int, token string, match func(*queue) bool) ([]string, string, error) {
	limit := 1000
	if maxResults != nil {
		limit = *maxResults
		if limit < 1 || limit > 1000 {
			return nil, "", errValue(limit, "MaxResults", "MaxResults must be an integer between 1 and 1000")
		}
	}
	after, err := base64.URLEncoding.DecodeString(token)
	if err != nil {
		return nil, "", errParameters("Invalid or expired next token.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []arn
	for a, q := range s.queues {
		if a.name > string(after) && match(q) {
			found = append(found, a)
		}
	}
	slices.SortFunc(found, func(x, y arn) int { return cmp.Compare(x.name, y.name) })
	next := ""
	if len(found) > limit {
		found = found[:limit]
		if maxResults != nil {
			next = base64.URLEncoding.EncodeToString([]byte(found[limit-1].name))
		}
	}
	urls := make([]string, len(found))
	for i, a := range found {
		urls[i] = s.url(ctx, a)
	}
	return urls, next, nil
}

func (s *Service) getQueueAttributes(ctx context.Context, in *getAttributesInput) (*attributesOutput, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	out := new(attributesOutput)
	return out, s.onQueue(a, func(_ *tx, q *queue) error {
		all := q.describe()
		if slices.Contains(in.AttributeNames, "All") {
			out.Attributes = all
			return nil
		}
		out.Attributes = map[string]string{}
		for _, name := range in.AttributeNames {
			value, ok := all[name]
			if !ok && !isAttribute(name) {
				return errAttributeName(name)
			}
			if ok {
				out.Attributes[name] = value
			}
		}
		return nil
	})
}

func isAttribute(name string) bool {
	_, ok := attributes[name]
	return ok
}

// describe is every attribute of the queue, as GetQueueAttributes shows them.
func (q *queue) describe() map[string]string {
	all := map[string]string{
		"QueueArn":                              q.arn.String(),
		"ApproximateNumberOfMessages":           strconv.Itoa(q.visibleCount()),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(q.inFlight),
		"ApproximateNumberOfMessagesDelayed":    strconv.Itoa(q.delayed),
		"CreatedTimestamp":                      strconv.FormatInt(q.created.Unix(), 10),
		"LastModifiedTimestamp":                 strconv.FormatInt(q.modified.Unix(), 10),
	}
	for name, a := range attributes {
		if a.preset != "" && (!a.fifo || q.arn.fifo()) {
			all[name] = a.preset
		}
	}
	maps.Copy(all, q.raw)
	if p := q.settings.redrive; p != nil {
		all["RedrivePolicy"] = `{"deadLetterTargetArn":"` + p.Target + `","maxReceiveCount":` + strconv.Itoa(p.MaxReceives) + `}`
	}
	return all
}

func (s *Service) setQueueAttributes(ctx context.Context, in *setAttributesInput) (*nothing, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if in.Attributes == nil {
		return nil, errMissing("Attribute.Name")
	}
	return new(nothing), s.update(a, in.Attributes)
}

func (s *Service) update(a arn, changes map[string]string) error {
	return s.onQueue(a, func(t *tx, q *queue) error {
		if _, ok := changes["FifoQueue"]; ok && changes["FifoQueue"] != q.raw["FifoQueue"] {
			return errAttributeValue("FifoQueue", "Modifying queue type is not supported.")
		}
		if err := s.set(q, changes); err != nil {
			return err
		}
		q.modified = t.now
		q.settle(t)
		t.putQueue(q)
		t.wake(q)
		return nil
	})
}

func (s *Service) purgeQueue(ctx context.Context, in *queueInput) (*nothing, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return new(nothing), s.onQueue(a, func(t *tx, q *queue) error {
		if !q.purged.IsZero() && t.now.Before(q.purged.Add(time.Minute)) {
			return errPurging(a.name)
		}
		q.purged = t.now
		for _, m := range q.messages {
			t.deleteMessage(q, m)
		}
		q.clear()
		return nil
	})
}
