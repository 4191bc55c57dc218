package logs

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

func (s *Service) ops() wire.Ops {
	return wire.Ops{
		"CreateLogGroup":        wire.Op(s.createLogGroup),
		"DeleteLogGroup":        wire.Op(s.deleteLogGroup),
		"DescribeLogGroups":     wire.Op(s.describeLogGroups),
		"PutRetentionPolicy":    wire.Op(s.putRetentionPolicy),
		"DeleteRetentionPolicy": wire.Op(s.deleteRetentionPolicy),
		"CreateLogStream":       wire.Op(s.createLogStream),
		"DescribeLogStreams":    wire.Op(s.describeLogStreams),
		"PutLogEvents":          wire.Op(s.putLogEvents),
		"GetLogEvents":          wire.Op(s.getLogEvents),
		"FilterLogEvents":       wire.Op(s.filterLogEvents),
	}
}

type none struct{}

type createLogGroupInput struct {
	LogGroupName string            `json:"logGroupName"`
	Tags         map[string]string `json:"tags"`
}

func (s *Service) createLogGroup(ctx context.Context, in *createLogGroupInput) (*none, error) {
	_, err := s.CreateGroup(ctx, in.LogGroupName, Settings{Tags: in.Tags})
	return &none{}, err
}

type groupInput struct {
	LogGroupName string `json:"logGroupName"`
}

func (s *Service) deleteLogGroup(ctx context.Context, in *groupInput) (*none, error) {
	return &none{}, s.DeleteGroup(ctx, in.LogGroupName)
}

type describeLogGroupsInput struct {
	LogGroupNamePrefix string `json:"logGroupNamePrefix"`
	NextToken          string `json:"nextToken"`
	Limit              int    `json:"limit"`
}

type logGroup struct {
	LogGroupName    string `json:"logGroupName"`
	Arn             string `json:"arn"`
	LogGroupArn     string `json:"logGroupArn"`
	CreationTime    int64  `json:"creationTime"`
	RetentionInDays int    `json:"retentionInDays,omitempty"`
	LogGroupClass   string `json:"logGroupClass"`
}

type describeLogGroupsOutput struct {
	LogGroups []logGroup `json:"logGroups"`
	NextToken string     `json:"nextToken,omitempty"`
}

func (s *Service) describeLogGroups(ctx context.Context, in *describeLogGroupsInput) (*describeLogGroupsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all, next, err := page(s.sorted(ctx, in.LogGroupNamePrefix), in.NextToken, in.Limit, 50)
	if err != nil {
		return nil, err
	}
	out := &describeLogGroupsOutput{LogGroups: []logGroup{}, NextToken: next}
	for _, g := range all {
		out.LogGroups = append(out.LogGroups, logGroup{g.Name, g.arn() + ":*", g.arn(), g.Created.UnixMilli(), g.Retention, "STANDARD"})
	}
	return out, nil
}

type putRetentionPolicyInput struct {
	LogGroupName    string `json:"logGroupName"`
	RetentionInDays int    `json:"retentionInDays"`
}

func (s *Service) putRetentionPolicy(ctx context.Context, in *putRetentionPolicyInput) (*none, error) {
	if in.RetentionInDays == 0 {
		return nil, errInvalid("1 validation error detected: Value null at 'retentionInDays' failed to satisfy constraint: Member must not be null")
	}
	if err := checkRetention(in.RetentionInDays); err != nil {
		return nil, err
	}
	return &none{}, s.edit(ctx, in.LogGroupName, func(g *group) { g.Retention = in.RetentionInDays })
}

func (s *Service) deleteRetentionPolicy(ctx context.Context, in *groupInput) (*none, error) {
	return &none{}, s.edit(ctx, in.LogGroupName, func(g *group) { g.Retention = 0 })
}

type streamInput struct {
	LogGroupName  string `json:"logGroupName"`
	LogStreamName string `json:"logStreamName"`
}

func (s *Service) createLogStream(ctx context.Context, in *streamInput) (*none, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.find(ctx, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if _, ok := g.streams[in.LogStreamName]; ok {
		return nil, errStreamExists()
	}
	g.streams[in.LogStreamName] = s.cfg.Clock.Now()
	return &none{}, nil
}

type describeLogStreamsInput struct {
	LogGroupName        string `json:"logGroupName"`
	LogStreamNamePrefix string `json:"logStreamNamePrefix"`
	NextToken           string `json:"nextToken"`
	Limit               int    `json:"limit"`
}

type logStream struct {
	LogStreamName string `json:"logStreamName"`
	CreationTime  int64  `json:"creationTime"`
	Arn           string `json:"arn"`
}

type describeLogStreamsOutput struct {
	LogStreams []logStream `json:"logStreams"`
	NextToken  string      `json:"nextToken,omitempty"`
}

func (s *Service) describeLogStreams(ctx context.Context, in *describeLogStreamsInput) (*describeLogStreamsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.find(ctx, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(g.streams)), func(n string) bool { return !strings.HasPrefix(n, in.LogStreamNamePrefix) })
	names, next, err := page(names, in.NextToken, in.Limit, 50)
	if err != nil {
		return nil, err
	}
	out := &describeLogStreamsOutput{LogStreams: []logStream{}, NextToken: next}
	for _, n := range names {
		out.LogStreams = append(out.LogStreams, logStream{n, g.streams[n].UnixMilli(), g.arn() + ":log-stream:" + n})
	}
	return out, nil
}

type inputEvent struct {
	Timestamp int64  `json:"timestamp"`
	Message   string `json:"message"`
}

type putLogEventsInput struct {
	streamInput
	LogEvents     []inputEvent `json:"logEvents"`
	SequenceToken string       `json:"sequenceToken"` // accepted and of no meaning since 2023, as on AWS
}

