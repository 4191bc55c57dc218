package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"
	"time"
)

// forgetPath makes the constant server forget its answers.
const forgetPath = "/_constant"

// replay answers every request as an upstream answered the first of its kind,
// byte for byte. A kind is an operation; forgetting between the rows of a
// benchmark tells rows of the same operation apart. What remains is the cost
// of the client, of HTTP and of the bytes: nothing that computes its answers
// is quicker.
type replay struct {
	upstream http.Handler
	mu       sync.RWMutex // guards answers
	answers  map[string]*httptest.ResponseRecorder
}

func (c *replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == forgetPath {
		c.mu.Lock()
		clear(c.answers)
		c.mu.Unlock()
		return
	}
	kind := r.Method + r.Header.Get("X-Amz-Target")
	c.mu.RLock()
	answer := c.answers[kind]
	c.mu.RUnlock()
	if answer != nil {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return // the client left
		}
	} else {
		answer = httptest.NewRecorder()
		c.upstream.ServeHTTP(answer, r)
		if answer.Code == http.StatusOK { // a refusal is passed on, and shows in the benchmark
			c.mu.Lock()
			c.answers[kind] = answer
			c.mu.Unlock()
		}
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = io.Copy(w, bytes.NewReader(answer.Body.Bytes())) // a client that left is its own affair
}

// serveConstant serves until ctx ends or the process is told to stop.
func serveConstant(ctx context.Context, address, upstream string) error {
	to, err := url.Parse(upstream)
	if err != nil {
		return err
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // it is signed
	}}
	srv := &http.Server{Addr: address, Handler: &replay{upstream: proxy, answers: map[string]*httptest.ResponseRecorder{}}, ReadHeaderTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = srv.Close() })() // ListenAndServe tells why it ended
	err = srv.ListenAndServe()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// constantOf is the server that repeats what upstream answers.
func constantOf(upstream string) (server, error) {
	self, err := os.Executable()
	if err != nil {
		return server{}, err
	}
	return server{name: nameConstant, queues: true, buckets: true, command: func(port int) []string {
		return []string{self, "-constant", loopback(port), "-upstream", upstream}
	}}, nil
}

// forget clears a constant server's answers.
func forget(ctx context.Context, endpoint string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, endpoint+forgetPath, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("forget answered %s", res.Status)
	}
	return nil
}
