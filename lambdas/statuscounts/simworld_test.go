package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/anikeshk/cumin/emulator"
	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/lambda"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
	"github.com/anikeshk/cumin/internal/queue"
	"github.com/anikeshk/cumin/internal/stream"
)

// countsFunction is what is tested: Handler.Handle or something that claims to
// replace it.
type countsFunction func(context.Context, stream.Batch) (events.DynamoDBEventResponse, error)

const (
	counter = "statuscounts" // the function that is tested
	watcher = "watcher"      // a second function, which sees every count item ever written
	phases  = 3              // stretches of changes, days apart
	// patience is how long the function may take, in real time, until all is counted.
	patience = 2 * time.Minute
)

var projects = []cumin.ProjectID{cumin.ProjectID(id(901)), cumin.ProjectID(id(902)), cumin.ProjectID(id(903))}

// simulation is one seed's world.
type simulation struct {
	dice   *rand.Rand // of the one goroutine that drives
	aws    *emulator.AWS
	clock  *clock.Clock
	cfg    aws.Config // of the function and of people
	tables dynamo.Tables
	source string // ARN of the tasks stream
	parked string // URL
	bisect bool
	lanes  int
	uuid   string        // of the mapping
	done   chan struct{} // a run has ended
	shards map[string]bool

	mu        sync.Mutex // guards what follows
	rolls     *rand.Rand // of the runs, whose order is not the seed's
	figures   figures
	running   int
	delivered map[string]bool // sequence numbers
	newest    string          // of them
	lowest    int64           // of any count at any time
}

// simulate runs one seed. The error says what is wrong with the counts, or
// with the simulation itself.
func simulate(ctx context.Context, seed uint64, variant func(*simulation) countsFunction) (f figures, err error) {
	s := &simulation{
		dice: rand.New(rand.NewPCG(seed, 1)), rolls: rand.New(rand.NewPCG(seed, 2)), clock: clock.NewFrozen(morning),
		done: newSignal(), shards: map[string]bool{}, figures: figures{}, delivered: map[string]bool{},
	}
	if s.aws, err = emulator.Open(emulator.Options{Clock: s.clock, Seed: seed}); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.aws.Close()) }()
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	defer transport.CloseIdleConnections()
	s.cfg = aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(s.aws.Endpoint()),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient:  &http.Client{Transport: lambda.Transport(transport)},
		Retryer:     retrying(3),
	}
	if err := s.build(ctx, variant); err != nil {
		return nil, err
	}
	p := &person{s: s, cfg: s.cfg.Copy(), tasks: map[cumin.TaskRef]cumin.Task{}}
	p.cfg.Retryer = retrying(10)
	p.db = dynamodb.NewFromConfig(p.cfg)
	for phase := range phases {
		if err := s.phase(ctx, p); err != nil {
			return s.figures, fmt.Errorf("phase %d: %w", phase+1, err)
		}
	}
	return s.figures, nil
}

// retrying is the SDK's way of trying again, without its real waits.
func retrying(attempts int) func() aws.Retryer {
	return func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.RateLimiter = attempts, ratelimit.None
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Millisecond, nil })
		})
	}
}

// newSignal is a channel that remembers one event.
func newSignal() chan struct{} { return make(chan struct{}, 1) }

