package sioclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/fasthttp/websocket"
)

// open shakes hands and, for Upgrade, moves on to the WebSocket.
func open(ctx context.Context, o Options) (engine, terms, error) {
	if o.Transport == WebSocket {
		return openWebSocket(ctx, o, "")
	}
	p := &polling{opts: o, client: &http.Client{Transport: &http.Transport{TLSClientConfig: o.TLS}}}
	p.ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	first, err := p.read()
	if err != nil {
		p.close()
		return nil, terms{}, err
	}
	var t terms
	if t, err = parseOpen(first[0]); err != nil {
		p.close()
		return nil, terms{}, err
	}
	p.sid, p.early = t.SID, first[1:]
	if o.Transport == Polling {
		return p, t, nil
	}
	ws, _, err := openWebSocket(ctx, o, t.SID)
	p.close()
	return ws, t, err
}

func parseOpen(p string) (t terms, err error) {
	if !strings.HasPrefix(p, "0") {
		return t, fmt.Errorf("sioclient: no open packet but %q", p)
	}
	return t, json.Unmarshal([]byte(p[1:]), &t)
}

func (o Options) url(transport, sid string) string {
	q := url.Values{"EIO": {"4"}, "transport": {transport}}
	if sid != "" {
		q.Set("sid", sid)
	}
	return o.URL + "?" + q.Encode()
}

// polling is the HTTP transport.
type polling struct {
	opts   Options
	client *http.Client
	ctx    context.Context // of the connection
	cancel context.CancelFunc
	sid    string
	early  []string   // came with the handshake
	posts  sync.Mutex // one POST at a time
}

func (p *polling) read() ([]string, error) {
	if len(p.early) > 0 {
		packets := p.early
		p.early = nil
		return packets, nil
	}
	body, err := p.do(http.MethodGet, "")
	return strings.Split(body, "\x1e"), err
}

func (p *polling) send(packet string) error {
	p.posts.Lock()
	defer p.posts.Unlock()
	_, err := p.do(http.MethodPost, packet)
	return err
}

func (p *polling) do(method, body string) (string, error) {
	req, err := http.NewRequestWithContext(p.ctx, method, p.opts.url("polling", p.sid), strings.NewReader(body))
	if err != nil {
		return "", err
	}
	for name, values := range p.opts.Header {
		req.Header[name] = values
	}
	res, err := p.client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", &StatusError{Status: res.StatusCode, Body: string(b)}
	}
	return string(b), nil
}

func (p *polling) close() {
	p.cancel()
	p.client.CloseIdleConnections()
}

// StatusError is an answer other than 200 to a request of the transport.
type StatusError struct {
	Status int
	Body   string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("sioclient: status %d: %s", e.Status, e.Body)
}

// socket is the WebSocket transport.
type socket struct {
	ws     *websocket.Conn
	writes sync.Mutex
}

// openWebSocket opens a session, or moves the one named sid.
func openWebSocket(ctx context.Context, o Options, sid string) (engine, terms, error) {
	d := websocket.Dialer{TLSClientConfig: o.TLS}
	ws, res, err := d.DialContext(ctx, "ws"+strings.TrimPrefix(o.url("websocket", sid), "http"), o.Header)
	if err != nil {
		if res != nil {
			err = errors.Join(err, &StatusError{Status: res.StatusCode}, res.Body.Close())
		}
		return nil, terms{}, err
	}
	s := &socket{ws: ws}
	if sid != "" {
		if err := s.upgrade(); err != nil {
			s.close()
			return nil, terms{}, err
		}
		return s, terms{}, nil
	}
	first, err := s.read()
	if err != nil {
		s.close()
		return nil, terms{}, err
	}
	t, err := parseOpen(first[0])
	return s, t, err
}

func (s *socket) upgrade() error {
	if err := s.send("2probe"); err != nil {
		return err
	}
	answer, err := s.read()
	if err != nil {
		return err
	}
	if answer[0] != "3probe" {
		return fmt.Errorf("sioclient: the probe was answered by %q", answer[0])
	}
	return s.send("5")
}

func (s *socket) read() ([]string, error) {
	_, data, err := s.ws.ReadMessage()
	return []string{string(data)}, err
}

func (s *socket) send(packet string) error {
	s.writes.Lock()
	defer s.writes.Unlock()
	return s.ws.WriteMessage(websocket.TextMessage, []byte(packet))
}

// close tears the connection down; an error means that it was.
func (s *socket) close() { _ = s.ws.Close() }
