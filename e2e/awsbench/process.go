package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience is how long a server may take to answer its first request.
const patience = 60 * time.Second

// process is a running server.
type process struct {
	server
	cmd      *exec.Cmd
	out      bytes.Buffer
	endpoint string
	// dir is its working directory; some servers leave files there.
	dir string
	// firstAnswer is the time from before the process was made to its first
	// successful answer to CreateTable.
	firstAnswer time.Duration
}

// firstTable is asked for until it is there; its name is the server's own.
const firstTable = `{"TableName":"first-%s","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}`

// start runs a server until its first table is there. The caller stops it.
func start(ctx context.Context, s server) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "awsbench-"+strings.ReplaceAll(s.name, " ", "-")+"-")
	if err != nil {
		return nil, err
	}
	line := s.command(port)
	p := &process{server: s, cmd: exec.Command(line[0], line[1:]...), endpoint: "http://" + loopback(port), dir: dir}
	p.cmd.Dir = dir
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", s.name, err), os.RemoveAll(dir))
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		err := createFirst(ctx, client, p.endpoint)
		if err == nil {
			p.firstAnswer = time.Since(began)
			return p, nil
		}
		if ctx.Err() != nil || time.Since(began) > patience {
			return nil, errors.Join(fmt.Errorf("%s does not answer: %w", s.name, err), p.stop(), errors.New(p.out.String()))
		}
		time.Sleep(time.Millisecond) // bounds what the asking takes from a server that starts
	}
}

func createFirst(ctx context.Context, client *http.Client, endpoint string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(fmt.Sprintf(firstTable, endpoint[strings.LastIndexByte(endpoint, ':')+1:])))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.CreateTable")
	req.Header.Set("X-Amz-Date", "20260101T000000Z")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature="+strings.Repeat("0", 64))
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("CreateTable answered %s: %s", res.Status, body)
	}
	return nil
}

// stop ends the process and waits for it.
func (p *process) stop() (err error) {
	defer func() { err = errors.Join(err, os.RemoveAll(p.dir)) }()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	kill := time.AfterFunc(5*time.Second, func() { _ = p.cmd.Process.Kill() }) // may have ended meanwhile
	defer kill.Stop()
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) { // how it exits on a signal is its own affair
		return err
	}
	return nil
}

// tick is the unit of CPU time in /proc on every Linux Go runs on.
const tick = 10 * time.Millisecond

// cpu is the user and system time the process has used.
func (p *process) cpu() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	return parseStat(string(raw))
}

// parseStat reads fields 14 and 15 of proc_pid_stat(5); the second field, a
// name in parentheses, may hold anything.
func parseStat(stat string) (time.Duration, error) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("not a stat line: %q", stat)
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(fields[12], 10, 64)
	if err != nil {
		return 0, err
	}
	return time.Duration(user+system) * tick, nil
}

// memory is the process's resident set in bytes.
func (p *process) memory() (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw))
	if len(fields) < 2 {
		return 0, fmt.Errorf("not a statm line: %q", raw)
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
