package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/anikeshk/cumin/internal/platform"
)

// askAWS calls the embedded AWS's own API, below /_cumin/: GET without a body,
// else POST. The AWS is that of the running stack, or of AWS_ENDPOINT_URL.
func askAWS(ctx context.Context, path string, body, answer any) error {
	content, err := callAWS(ctx, path, body)
	if err != nil {
		return err
	}
	defer content.Close()
	if err := json.NewDecoder(content).Decode(answer); err != nil {
		return fmt.Errorf("the embedded AWS's answer: %w", err)
	}
	return nil
}

// callAWS is askAWS for an answer of any form, which the caller closes.
func callAWS(ctx context.Context, path string, body any) (io.ReadCloser, error) {
	endpoint, err := awsEndpoint()
	if err != nil {
		return nil, err
	}
	method, content := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		if content, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, endpoint+"/_cumin/"+path, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if err != nil {
		return nil, err
	}
	var said struct{ Error string }
	if json.Unmarshal(text, &said) == nil && said.Error != "" {
		return nil, errors.New(said.Error)
	}
	return nil, fmt.Errorf("the embedded AWS answered %s: %s", resp.Status, text)
}

func awsEndpoint() (string, error) {
	if url := os.Getenv(endpointSetting); url != "" {
		return url, nil
	}
	_, dir, err := home()
	if err != nil {
		return "", err
	}
	s, err := platform.ReadState(dir)
	if err != nil {
		return "", err
	}
	if s == nil {
		return "", errors.New("nothing runs; start the stack with `cumin up` or set AWS_ENDPOINT_URL")
	}
	return fmt.Sprintf("http://127.0.0.1:%d", s.Ports.AWS), nil
}
