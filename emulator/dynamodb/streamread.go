package dynamodb

import (
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strconv"
	"time"
)

// Shard is a shard as event source mappings see it.
type Shard struct {
	ID, Parent string
	Closed     bool
}

// Record is a stream record as event source mappings see it.
type Record struct {
	Sequence string
	Created  time.Time
	Event    json.RawMessage // as in a Lambda event, without eventSourceARN
	Cause    string          // the request that made the change
}

// Records is one read of a shard.
type Records struct {
	Items  []Record
	Closed bool // nothing will ever follow these items
}

// maxReadBytes ends a read of a shard, as GetRecords documents.
const maxReadBytes = 1 << 20

// Shards lists a stream's shards, parents before their children. Its error is
// ResourceNotFoundException.
func (s *Service) Shards(streamARN string) ([]Shard, error) {
	st, err := s.stream(streamARN)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	shards := st.known()
	out := make([]Shard, len(shards))
	for i, sh := range shards {
		out[i] = Shard{ID: sh.id, Parent: sh.parent, Closed: st.knownClosed(sh)}
	}
	return out, nil
}

// Read returns up to limit records of a shard that follow a sequence number;
// an empty one, or one older than 24 hours, means the oldest there is. Its
// error is ResourceNotFoundException.
func (s *Service) Read(streamARN, shardID, after string, limit int) (Records, error) {
	st, err := s.stream(streamARN)
	if err != nil {
		return Records{}, err
	}
	from := uint64(0)
	if after != "" {
		n, ok := parseSequence(after)
		if !ok {
			return Records{}, errValidation("Invalid SequenceNumber: %s", after)
		}
		from = n + 1
	}
	found, ended, err := st.read(shardID, from, limit, s.clock.Now())
	if err != nil {
		return Records{}, err
	}
	out := Records{Items: make([]Record, len(found)), Closed: ended}
	for i, r := range found {
		out.Items[i] = Record{Sequence: formatSequence(r.seq), Created: r.created, Event: st.appendRecord(nil, r, true), Cause: r.cause}
	}
	return out, nil
}

// Latest returns the newest sequence number of a shard, empty when it has no
// record. Its error is ResourceNotFoundException.
func (s *Service) Latest(streamARN, shardID string) (string, error) {
	st, err := s.stream(streamARN)
	if err != nil {
		return "", err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	sh, err := st.shard(shardID)
	if err != nil {
		return "", err
	}
	if rs := st.visible(sh, s.clock.Now()); len(rs) > 0 {
		return formatSequence(rs[len(rs)-1].seq), nil
	}
	return "", nil
}

// Changed returns a channel that is closed at the next record or change of
// shards. Take it before reading, so that nothing is missed in between. The
// channel of a stream that does not exist is closed.
func (s *Service) Changed(streamARN string) <-chan struct{} {
	st, err := s.stream(streamARN)
	if err != nil {
		gone := make(chan struct{})
		close(gone)
		return gone
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.changed
}

func (s *Service) stream(arn string) (*stream, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st, ok := s.streams[arn]
	if !ok {
		return nil, errNoStream(arn)
	}
	return st, nil
}

// read returns a shard's visible records from a sequence number on, at most
// limit and about 1 MB; ended says that the shard has nothing after them. From a
// number that is trimmed, or zero, it reads the oldest there are.
func (st *stream) read(shardID string, from uint64, limit int, now time.Time) (found []*record, ended bool, err error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	sh, err := st.shard(shardID)
	if err != nil {
		return nil, false, err
	}
	rs := st.visible(sh, now)
	i, _ := searchRecords(rs, from)
	rs = rs[i:]
	size := 0
	for n, r := range rs {
		if n == limit || n > 0 && size+r.size > maxReadBytes {
			return slices.Clone(rs[:n]), false, nil
		}
		size += r.size
	}
	return slices.Clone(rs), st.ended(sh), nil // a copy, because trimming clears the shard's own
}

// appendRecord writes a record as GetRecords or, with other letters in
// userIdentity, a Lambda event shows it.
func (st *stream) appendRecord(out []byte, r *record, lambda bool) []byte {
	sequence := formatSequence(r.seq)
	o := open(out)
	o.text("eventID", eventID(st.arn, sequence))
	o.text("eventName", r.event)
	o.text("eventVersion", "1.1")
	o.text("eventSource", "aws:dynamodb")
	o.text("awsRegion", st.table.Region)
	o.name("dynamodb")
	d := open(o.out)
	d.name("ApproximateCreationDateTime")
	d.out = strconv.AppendInt(d.out, r.created.Unix(), 10)
	d.item("Keys", r.keys)
	if r.next != nil {
		d.item("NewImage", r.next)
	}
	if r.old != nil {
		d.item("OldImage", r.old)
	}
	d.text("SequenceNumber", sequence)
	d.integer("SizeBytes", r.size)
	d.text("StreamViewType", st.view)
	o.out = d.close()
	if r.expired {
		o.name("userIdentity")
		u := open(o.out)
		principal, kind := "PrincipalId", "Type"
		if lambda { // developer-guide issue 252
			principal, kind = "principalId", "type"
		}
		u.text(principal, "dynamodb.amazonaws.com")
		u.text(kind, "Service")
		o.out = u.close()
	}
	return o.close()
}

// eventID is the same for every read of a record and differs between records.
func eventID(arn, sequence string) string {
	h := fnv.New128a()
	h.Write([]byte(arn))
	h.Write([]byte(sequence))
	return hex.EncodeToString(h.Sum(nil))
}
