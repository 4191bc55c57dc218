package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Op makes an Operation of a typed method over a JSON body. A member the input
// struct does not have is refused by name: what is not built must not look as
// if it worked.
func Op[I, O any](f func(context.Context, *I) (*O, error)) Operation {
	return func(ctx context.Context, body []byte) (any, error) {
		in := new(I)
		if len(body) > 0 {
			d := json.NewDecoder(bytes.NewReader(body))
			d.DisallowUnknownFields()
			if err := d.Decode(in); err != nil {
				return nil, decodeError(err)
			}
		}
		return f(ctx, in)
	}
}

func decodeError(err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return Errorf(400, "ValidationException", "Cumin's embedded AWS does not support the parameter %s of this operation.", name)
	}
	return Errorf(400, "SerializationException", "%s", err.Error())
}

// JSON serves services whose operation is named by the X-Amz-Target header
// (AWS JSON 1.0 and 1.1).
type JSON struct {
	Prefix    string // of the target, e.g. "DynamoDB_20120810"
	Version   string // "1.0" or "1.1"
	Namespace string // before '#' in __type, e.g. "com.amazonaws.dynamodb.v20120810"
	// Namespaces gives single codes another namespace, e.g. ValidationException "com.amazon.coral.validate".
	Namespaces map[string]string
	CRC        bool // DynamoDB: x-amz-crc32 over the body
	MaxBody    int64
	Ops        Ops
	Log        *slog.Logger
}

// ServeHTTP answers one request. The caller has put the Identity into its context.
func (p *JSON) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), p.Prefix+".")
	op, ok := p.Ops[name]
	if !ok {
		p.Log.WarnContext(r.Context(), "gap: operation not supported", slog.String("target", r.Header.Get("X-Amz-Target")))
		p.writeError(w, r, Errorf(400, "UnknownOperationException", ""))
		return
	}
	body, err := readBody(http.MaxBytesReader(w, r.Body, p.MaxBody), min(r.ContentLength, p.MaxBody))
	if err != nil {
		p.writeError(w, r, Errorf(413, "RequestEntityTooLarge", "The request body is too large or was cut off."))
		return
	}
	out, err := op(r.Context(), body)
	if err != nil {
		p.writeError(w, r, err)
		return
	}
	room := answers.Get().(*[]byte)
	defer answers.Put(room)
	b, err := encode((*room)[:0], out)
	if err != nil {
		p.writeError(w, r, err)
		return
	}
	p.write(w, r, http.StatusOK, b)
	if cap(b) <= maxKeptAnswer {
		*room = b
	}
}

// answers are buffers for answers; writing one copies it.
var answers = sync.Pool{New: func() any { return new(make([]byte, 0, 4<<10)) }}

// maxKeptAnswer bounds a buffer that is used again.
const maxKeptAnswer = 256 << 10

// readBody reads to the end; size is what the header promises, negative when
// it promises nothing.
func readBody(body io.Reader, size int64) ([]byte, error) {
	var buf bytes.Buffer
	buf.Grow(int(max(size, 0)) + bytes.MinRead) // room for the read that finds the end
	_, err := buf.ReadFrom(body)
	return buf.Bytes(), err
}

// Appender is an output that writes its own JSON, for operations that are
// called too often for reflection.
type Appender interface {
	// AppendJSON appends the output, one JSON object, and returns the longer slice.
	AppendJSON([]byte) []byte
}

// encode appends the JSON of v to an empty slice.
func encode(room []byte, v any) ([]byte, error) {
	if a, ok := v.(Appender); ok {
		return a.AppendJSON(room), nil
	}
	buf := bytes.NewBuffer(room)
	e := json.NewEncoder(buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

func (p *JSON) writeError(w http.ResponseWriter, r *http.Request, err error) {
	e := AsError(err)
	if e.Status >= 500 {
		p.Log.ErrorContext(r.Context(), "internal error", slog.String("target", r.Header.Get("X-Amz-Target")), slog.Any("err", err))
	}
	namespace := p.Namespace
	if ns, ok := p.Namespaces[e.Code]; ok {
		namespace = ns
	}
	members := map[string]any{"__type": namespace + "#" + e.Code}
	if e.Message != "" {
		members["message"] = e.Message
	}
	for k, v := range e.Fields {
		members[k] = v
	}
	b, err := encode(nil, members)
	if err != nil {
		p.Log.ErrorContext(r.Context(), "encode error answer", slog.Any("err", err))
		b = []byte(`{"__type":"` + namespace + `#InternalServerError"}`)
	}
	w.Header().Set("X-Amzn-Errortype", e.Code)
	if e.QueryCode != "" {
		fault := ";Sender"
		if e.Status >= 500 {
			fault = ";Receiver"
		}
		w.Header().Set("X-Amzn-Query-Error", e.QueryCode+fault)
	}
	p.write(w, r, e.Status, b)
}

func (p *JSON) write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/x-amz-json-"+p.Version)
	h.Set("X-Amzn-Requestid", IdentityFrom(r.Context()).RequestID)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if p.CRC {
		h.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	}
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		p.Log.DebugContext(r.Context(), "client left before the answer", slog.Any("err", err))
	}
}
