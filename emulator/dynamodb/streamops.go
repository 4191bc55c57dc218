package dynamodb

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"
)

// iteratorLife is how long a shard iterator can be used.
const iteratorLife = 15 * time.Minute

type listStreamsInput struct {
	TableName               string
	Limit                   *int
	ExclusiveStartStreamArn string
}

type listStreamsOutput struct {
	Streams                []streamName
	LastEvaluatedStreamArn string `json:",omitempty"`
}

type streamName struct{ StreamArn, StreamLabel, TableName string }

func (s *Service) listStreams(ctx context.Context, in *listStreamsInput) (*listStreamsOutput, error) {
	limit, err := pageLimit(in.Limit, 100)
	if err != nil {
		return nil, err
	}
	if in.TableName != "" {
		if err := checkTableName(in.TableName); err != nil {
			return nil, err
		}
	}
	id := identify(ctx, in.TableName)
	names := []streamName{}
	s.mu.RLock()
	for arn, st := range s.streams {
		if st.table.Account == id.Account && st.table.Region == id.Region && (in.TableName == "" || st.table.Name == id.Name) && arn > in.ExclusiveStartStreamArn {
			names = append(names, streamName{arn, st.label, st.table.Name})
		}
	}
	s.mu.RUnlock()
	slices.SortFunc(names, func(a, b streamName) int { return strings.Compare(a.StreamArn, b.StreamArn) })
	out := &listStreamsOutput{Streams: names}
	if len(names) > limit {
		out.Streams = names[:limit]
		out.LastEvaluatedStreamArn = names[limit-1].StreamArn
	}
	return out, nil
}

func pageLimit(limit *int, most int) (int, error) {
	if limit == nil {
		return most, nil
	}
	var c constraints
	if *limit < 1 {
		c.add(*limit, "limit", "Member must have value greater than or equal to 1")
	}
	if *limit > most {
		c.add(*limit, "limit", "Member must have value less than or equal to "+strconv.Itoa(most))
	}
	return *limit, c.err()
}

type describeStreamInput struct {
	StreamArn             string
	Limit                 *int
	ExclusiveStartShardId string
}

type describeStreamOutput struct{ StreamDescription streamDescription }

type streamDescription struct {
	StreamArn, StreamLabel, StreamStatus, StreamViewType string
	CreationRequestDateTime                              float64
	TableName                                            string
	KeySchema                                            []KeySchemaElement
	Shards                                               []shardDescription
	LastEvaluatedShardId                                 string `json:",omitempty"`
}

type shardDescription struct {
	ShardId             string
	SequenceNumberRange sequenceRange
	ParentShardId       string `json:",omitempty"`
}

type sequenceRange struct {
	StartingSequenceNumber string
	EndingSequenceNumber   string `json:",omitempty"`
}

func (s *Service) describeStream(_ context.Context, in *describeStreamInput) (*describeStreamOutput, error) {
	limit, err := pageLimit(in.Limit, 100)
	if err != nil {
		return nil, err
	}
	st, err := s.stream(in.StreamArn)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	d := streamDescription{
		StreamArn: st.arn, StreamLabel: st.label, StreamStatus: "ENABLED", StreamViewType: st.view,
		CreationRequestDateTime: seconds(st.created), TableName: st.table.Name, KeySchema: st.keys,
		Shards: []shardDescription{},
	}
	if !st.disabled.IsZero() {
		d.StreamStatus = "DISABLED"
	}
	shards := st.known()
	if in.ExclusiveStartShardId != "" {
		i := slices.IndexFunc(shards, func(sh *shard) bool { return sh.id == in.ExclusiveStartShardId })
		if i < 0 {
			return nil, errNoShard(in.ExclusiveStartShardId, st.arn)
		}
		shards = shards[i+1:]
	}
	for i, sh := range shards {
		if i == limit {
			d.LastEvaluatedShardId = shards[i-1].id
			break
		}
		r := sequenceRange{StartingSequenceNumber: formatSequence(sh.start)}
		if st.knownClosed(sh) {
			r.EndingSequenceNumber = formatSequence(sh.end)
		}
		d.Shards = append(d.Shards, shardDescription{sh.id, r, sh.parent})
	}
	return &describeStreamOutput{d}, nil
}

type getShardIteratorInput struct {
	StreamArn         string
	ShardId           string
	ShardIteratorType string
	SequenceNumber    string
}

type getShardIteratorOutput struct{ ShardIterator string }

