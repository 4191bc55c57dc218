package dynamodb

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/trace"
)

// Config is everything a Service needs. Nil members get defaults: a running
// clock, memory, no log, random ids.
type Config struct {
	Clock *clock.Clock
	Store store.Store
	Log   *slog.Logger
	NewID func() string // a UUID, for table ids
	// Faults says when a read misbehaves; nil: never. It may also be a Holder.
	Faults Faults
	Trace  *trace.Log // nil: nothing is noted
}

// Faults breaks reads on purpose, as AWS may.
type Faults interface {
	// Armed reports whether Stale can be true at all.
	Armed() bool
	// Stale reports whether a read of a global secondary index, table/index,
	// misses the last writes.
	Stale(index string) bool
}

type noFaults struct{}

func (noFaults) Armed() bool       { return false }
func (noFaults) Stale(string) bool { return false }

// Service is DynamoDB with its streams. Build it with New.
//
// Locks, in the order in which they may be taken: Service.mu, then table.mu (of
// several tables by account, region and name), then tokens.mu, then stream.mu.
// inFlight.mu is held alone.
type Service struct {
	clock *clock.Clock
	store store.Store
	log   *slog.Logger
	newID func() string
	fault Faults
	trace *trace.Log

	data, streamAPI wire.JSON

	mu      sync.RWMutex // guards the maps, not what is in them
	tables  map[tableID]*table
	streams map[string]*stream // by ARN; also of disabled streams and deleted tables, until trimmed

	tokens   tokens
	inFlight inFlight
}

// New returns a Service that holds what the store kept. Its error is the
// store's, or says which kept record cannot be read.
func New(c Config) (*Service, error) {
	s := &Service{
		clock: c.Clock, store: c.Store, log: c.Log, newID: c.NewID, fault: c.Faults, trace: c.Trace,
		tables: map[tableID]*table{}, streams: map[string]*stream{},
	}
	if s.clock == nil {
		s.clock = clock.New()
	}
	if s.fault == nil {
		s.fault = noFaults{}
	}
	s.inFlight.hold, _ = s.fault.(Holder)
	if s.store == nil {
		s.store = store.Memory{}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.newID == nil {
		s.newID = randomUUID
	}
	common := wire.JSON{
		Version:   "1.0",
		Namespace: "com.amazonaws.dynamodb.v20120810",
		Namespaces: map[string]string{
			"AccessDeniedException":     "com.amazon.coral.service",
			"ValidationException":       "com.amazon.coral.validate",
			"SerializationException":    "com.amazon.coral.service",
			"UnknownOperationException": "com.amazon.coral.service",
		},
		CRC: true, MaxBody: maxBody, Log: s.log,
	}
	s.data, s.streamAPI = common, common
	s.data.Prefix, s.data.Ops = dataPrefix, s.ops()
	s.streamAPI.Prefix, s.streamAPI.Ops = streamPrefix, s.streamOps()
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("open dynamodb: %w", err)
	}
	return s, nil
}

// Targets' prefixes, by which the facade routes requests.
const (
	dataPrefix   = "DynamoDB_20120810"
	streamPrefix = "DynamoDBStreams_20120810"
)

// maxBody is the largest request in bytes (BatchWriteItem: 16 MB of items,
// which JSON and base64 inflate).
const maxBody = 32 << 20

// ServeHTTP answers requests of both target prefixes.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if acceptsGzip(r) {
		w = &gzipped{ResponseWriter: w, status: http.StatusOK}
	}
	if strings.HasPrefix(r.Header.Get("X-Amz-Target"), streamPrefix+".") {
		s.streamAPI.ServeHTTP(w, r)
		return
	}
	s.data.ServeHTTP(w, r)
}

func randomUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0F|0x40, b[8]&0x3F|0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
