package wire

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// QueryOperation decodes one operation's form, runs it, and returns its output.
type QueryOperation func(ctx context.Context, form url.Values) (any, error)

// QueryOps is the operation table of a service that speaks the query protocol:
// the value of the form's Action to its implementation.
type QueryOps map[string]QueryOperation

// Names returns the operations in alphabetical order.
func (o QueryOps) Names() []string { return slices.Sorted(maps.Keys(o)) }

// QueryOp makes a QueryOperation of a typed method over a form. The input is
// decoded by DecodeForm, so a parameter the struct does not have is refused by
// name.
func QueryOp[I, O any](f func(context.Context, *I) (*O, error)) QueryOperation {
	return func(ctx context.Context, form url.Values) (any, error) {
		in := new(I)
		if err := DecodeForm(form, in); err != nil {
			return nil, err
		}
		return f(ctx, in)
	}
}

// Query serves services whose request is a form and whose answer is XML (AWS
// query protocol: CloudFormation, IAM, STS, SNS, older SQS clients).
type Query struct {
	Namespace string // xmlns of every answer, e.g. "http://cloudformation.amazonaws.com/doc/2010-05-15/"
	Version   string // of the API, e.g. "2010-05-15"; only named in errors
	MaxBody   int64  // bytes
	// Prepare, if set, may add parameters the request names elsewhere, such as
	// a queue in its path.
	Prepare func(*http.Request, url.Values)
	Ops     QueryOps
	Log     *slog.Logger
}

// ServeHTTP answers one request. The caller has put the Identity into its context.
func (p *Query) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	form, err := queryForm(w, r, p.MaxBody)
	if err != nil {
		p.writeError(w, r, "", err)
		return
	}
	if p.Prepare != nil {
		p.Prepare(r, form)
	}
	name := form.Get("Action")
	op, ok := p.Ops[name]
	if !ok {
		p.Log.WarnContext(r.Context(), "gap: operation not supported", slog.String("action", name), slog.String("version", form.Get("Version")))
		p.writeError(w, r, name, Errorf(400, "InvalidAction", "Could not find operation %s for version %s", name, p.Version))
		return
	}
	out, err := op(r.Context(), form)
	if err != nil {
		p.writeError(w, r, name, err)
		return
	}
	body, err := p.encode(name, out, IdentityFrom(r.Context()).RequestID)
	if err != nil {
		p.writeError(w, r, name, err)
		return
	}
	p.write(w, r, http.StatusOK, body)
}

// queryForm reads the parameters of a POST body and of the URL; clients send
// either.
func queryForm(w http.ResponseWriter, r *http.Request, maxBody int64) (url.Values, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, Errorf(413, "RequestEntityTooLarge", "The request body is too large or was cut off.")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, Errorf(400, "MalformedQueryString", "The request body is not a form: %s.", err)
	}
	inURL, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, Errorf(400, "MalformedQueryString", "The query string is malformed: %s.", err)
	}
	maps.Copy(form, inURL)
	return form, nil
}

// encode writes <ActionResponse><ActionResult>…</ActionResult><ResponseMetadata>….
// An output without members has no result element, as AWS answers.
func (p *Query) encode(action string, out any, requestID string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	b.WriteString(`<` + action + `Response xmlns="` + p.Namespace + `">`)
	if err := encodeResult(&b, action+"Result", out); err != nil {
		return nil, err
	}
	b.WriteString(`<ResponseMetadata><RequestId>`)
	escape(&b, requestID)
	b.WriteString(`</RequestId></ResponseMetadata></` + action + `Response>`)
	return b.Bytes(), nil
}

func (p *Query) writeError(w http.ResponseWriter, r *http.Request, action string, err error) {
	e := AsError(err)
	fault := "Sender"
	if e.Status >= 500 {
		fault = "Receiver"
		p.Log.ErrorContext(r.Context(), "internal error", slog.String("action", action), slog.Any("err", err))
	}
	code := e.Code
	if e.QueryCode != "" {
		code = e.QueryCode
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	b.WriteString(`<ErrorResponse xmlns="` + p.Namespace + `"><Error><Type>` + fault + `</Type><Code>`)
	escape(&b, code)
	b.WriteString(`</Code><Message>`)
	escape(&b, e.Message)
	b.WriteString(`</Message></Error><RequestId>`)
	escape(&b, IdentityFrom(r.Context()).RequestID)
	b.WriteString(`</RequestId></ErrorResponse>`)
	p.write(w, r, e.Status, b.Bytes())
}

func (p *Query) write(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "text/xml")
	h.Set("X-Amzn-Requestid", IdentityFrom(r.Context()).RequestID)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		p.Log.DebugContext(r.Context(), "client left before the answer", slog.Any("err", err))
	}
}