func (s *Service) getShardIterator(_ context.Context, in *getShardIteratorInput) (*getShardIteratorOutput, error) {
	var c constraints
	if in.ShardIteratorType == "" {
		c.add(nil, "shardIteratorType", "Member must not be null")
	}
	c.oneOf(in.ShardIteratorType, "shardIteratorType", "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER")
	if err := c.err(); err != nil {
		return nil, err
	}
	bySequence := strings.HasSuffix(in.ShardIteratorType, "SEQUENCE_NUMBER")
	if bySequence && in.SequenceNumber == "" {
		return nil, errValidation("SequenceNumber must be specified when ShardIteratorType is %s", in.ShardIteratorType)
	}
	if !bySequence && in.SequenceNumber != "" {
		return nil, errValidation("SequenceNumber must not be specified when ShardIteratorType is %s", in.ShardIteratorType)
	}
	st, err := s.stream(in.StreamArn)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	sh, err := st.shard(in.ShardId)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	it := iterator{stream: st.arn, shard: sh.id, issued: now}
	switch in.ShardIteratorType {
	case "LATEST":
		it.from = st.kept + 1
	case "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER":
		n, ok := parseSequence(in.SequenceNumber)
		if !ok || n < sh.start || !sh.closed.IsZero() && n > sh.end {
			return nil, errValidation("Invalid SequenceNumber provided; SequenceNumber %s is not in Shard %s", in.SequenceNumber, sh.id)
		}
		if n < st.horizon(sh, now) {
			return nil, errTrimmed()
		}
		it.from = n
		if in.ShardIteratorType == "AFTER_SEQUENCE_NUMBER" {
			it.from++
		}
	}
	return &getShardIteratorOutput{it.String()}, nil
}

// iterator is a position in a shard; it travels as opaque text.
type iterator struct {
	stream, shard string
	from          uint64 // the first sequence number to read; 0 is the oldest there is
	issued        time.Time
}

func (it iterator) String() string {
	fields := it.shard + " " + strconv.FormatUint(it.from, 10) + " " + strconv.FormatInt(it.issued.UnixMilli(), 10)
	return it.stream + "|1|" + base64.StdEncoding.EncodeToString([]byte(fields))
}

func parseIterator(s string) (iterator, error) {
	bad := errValidation("Invalid ShardIterator")
	arn, rest, ok := strings.Cut(s, "|1|")
	raw, err := base64.StdEncoding.DecodeString(rest)
	fields := strings.Fields(string(raw))
	if !ok || err != nil || len(fields) != 3 {
		return iterator{}, bad
	}
	from, err := strconv.ParseUint(fields[1], 10, 64)
	if err != nil {
		return iterator{}, bad
	}
	issued, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil {
		return iterator{}, bad
	}
	return iterator{arn, fields[0], from, time.UnixMilli(issued)}, nil
}

type getRecordsInput struct {
	ShardIterator string
	Limit         *int
}

// getRecordsOutput is the answer of GetRecords; next is empty at the end of a
// closed shard.
type getRecordsOutput struct {
	records []byte
	next    string
}

// AppendJSON writes the answer; see wire.Appender.
func (out *getRecordsOutput) AppendJSON(b []byte) []byte {
	o := open(b)
	o.name("Records")
	o.out = append(o.out, out.records...)
	if out.next != "" {
		o.text("NextShardIterator", out.next)
	}
	return o.close()
}

func (s *Service) getRecords(_ context.Context, in *getRecordsInput) (*getRecordsOutput, error) {
	limit, err := pageLimit(in.Limit, 1000)
	if err != nil {
		return nil, err
	}
	it, err := parseIterator(in.ShardIterator)
	if err != nil {
		return nil, err
	}
	now := s.clock.Now()
	if now.Sub(it.issued) > iteratorLife {
		return nil, errExpiredIterator()
	}
	st, err := s.stream(it.stream)
	if err != nil {
		return nil, err
	}
	if err := st.checkHorizon(it, now); err != nil {
		return nil, err
	}
	found, ended, err := st.read(it.shard, it.from, limit, now)
	if err != nil {
		return nil, err
	}
	out := &getRecordsOutput{records: []byte{'['}}
	for i, r := range found {
		if i > 0 {
			out.records = append(out.records, ',')
		}
		out.records = st.appendRecord(out.records, r, false)
		it.from = r.seq + 1
	}
	out.records = append(out.records, ']')
	it.issued = now
	if !ended {
		out.next = it.String()
	}
	return out, nil
}

// checkHorizon refuses an iterator whose place has been trimmed.
func (st *stream) checkHorizon(it iterator, now time.Time) error {
	st.mu.Lock()
	defer st.mu.Unlock()
	sh, err := st.shard(it.shard)
	if err != nil {
		return err
	}
	if it.from != 0 && it.from < st.horizon(sh, now) {
		return errTrimmed()
	}
	return nil
}

// seconds is a time as the JSON protocol carries it.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
