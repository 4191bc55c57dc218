package emulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/fault"
)

// putUntilDark puts objects and items, one after the other, until the power is
// lost, and returns how many were acknowledged.
func putUntilDark(t *testing.T, aws *AWS) (items, objects int) {
	t.Helper()
	for n := 1; n < 1000; n++ {
		answer, err := request(t, aws, "PutItem", fmt.Sprintf(`{"TableName":"table","Item":{"pk":{"S":"%d"}}}`, n))
		if err != nil {
			return items, objects
		}
		answer.Body.Close()
		items = n
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, fmt.Sprintf("%s/bucket/%d", aws.Endpoint(), n), bytes.NewReader(bytes.Repeat([]byte{byte(n)}, 3000)))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", auth("s3"))
		if answer, err = http.DefaultClient.Do(r); err != nil {
			return items, objects
		}
		answer.Body.Close()
		objects = n
	}
	t.Fatal("the power was never lost")
	return 0, 0
}

func TestALossOfPowerLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rule fault.Rule
	}{
		{"at a transaction", fault.Rule{Kind: fault.PowerLoss, Target: "state", After: 11}},
		{"at a body", fault.Rule{Kind: fault.PowerLoss, Target: "objects", After: 7}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var before [2]int
			for seed := range uint64(6) {
				dir := t.TempDir()
				aws, err := Open(Options{Dir: dir, Seed: seed})
				if err != nil {
					t.Fatal(err)
				}
				createTable(t, aws, "table")
				rest(t, aws, "s3", "PUT", "/bucket", nil)
				arm(t, aws, c.rule)
				items, objects := putUntilDark(t, aws)
				<-aws.PowerLost()
				if aws.Faults().Fired()[fault.PowerLoss] != 1 {
					t.Fatal("the rule did not strike")
				}
				if err := aws.Close(); err != nil {
					t.Fatal(err)
				}
				if got := [2]int{items, objects}; seed > 0 && got != before {
					t.Errorf("seed %d: %v were acknowledged, %v at the seed before: the moment is the rule's", seed, got, before)
				}
				before = [2]int{items, objects}
				compareAfterDark(t, dir, items, objects)
			}
		})
	}
}

// compareAfterDark wants exactly what was acknowledged, and at most one more.
func compareAfterDark(t *testing.T, dir string, items, objects int) {
	t.Helper()
	back, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	var scan struct{ Count int }
	target(t, back, "DynamoDB_20120810.Scan", map[string]any{"TableName": "table"}, &scan)
	if scan.Count < items || scan.Count > items+1 {
		t.Errorf("%d items, %d acknowledged", scan.Count, items)
	}
	for n := 1; n <= objects; n++ {
		if a := rest(t, back, "s3", "GET", fmt.Sprintf("/bucket/%d", n), nil); !bytes.Equal(a.body, bytes.Repeat([]byte{byte(n)}, 3000)) {
			t.Errorf("object %d: %d, %d bytes", n, a.status, len(a.body))
		}
	}
}

func TestThePowerIsLostOverHTTP(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dark := make(chan error, 1)
	ready := make(chan string, 1)
	go func() {
		dark <- Serve(context.Background(), Options{Dir: dir}, func(endpoint string) { ready <- endpoint })
	}()
	aws := remote(<-ready)
	createTable(t, aws, "table")
	put(t, aws, "table", 1)
	if res, err := http.Post(aws.Endpoint()+adminPrefix+"power-loss", "application/json", strings.NewReader(`{"seed":3}`)); err == nil {
		res.Body.Close()
		t.Fatalf("answered %s", res.Status)
	}
	if err := <-dark; !errors.Is(err, ErrPowerLost) {
		t.Fatalf("Serve ended with %v", err)
	}
	compareAfterDark(t, dir, 1, 0)
}

func TestAnAWSInMemoryHasNothingToLose(t *testing.T) {
	t.Parallel()
	if err := Start(t).LosePower(1); !errors.Is(err, ErrNothingKept) {
		t.Fatal(err)
	}
}
