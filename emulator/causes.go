package emulator

import (
	"net/http"
	"strings"

	"github.com/anikeshk/cumin/emulator/trace"
)

// Trace returns what an event caused, as a tree: id is that of a request to
// AWS, of a request to somebody else that its calls named (see traceRequest),
// of a stream record, a message or a run. ok is false when nothing is known
// about it, or no longer.
func (a *AWS) Trace(id string) (root *trace.Node, ok bool) { return a.trace.Trace(id) }

// Bill is what AWS would charge for an event and all it caused; zero when
// nothing is known about it.
func (a *AWS) Bill(id string) trace.Bill {
	root, ok := a.trace.Trace(id)
	if !ok {
		return trace.Bill{}
	}
	return root.Total()
}

// Traces is the log of what caused what, for what Trace does not answer.
func (a *AWS) Traces() *trace.Log { return a.trace }

// traceRequest notes a request to AWS. It follows from the run that made it;
// else from what its header says, X-Amzn-Trace-Id (AWS X-Ray Developer Guide,
// "Tracing header"): Parent when that is a run known here, as lambda.Transport
// sends; Request, a field of our own, the id under which the caller's own
// caller knows all this; or Root.
func (a *AWS) traceRequest(r *http.Request, id, service, operation, run string) {
	now := a.clock.Now()
	e := trace.Event{ID: id, Kind: trace.Request, Name: service + "." + operation, At: now, Bill: priceOf(service, operation, r.ContentLength)}
	if run == "" {
		run = a.namedCause(r)
	}
	if run != "" {
		e.Causes = []string{run}
		a.trace.AddOrigin(run, now) // unless it is known
	}
	var detail func() string
	if service == serviceS3 {
		path := r.URL.Path
		detail = func() string { return path }
	}
	a.trace.Add(e, detail)
}

// namedCause is the cause that a request's header names; empty for none.
func (a *AWS) namedCause(r *http.Request) string {
	header := r.Header.Get("X-Amzn-Trace-Id")
	if header == "" {
		return ""
	}
	fields := map[string]string{}
	for field := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	if parent := fields["Parent"]; parent != "" && a.trace.Known(parent) {
		return parent
	}
	if request := fields["Request"]; request != "" {
		return request
	}
	return fields["Root"]
}

// chunkBytes is the size of one billed request of SQS (Amazon SQS pricing, "How
// are Amazon SQS requests priced?", read 2026-11).
const chunkBytes = 64 << 10

// priceOf is what a request costs whatever comes of it. What depends on its
// effect, units and invocations, the services add.
func priceOf(service, operation string, bodyBytes int64) trace.Bill {
	switch service {
	case serviceSQS:
		return trace.Bill{QueueRequests: max(1, int((bodyBytes+chunkBytes-1)/chunkBytes))}
	case serviceStreams:
		if operation == "GetRecords" {
			return trace.Bill{StreamReads: 1}
		}
	case serviceS3: // S3 pricing, "Requests & data retrievals"
		switch {
		case strings.HasPrefix(operation, "Delete"), strings.HasPrefix(operation, "Abort"):
		case strings.HasPrefix(operation, "Get"), strings.HasPrefix(operation, "Head"):
			return trace.Bill{ObjectReads: 1}
		default:
			return trace.Bill{ObjectWrites: 1}
		}
	}
	return trace.Bill{}
}
