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
	"time"

	"github.com/anikeshk/cumin/internal/platform"
)

// moveClock shows or moves the clock of the embedded AWS: that of the running
// stack, or of AWS_ENDPOINT_URL when set.
func moveClock(ctx context.Context, args []string) error {
	endpoint, err := awsEndpoint()
	if err != nil {
		return err
	}
	method, change := http.MethodPost, map[string]any{}
	switch {
	case len(args) == 0:
		method = http.MethodGet
	case len(args) == 2 && args[0] == "advance":
		if _, err := time.ParseDuration(args[1]); err != nil {
			return fmt.Errorf("advance by how much? %w", err)
		}
		change["advance"] = args[1]
	case len(args) == 1 && args[0] == "freeze":
		change["freeze"] = true
	case len(args) == 1 && args[0] == "resume":
		change["freeze"] = false
	default:
		return errors.New("clock takes: advance <duration>, freeze, resume, or nothing")
	}
	body, err := json.Marshal(change)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, endpoint+"/_cumin/clock", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the clock answered %s: %s", resp.Status, answer)
	}
	var now struct {
		Now    time.Time
		Offset time.Duration
		Frozen bool
	}
	if err := json.Unmarshal(answer, &now); err != nil {
		return fmt.Errorf("the clock's answer: %w", err)
	}
	fmt.Printf("%s, %s ahead of this machine", now.Now.Local().Format(time.DateTime), now.Offset.Round(time.Second))
	if now.Frozen {
		fmt.Print(", frozen")
	}
	fmt.Println()
	return nil
}

func awsEndpoint() (string, error) {
	if url := os.Getenv("AWS_ENDPOINT_URL"); url != "" {
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
