package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// maxJumps bounds the jumps of one stretch: a record that nobody handled for
// 24 hours is gone, on AWS as here.
const maxJumps = 3

// phase is a stretch of changes under faults, quiet, a look at the counts, and
// days in which nobody does anything.
func (s *simulation) phase(ctx context.Context, p *person) error {
	if err := s.aws.Faults().Put(mix(s.dice)...); err != nil {
		return err
	}
	for jumps, left := 0, 15+s.dice.IntN(25); left > 0; left-- {
		if err := p.change(ctx); err != nil {
			return err
		}
		s.clock.Advance(time.Duration(s.dice.IntN(1500)) * time.Millisecond)
		switch n := s.dice.IntN(60); {
		case n < 3:
			if err := s.split(ctx); err != nil {
				return err
			}
		case n < 5 && jumps < maxJumps:
			jumps++
			s.happened(clockJumps)
			s.clock.Advance(time.Hour + time.Duration(s.dice.Int64N(int64(4*time.Hour))))
		case n < 6:
			if err := s.restart(ctx); err != nil {
				return err
			}
		}
	}
	if err := s.settle(ctx); err != nil {
		return err
	}
	if err := s.calm(ctx, p); err != nil {
		return err
	}
	return s.sleep(ctx, p)
}

// sleep lets days pass, under the rules again: deleted tasks expire after 30,
// their markers after 37.
func (s *simulation) sleep(ctx context.Context, p *person) error {
	days := []int{0, 2, 31, 45}[s.dice.IntN(4)]
	if days == 0 {
		return nil
	}
	s.happened(clockJumps)
	if err := s.aws.Faults().Put(mix(s.dice)...); err != nil {
		return err
	}
	for range 2 * days {
		s.clock.Advance(12 * time.Hour)
		if err := s.settle(ctx); err != nil {
			return err
		}
	}
	return s.calm(ctx, p)
}

// split splits an open shard, if there is one left to split.
func (s *simulation) split(ctx context.Context) error {
	open, err := s.openShards(ctx)
	if err != nil {
		return err
	}
	if err := s.aws.SplitShard(s.source, open[s.dice.IntN(len(open))]); err != nil {
		return err
	}
	s.happened(shardsSplit)
	return nil
}

// openShards lists the shards that take records, and counts those that were
// born of a roll-over: the one child of a closed parent.
func (s *simulation) openShards(ctx context.Context) ([]string, error) {
	var out struct {
		StreamDescription struct {
			Shards []struct {
				ShardID             string `json:"ShardId"`
				ParentShardID       string `json:"ParentShardId"`
				SequenceNumberRange struct{ EndingSequenceNumber string }
			}
		}
	}
	if err := s.call(ctx, http.MethodPost, "/", "DynamoDBStreams_20120810.DescribeStream", map[string]any{"StreamArn": s.source}, &out); err != nil {
		return nil, err
	}
	children := map[string]int{}
	for _, sh := range out.StreamDescription.Shards {
		children[sh.ParentShardID]++
	}
	var open []string
	for _, sh := range out.StreamDescription.Shards {
		if sh.SequenceNumberRange.EndingSequenceNumber == "" {
			open = append(open, sh.ShardID)
		}
		if !s.shards[sh.ShardID] && sh.ParentShardID != "" && children[sh.ParentShardID] == 1 {
			s.happened(shardsRolled)
		}
		s.shards[sh.ShardID] = true
	}
	return open, nil
}

// restart stops the mapping, as an update of its settings does, and starts it.
func (s *simulation) restart(ctx context.Context) error {
	for _, enabled := range []bool{false, true} {
		if err := s.rest(ctx, http.MethodPut, s.uuid, map[string]any{"Enabled": enabled}, nil); err != nil {
			return err
		}
	}
	s.happened(pollsRestarted)
	return nil
}

// settle drives the clock until both functions have handled all there is, and
// no run is left, not even one that was given up.
func (s *simulation) settle(ctx context.Context) error {
	over := time.NewTimer(patience)
	defer over.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		quiet, err := s.quiet()
		if err != nil || quiet {
			return err
		}
		select {
		case <-s.done:
		case <-tick.C: // a retry or a batch held back waits for the clock
			s.clock.Advance(time.Second)
		case <-over.C:
			return fmt.Errorf("not counted after %s", patience)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *simulation) quiet() (bool, error) {
	for _, f := range []string{counter, watcher} {
		drained, err := s.aws.Drained(f)
		if err != nil || !drained {
			return false, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running == 0, nil
}

// calm ends the faults, lets what they began run out, and compares.
func (s *simulation) calm(ctx context.Context, p *person) error {
	reports := s.aws.Faults().Reports()
	s.aws.Faults().Clear()
	s.mu.Lock()
	for _, r := range reports {
		s.figures[nameOf(r.Rule)] += r.Fired
	}
	s.mu.Unlock()
	if err := s.settle(ctx); err != nil {
		return err
	}
	if _, err := s.openShards(ctx); err != nil {
		return err
	}
	return s.compare(ctx, p)
}

// compare is what must hold once nothing happens any more.
func (s *simulation) compare(ctx context.Context, p *person) error {
	for _, project := range projects {
		want, err := s.scan(ctx, p, project)
		if err != nil {
			return err
		}
		got, err := dynamo.Open(s.cfg, s.tables).Projects().Counts(ctx, project)
		if err != nil {
			return err
		}
		if got.AsOf = (time.Time{}); got != want {
			return fmt.Errorf("todo, in progress, done of project %s: counted %d, %d, %d; in the table %d, %d, %d",
				project, got.Todo, got.InProgress, got.Done, want.Todo, want.InProgress, want.Done)
		}
	}
	s.mu.Lock()
	lowest := s.lowest
	s.mu.Unlock()
	if lowest < 0 {
		return fmt.Errorf("a count was %d on the way", lowest)
	}
	out, err := sqs.NewFromConfig(s.cfg).GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &s.parked, AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
	})
	if err != nil {
		return err
	}
	if n := out.Attributes["ApproximateNumberOfMessages"]; n != "0" {
		return fmt.Errorf("%s records are parked", n)
	}
	return nil
}

// scan counts the tasks that are in the table.
func (s *simulation) scan(ctx context.Context, p *person, project cumin.ProjectID) (cumin.Counts, error) {
	pages := dynamodb.NewQueryPaginator(p.db, &dynamodb.QueryInput{
		TableName: &s.tables.Tasks, ConsistentRead: aws.Bool(true), KeyConditionExpression: aws.String("pk = :pk"),
		ExpressionAttributeValues: dynamo.Item{":pk": &types.AttributeValueMemberS{Value: dynamo.ProjectPK(project)}},
	})
	n := map[cumin.Status]int64{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return cumin.Counts{}, err
		}
		for _, it := range page.Items {
			t, err := dynamo.DecodeTask(it)
			if err != nil {
				return cumin.Counts{}, err
			}
			n[t.Status]++
		}
	}
	return cumin.Counts{Todo: n[cumin.StatusTodo], InProgress: n[cumin.StatusInProgress], Done: n[cumin.StatusDone]}, nil
}
