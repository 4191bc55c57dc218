package durable

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// errKilled is how a request to a dead process ends, whether it had its effect
// or not.
var errKilled = errors.New("the process was killed")

// refused is an answer other than a success.
type refused struct {
	status int
	body   string
}

func (r *refused) Error() string { return fmt.Sprintf("answered %d %s", r.status, r.body) }

// refusedWith reports whether err is AWS's error of this code.
func refusedWith(err error, code string) bool {
	r, ok := errors.AsType[*refused](err)
	return ok && strings.Contains(r.body, code)
}

// object is a JSON object.
type object = map[string]any

// client speaks to one process, without an SDK: retries are the actors'.
type client struct {
	ctx      context.Context
	endpoint string
	http     *http.Client
	life     *life
}

func newClient(ctx context.Context, p *process, l *life) *client {
	return &client{ctx, p.endpoint, &http.Client{Transport: &http.Transport{}}, l}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// dynamo calls an operation of DynamoDB.
func (c *client) dynamo(operation string, in object, out any) error {
	return c.json("DynamoDB_20120810."+operation, in, out)
}

// streams calls an operation of DynamoDB Streams.
func (c *client) streams(operation string, in object, out any) error {
	return c.json("DynamoDBStreams_20120810."+operation, in, out)
}

// sqs calls an operation of SQS.
func (c *client) sqs(operation string, in object, out any) error {
	return c.json("AmazonSQS."+operation, in, out)
}

func (c *client) json(target string, in object, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	_, operation, _ := strings.Cut(target, ".")
	writes := !strings.HasPrefix(operation, "Get") && !strings.HasPrefix(operation, "Describe") && operation != "Scan" && operation != "ReceiveMessage"
	answer, err := c.do(http.MethodPost, "/", body, writes, "X-Amz-Target", target)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

// s3 calls S3 and returns the answer's body.
func (c *client) s3(method, path string, body []byte) ([]byte, error) {
	return c.do(method, path, body, method != http.MethodGet, "Authorization", "AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/s3/aws4_request")
}

// admin posts to the emulator's own API.
func (c *client) admin(path string, in object) error { return c.own(http.MethodPost, path, in) }

// faults replaces the fault rules.
func (c *client) faults(rules ...object) error {
	return c.own(http.MethodPut, "faults", object{"rules": rules})
}

func (c *client) own(method, path string, in object) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	_, err = c.do(method, "/_cumin/"+path, body, false, "Content-Type", "application/json")
	return err
}

func (c *client) do(method, path string, body []byte, writes bool, header, value string) ([]byte, error) {
	r, err := http.NewRequestWithContext(c.ctx, method, c.endpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set(header, value)
	status, answer, err := c.exchange(r)
	if err != nil {
		if writes {
			c.life.cutOff.Add(1)
		}
		return nil, fmt.Errorf("%w: %w", errKilled, err)
	}
	if status/100 != 2 {
		return nil, &refused{status, string(answer)}
	}
	if writes {
		c.life.acknowledge()
	}
	return answer, nil
}

func (c *client) exchange(r *http.Request) (status int, body []byte, err error) {
	res, err := c.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, body, err
}
