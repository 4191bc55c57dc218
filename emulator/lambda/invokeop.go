package lambda

import (
	"cmp"
	"context"
	"encoding/base64"
	"net/http"
	"strconv"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// invokeOutput is written as AWS does it: the payload is the body, the rest
// are headers.
type invokeOutput struct {
	status  int
	result  Result
	tail    bool
	hasBody bool
}

// Invoke runs a function now and waits (InvocationType RequestResponse). A
// failure of the function is in the Result, not in the error. name may have a
// qualifier.
func (s *Service) Invoke(ctx context.Context, name string, payload []byte) (Result, error) {
	c, err := s.resolve(ctx, name, "")
	if err != nil {
		return Result{}, err
	}
	// A client that leaves does not end the run.
	return s.execute(context.WithoutCancel(ctx), c, s.requestID(ctx), payload, "")
}

// InvokeEvent accepts an event to run later (InvocationType Event); it returns
// when the event is kept. name may be an ARN, and have a qualifier.
func (s *Service) InvokeEvent(ctx context.Context, name string, payload []byte) error {
	c, err := s.resolve(ctx, name, "")
	if err != nil {
		return err
	}
	return s.enqueue(ctx, c, s.cfg.NewID(), payload)
}

func (s *Service) invoke(ctx context.Context, r *request) (any, error) {
	c, err := s.resolve(ctx, r.path("name"), r.query("Qualifier"))
	if err != nil {
		return nil, err
	}
	kind := cmp.Or(r.http.Header.Get("X-Amz-Invocation-Type"), "RequestResponse")
	payload, err := r.bytes(maxBodyBytes)
	if err != nil {
		return nil, err
	}
	limit := maxSyncBytes
	if kind == "Event" {
		limit = maxAsyncBytes
	}
	if len(payload) > limit {
		return nil, errPayload(len(payload), limit, kind)
	}
	if err := checkJSON(payload); err != nil {
		return nil, err
	}
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	logs := r.http.Header.Get("X-Amz-Log-Type")
	if logs != "" && logs != "None" && logs != "Tail" {
		return nil, errConstraint("'"+logs+"'", "logType", "Member must satisfy enum value set: [None, Tail]")
	}
	switch kind {
	case "DryRun":
		return &invokeOutput{status: http.StatusNoContent}, nil
	case "Event":
		return &invokeOutput{status: http.StatusAccepted}, s.enqueue(ctx, c, s.requestID(ctx), payload)
	case "RequestResponse":
	default:
		return nil, errConstraint("'"+kind+"'", "invocationType", "Member must satisfy enum value set: [Event, RequestResponse, DryRun]")
	}
	result, err := s.execute(context.WithoutCancel(ctx), c, s.requestID(ctx), payload, r.http.Header.Get("X-Amz-Client-Context"))
	if err != nil {
		return nil, err
	}
	return &invokeOutput{status: http.StatusOK, result: result, tail: logs == "Tail", hasBody: true}, nil
}

// requestID is the API request's id, which is the invocation's too.
func (s *Service) requestID(ctx context.Context) string {
	if id := wire.IdentityFrom(ctx).RequestID; id != "" {
		return id
	}
	return s.cfg.NewID()
}

func (o *invokeOutput) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Amzn-Requestid", wire.IdentityFrom(r.Context()).RequestID)
	if o.hasBody {
		h.Set("X-Amz-Executed-Version", o.result.Version)
		h.Set("Content-Length", strconv.Itoa(len(o.result.Payload)))
	}
	if o.result.Failed {
		h.Set("X-Amz-Function-Error", "Unhandled")
	}
	if o.tail {
		h.Set("X-Amz-Log-Result", base64.StdEncoding.EncodeToString(o.result.Tail))
	}
	writeRaw(w, o.status, o.result.Payload)
}
