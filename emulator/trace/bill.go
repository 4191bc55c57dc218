package trace

import (
	"fmt"
	"strings"
)

// Bill is what AWS would charge for, in AWS's units. Free are: stream reads by
// event source mappings, deletions by time to live, deletions of objects, and
// long polls that found nothing, since nothing caused them.
type Bill struct {
	// ReadUnits and WriteUnits are DynamoDB's request units, indexes included.
	ReadUnits  float64 `json:"readUnits,omitzero"`
	WriteUnits float64 `json:"writeUnits,omitzero"`
	// StreamReads are calls of GetRecords by others than event source mappings.
	StreamReads int `json:"streamReads,omitzero"`
	// Invocations of functions, failed ones and tries again included.
	Invocations int `json:"invocations,omitzero"`
	// MemoryMS is megabytes of memory times billed milliseconds.
	MemoryMS int64 `json:"memoryMs,omitzero"`
	// QueueRequests are SQS requests, each 64 KB sent counting as one, those
	// included that event source mappings make to take and delete a batch.
	QueueRequests int `json:"queueRequests,omitzero"`
	// ObjectWrites are S3's PUT, COPY, POST and LIST requests, ObjectReads its
	// GET and HEAD requests.
	ObjectWrites int `json:"objectWrites,omitzero"`
	ObjectReads  int `json:"objectReads,omitzero"`
}

// Add adds another bill.
func (b *Bill) Add(o Bill) {
	b.ReadUnits += o.ReadUnits
	b.WriteUnits += o.WriteUnits
	b.StreamReads += o.StreamReads
	b.Invocations += o.Invocations
	b.MemoryMS += o.MemoryMS
	b.QueueRequests += o.QueueRequests
	b.ObjectWrites += o.ObjectWrites
	b.ObjectReads += o.ObjectReads
}

// GBSeconds is MemoryMS in the unit of AWS's price list.
func (b Bill) GBSeconds() float64 { return float64(b.MemoryMS) / 1024 / 1000 }

// String lists what is not zero, e.g. "3 write units, 1 invocation".
func (b Bill) String() string {
	var parts []string
	add := func(n float64, one, many string) {
		switch n {
		case 0:
		case 1:
			parts = append(parts, "1 "+one)
		default:
			parts = append(parts, fmt.Sprintf("%g %s", n, many))
		}
	}
	add(b.ReadUnits, "read unit", "read units")
	add(b.WriteUnits, "write unit", "write units")
	add(float64(b.StreamReads), "stream read", "stream reads")
	add(float64(b.Invocations), "invocation", "invocations")
	if b.MemoryMS > 0 {
		parts = append(parts, fmt.Sprintf("%.4f GB·s", b.GBSeconds()))
	}
	add(float64(b.QueueRequests), "queue request", "queue requests")
	add(float64(b.ObjectWrites), "object write", "object writes")
	add(float64(b.ObjectReads), "object read", "object reads")
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, ", ")
}