func (s *Service) putLogEvents(ctx context.Context, in *putLogEventsInput) (*none, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.find(ctx, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if _, ok := g.streams[in.LogStreamName]; !ok {
		return nil, errNoStream()
	}
	for _, e := range in.LogEvents {
		s.add(g, Event{Stream: in.LogStreamName, At: time.UnixMilli(e.Timestamp), Message: e.Message})
	}
	return &none{}, nil
}

type getLogEventsInput struct {
	streamInput
	StartTime     int64  `json:"startTime"`
	EndTime       int64  `json:"endTime"`
	NextToken     string `json:"nextToken"`
	Limit         int    `json:"limit"`
	StartFromHead bool   `json:"startFromHead"`
}

type outputEvent struct {
	EventID       string `json:"eventId,omitempty"`
	LogStreamName string `json:"logStreamName,omitempty"`
	Timestamp     int64  `json:"timestamp"`
	IngestionTime int64  `json:"ingestionTime"`
	Message       string `json:"message"`
}

type getLogEventsOutput struct {
	Events            []outputEvent `json:"events"`
	NextForwardToken  string        `json:"nextForwardToken"`
	NextBackwardToken string        `json:"nextBackwardToken"`
}

// getLogEvents pages forward only: a token names the last event seen.
func (s *Service) getLogEvents(ctx context.Context, in *getLogEventsInput) (*getLogEventsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.find(ctx, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	if _, ok := g.streams[in.LogStreamName]; !ok {
		return nil, errNoStream()
	}
	after, err := parseToken(in.NextToken)
	if err != nil {
		return nil, err
	}
	limit := orDefault(in.Limit, maxEvents)
	out := &getLogEventsOutput{Events: []outputEvent{}}
	var found []Event
	for _, e := range g.events {
		if e.Stream == in.LogStreamName && e.id > after && within(e, in.StartTime, in.EndTime) {
			found = append(found, e)
		}
	}
	if len(found) > limit {
		if in.StartFromHead || after > 0 {
			found = found[:limit]
		} else {
			found = found[len(found)-limit:]
		}
	}
	for _, e := range found {
		out.Events = append(out.Events, outputEvent{Timestamp: e.At.UnixMilli(), IngestionTime: e.At.UnixMilli(), Message: e.Message})
		after = e.id
	}
	out.NextForwardToken = "f/" + strconv.FormatUint(after, 10)
	out.NextBackwardToken = "b/0"
	return out, nil
}

type filterLogEventsInput struct {
	LogGroupName        string   `json:"logGroupName"`
	LogStreamNames      []string `json:"logStreamNames"`
	LogStreamNamePrefix string   `json:"logStreamNamePrefix"`
	StartTime           int64    `json:"startTime"`
	EndTime             int64    `json:"endTime"`
	NextToken           string   `json:"nextToken"`
	Limit               int      `json:"limit"`
	FilterPattern       string   `json:"filterPattern"`
	Interleaved         bool     `json:"interleaved"` // ignored by AWS too since 2019: always interleaved
}

type filterLogEventsOutput struct {
	Events             []outputEvent `json:"events"`
	SearchedLogStreams []none        `json:"searchedLogStreams"`
	NextToken          string        `json:"nextToken,omitempty"`
}

func (s *Service) filterLogEvents(ctx context.Context, in *filterLogEventsInput) (*filterLogEventsOutput, error) {
	if in.FilterPattern != "" {
		return nil, errInvalid("Cumin's embedded AWS does not support filter patterns.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	g, err := s.find(ctx, in.LogGroupName)
	if err != nil {
		return nil, err
	}
	after, err := parseToken(in.NextToken)
	if err != nil {
		return nil, err
	}
	limit := orDefault(in.Limit, maxEvents)
	out := &filterLogEventsOutput{Events: []outputEvent{}, SearchedLogStreams: []none{}}
	for _, e := range g.events {
		wanted := (len(in.LogStreamNames) == 0 || slices.Contains(in.LogStreamNames, e.Stream)) && strings.HasPrefix(e.Stream, in.LogStreamNamePrefix)
		if e.id <= after || !wanted || !within(e, in.StartTime, in.EndTime) {
			continue
		}
		if len(out.Events) == limit {
			out.NextToken = "f/" + strconv.FormatUint(after, 10)
			break
		}
		after = e.id
		out.Events = append(out.Events, outputEvent{strconv.FormatUint(e.id, 10), e.Stream, e.At.UnixMilli(), e.At.UnixMilli(), e.Message})
	}
	return out, nil
}

func within(e Event, start, end int64) bool {
	at := e.At.UnixMilli()
	return at >= start && (end == 0 || at < end)
}

// parseToken reads "f/N"; the empty token and "b/0" are the beginning.
func parseToken(token string) (uint64, error) {
	if token == "" || token == "b/0" {
		return 0, nil
	}
	number, ok := strings.CutPrefix(token, "f/")
	n, err := strconv.ParseUint(number, 10, 64)
	if !ok || err != nil {
		return 0, errInvalid("The specified nextToken is invalid.")
	}
	return n, nil
}

func page[T any](all []T, token string, limit, most int) ([]T, string, error) {
	start, err := parseToken(token)
	if err != nil || start > uint64(len(all)) {
		return nil, "", errInvalid("The specified nextToken is invalid.")
	}
	if limit < 0 || limit > most {
		return nil, "", errInvalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value less than or equal to %d", limit, most)
	}
	end := min(int(start)+orDefault(limit, most), len(all))
	next := ""
	if end < len(all) {
		next = "f/" + strconv.Itoa(end)
	}
	return all[start:end], next, nil
}

func orDefault(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return n
}
