package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// server is a running `cumin aws`.
type server struct {
	cmd      *exec.Cmd
	endpoint string
	http     *http.Client
}

// start runs the binary on a random port and returns once it is ready.
func start(ctx context.Context, bin string) (*server, error) {
	s := &server{cmd: exec.CommandContext(ctx, bin, "aws", "--listen", "127.0.0.1:0"), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: loaders}}}
	log, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start cumin aws: %w", err)
	}
	lines := bufio.NewScanner(log)
	for lines.Scan() {
		var line struct{ Msg, Endpoint string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "ready" {
			s.endpoint = line.Endpoint
			go func() { _, _ = io.Copy(io.Discard, log) }() // a full pipe would stop the server
			return s, nil
		}
	}
	return nil, errors.Join(errors.New("cumin aws did not become ready"), lines.Err(), s.stop())
}

func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

// memory is the resident set of the process in bytes.
func (s *server) memory() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("the process has no VmRSS")
}

// call asks DynamoDB; into may be nil.
func (s *server) call(ctx context.Context, operation, body string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	res, err := s.http.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", operation, res.Status, answer.Bytes())
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer.Bytes(), into)
}