// build makes tables, functions and mappings as in deploy/data.yaml; batch
// size, bisecting and lanes are the seed's.
func (s *simulation) build(ctx context.Context, variant func(*simulation) countsFunction) error {
	tables, streams, err := dynamotest.Live(ctx, s.cfg, "core", "tasks", "counted")
	if err != nil {
		return err
	}
	s.tables, s.source = tables, streams["tasks"]
	out, err := sqs.NewFromConfig(s.cfg).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("parked")})
	if err != nil {
		return err
	}
	s.parked = *out.QueueUrl
	counted := variant(s)
	if _, err := s.aws.HandleFunction(counter, func(ctx context.Context, event []byte) ([]byte, error) { return s.run(ctx, counted, event) }); err != nil {
		return err
	}
	if _, err := s.aws.HandleFunction(watcher, s.watch); err != nil {
		return err
	}
	s.bisect, s.lanes = s.dice.IntN(2) == 0, 1+s.dice.IntN(4)
	var mapping struct{ UUID string }
	err = s.rest(ctx, http.MethodPost, "", map[string]any{
		"FunctionName": counter, "EventSourceArn": s.source, "StartingPosition": "TRIM_HORIZON",
		"BatchSize": []int{1, 4, 20, 100}[s.dice.IntN(4)], "ParallelizationFactor": s.lanes, "BisectBatchOnFunctionError": s.bisect,
		"FunctionResponseTypes": []string{"ReportBatchItemFailures"},
		"DestinationConfig":     map[string]any{"OnFailure": map[string]string{"Destination": "arn:aws:sqs:us-east-1:000000000000:parked"}},
	}, &mapping)
	if err != nil {
		return err
	}
	s.uuid = mapping.UUID
	return s.rest(ctx, http.MethodPost, "", map[string]any{
		"FunctionName": watcher, "EventSourceArn": streams["core"], "StartingPosition": "TRIM_HORIZON", "BatchSize": 1000,
	}, nil)
}

// handler is the real function.
func (s *simulation) handler() *Handler {
	log := slog.New(slog.DiscardHandler)
	return &Handler{
		Store: dynamo.Open(s.cfg, s.tables).Counts(),
		Park:  queue.Park{Sender: queue.NewSender(s.cfg), URL: s.parked, Function: counter, Log: log},
		Clock: s.clock,
		Log:   log,
	}
}

// run is one invocation. Some go on when they are given up, as a process does
// whose Lambda lost sight of it.
func (s *simulation) run(ctx context.Context, f countsFunction, event []byte) ([]byte, error) {
	var batch stream.Batch
	if err := json.Unmarshal(event, &batch); err != nil {
		return nil, err
	}
	late := s.begin(batch)
	given := ctx
	if late {
		ctx = context.WithoutCancel(ctx)
	}
	out, err := f(ctx, batch)
	s.end(late && given.Err() != nil, err != nil || len(out.BatchItemFailures) > 0 || given.Err() != nil)
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

func (s *simulation) begin(batch stream.Batch) (late bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running > 0 && s.lanes > 1 {
		s.figures[runsInLanes]++
	}
	s.running++
	s.figures[runs]++
	first := batch.Records[0].Sequence
	if !s.delivered[first] && first < s.newest {
		s.figures[runsOvertaken]++
	}
	for _, r := range batch.Records {
		if !s.delivered[r.Sequence] && bytes.Contains(r.Raw, []byte(`"userIdentity"`)) {
			s.figures[tasksExpired]++
		}
		s.delivered[r.Sequence], s.newest = true, max(s.newest, r.Sequence)
	}
	return s.rolls.IntN(3) == 0
}

func (s *simulation) end(late, failed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	if late {
		s.figures[runsLate]++
	}
	if failed && s.bisect {
		s.figures[runsFailed]++
	}
	select {
	case s.done <- struct{}{}:
	default:
	}
}

// watch notes the lowest count of any version of any count item.
func (s *simulation) watch(_ context.Context, event []byte) ([]byte, error) {
	var batch stream.Batch
	if err := json.Unmarshal(event, &batch); err != nil {
		return nil, err
	}
	for _, r := range batch.Records {
		if r.SK != dynamo.SKCounts || r.New == nil {
			continue
		}
		c, err := dynamo.DecodeCounts(r.New)
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		s.lowest = min(s.lowest, c.Todo, c.InProgress, c.Done)
		s.mu.Unlock()
	}
	return nil, nil
}

func (s *simulation) happened(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.figures[what]++
}

// rest calls the API of event source mappings.
func (s *simulation) rest(ctx context.Context, method, id string, in, out any) error {
	return s.call(ctx, method, "/2015-03-31/event-source-mappings/"+id, "", in, out)
}

// call makes one call of an API for which this module has no SDK.
func (s *simulation) call(ctx context.Context, method, path, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, s.aws.Endpoint()+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	answer, err := s.cfg.HTTPClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("%s %s%s: %d %s", method, path, target, answer.StatusCode, got)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(got, out)
}
