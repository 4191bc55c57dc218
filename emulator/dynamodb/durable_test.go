package dynamodb_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/dynamodb"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// durable is a world kept in a file, which reopen closes and opens again.
type durable struct {
	*world
	path string
	db   store.Store
}

func openDurable(t testing.TB, path string, c *clock.Clock) *durable {
	t.Helper()
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return &durable{open(t, dynamodb.Config{Clock: c, Store: db}), path, db}
}

func (d *durable) reopen() *durable {
	d.t.Helper()
	if err := d.db.Close(); err != nil {
		d.t.Fatal(err)
	}
	return openDurable(d.t, d.path, clock.NewFrozen(d.clock.Now()))
}

func TestEverythingIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	d := openDurable(t, filepath.Join(t.TempDir(), "state.db"), clock.NewFrozen(start))
	d.do("CreateTable", songs)
	d.do("UpdateTimeToLive", `{"TableName":"songs","TimeToLiveSpecification":{"AttributeName":"ttl","Enabled":true}}`)
	d.do("UpdateContinuousBackups", `{"TableName":"songs","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":true}}`)
	d.do("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"gpk":{"S":"g"},"rank":{"N":"2"},"b":{"B":"AAH/"}}}`)
	d.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"soon"},"ttl":{"N":"%d"}}}`, start.Unix()+60))
	d.do("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"gone"}}}`)
	d.do("DeleteItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"gone"}}}`)
	d.do("CreateTable", strings.Replace(songs, `"songs"`, `"dropped"`, 1))
	d.do("DeleteTable", `{"TableName":"dropped"}`)
	once := `{"ClientRequestToken":"t1","TransactItems":[{"Update":{"TableName":"songs","Key":{"pk":{"S":"n"},"sk":{"S":"n"}},"UpdateExpression":"ADD n :one","ExpressionAttributeValues":{":one":{"N":"1"}}}}]}`
	d.do("TransactWriteItems", once)
	wantTable := d.do("DescribeTable", `{"TableName":"songs"}`)
	wantRecords := d.records()

	d = d.reopen()
	d.gives("DescribeTable", `{"TableName":"songs"}`, wantTable)
	if got := d.records(); got != wantRecords {
		t.Fatalf("records\n got %s\nwant %s", got, wantRecords)
	}
	d.gives("ListTables", `{}`, `{"TableNames":["songs"]}`)
	d.gives("Query", `{"TableName":"songs","IndexName":"byRank","KeyConditionExpression":"gpk = :g","ExpressionAttributeValues":{":g":{"S":"g"}}}`,
		`{"Count":1,"ScannedCount":1,"Items":[{"pk":{"S":"a"},"sk":{"S":"1"},"gpk":{"S":"g"},"rank":{"N":"2"},"b":{"B":"AAH/"}}]}`)
	d.do("TransactWriteItems", once)
	d.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"n"},"sk":{"S":"n"}},"ProjectionExpression":"n"}`, `{"Item":{"n":{"N":"1"}}}`)

	d.clock.Advance(2 * time.Minute)
	d.gives("GetItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"soon"}}}`, `{}`)
	if got := d.records(); !strings.HasPrefix(got, strings.TrimSuffix(wantRecords, "]")) || !strings.Contains(got, `"PrincipalId":"dynamodb.amazonaws.com"`) {
		t.Fatalf("after the restart records must go on where they were and tell of the expiry\n got %s\nafter %s", got, wantRecords)
	}
}

// records reads the whole stream of songs as GetRecords shows it.
func (w *world) records() string {
	w.t.Helper()
	var table struct {
		Table struct{ LatestStreamArn string }
	}
	decode(w.t, w.do("DescribeTable", `{"TableName":"songs"}`), &table)
	arn := table.Table.LatestStreamArn
	var stream struct {
		StreamDescription struct{ Shards []struct{ ShardId string } }
	}
	decode(w.t, w.do("DescribeStream", fmt.Sprintf(`{"StreamArn":%q}`, arn)), &stream)
	all := []json.RawMessage{}
	for _, sh := range stream.StreamDescription.Shards {
		var it struct{ ShardIterator string }
		decode(w.t, w.do("GetShardIterator", fmt.Sprintf(`{"StreamArn":%q,"ShardId":%q,"ShardIteratorType":"TRIM_HORIZON"}`, arn, sh.ShardId)), &it)
		var got struct{ Records []json.RawMessage }
		decode(w.t, w.do("GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, it.ShardIterator)), &got)
		all = append(all, got.Records...)
	}
	b, err := json.Marshal(all)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(b)
}

func decode(t testing.TB, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("decode %s: %v", text, err)
	}
}

// killedEnv makes the test binary a writer that TestNoAcknowledgedWriteIsLost…
// kills.
const killedEnv = "CUMIN_TEST_KILLED_WRITER"

// TestMain becomes the killed writer when asked to.
func TestMain(m *testing.M) {
	if path := os.Getenv(killedEnv); path != "" {
		writeUntilKilled(path)
	}
	os.Exit(m.Run())
}

const killedWriters = 8

// writeUntilKilled prints "writer n" after each acknowledged write. Every
// writer puts items n = 0, 1, … and counts them in one item by transaction.
func writeUntilKilled(path string) {
	db, err := store.Open(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	s, err := dynamodb.New(dynamodb.Config{Store: db})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	w := &world{t: &panicTB{}, s: s}
	if status, out := w.call("CreateTable", songs); status != 200 && !strings.Contains(out, "ResourceInUseException") {
		panic(out)
	}
	var wg sync.WaitGroup
	for writer := range killedWriters {
		wg.Go(func() {
			for n := range 1 << 30 {
				w.do("TransactWriteItems", fmt.Sprintf(`{"TransactItems":[
					{"Put":{"TableName":"songs","Item":{"pk":{"S":"w%d"},"sk":{"S":"%d-%08d"}}}},
					{"Update":{"TableName":"songs","Key":{"pk":{"S":"w%d"},"sk":{"S":"count"}},"UpdateExpression":"SET n = :n","ExpressionAttributeValues":{":n":{"N":"%d"}}}}]}`, writer, writer, n, writer, n+1))
				fmt.Printf("%d %d\n", writer, n)
			}
		})
	}
	wg.Wait()
}

func TestNoAcknowledgedWriteIsLostWhenTheProcessIsKilled(t *testing.T) {
	t.Parallel()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for round := range 3 {
		path := filepath.Join(t.TempDir(), "state.db")
		acknowledged := killAfter(t, exe, path, 200+round*300)
		d := openDurable(t, path, clock.NewFrozen(start))
		for writer, last := range acknowledged {
			var got struct {
				Count int
				Items []map[string]map[string]string
			}
			decode(t, d.do("Query", fmt.Sprintf(`{"TableName":"songs","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"w%d"}}}`, writer)), &got)
			if got.Count-1 < last+1 {
				t.Fatalf("round %d, writer %d: %d items kept, item %d was acknowledged", round, writer, got.Count-1, last)
			}
			if n := got.Items[got.Count-1]["n"]["N"]; n != fmt.Sprint(got.Count-1) {
				t.Fatalf("round %d, writer %d: the count says %s, there are %d items: half a transaction was kept", round, writer, n, got.Count-1)
			}
		}
		inserted := map[string]bool{}
		for _, e := range d.events(d.streamARN("songs")) {
			inserted[e] = true
		}
		total := 0
		for writer, last := range acknowledged {
			total += last + 1
			for n := range last + 1 {
				if !inserted[fmt.Sprintf("INSERT %d-%08d", writer, n)] {
					t.Fatalf("round %d, writer %d: item %d was acknowledged, but its record is missing", round, writer, n)
				}
			}
		}
		t.Logf("round %d: %d acknowledged transactions, none lost", round, total)
	}
}

// killAfter runs the writer, kills it with SIGKILL after some acknowledgements,
// and returns the last one of each writer.
func killAfter(t *testing.T, exe, path string, lines int) map[int]int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), exe)
	cmd.Env = append(os.Environ(), killedEnv+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := map[int]int{}
	scan := bufio.NewScanner(out)
	seen := 0
	for scan.Scan() {
		var writer, n int
		if c, err := fmt.Sscanf(scan.Text(), "%d %d", &writer, &n); c == 2 && err == nil {
			last[writer] = n
		}
		if seen++; seen == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || seen < lines {
		t.Fatalf("the writer ended by itself after %d lines: %v", seen, err)
	}
	return last
}

// panicTB lets a world run outside a test.
type panicTB struct{ testing.TB }

func (*panicTB) Helper()                        {}
func (*panicTB) Context() context.Context       { return context.Background() }
func (*panicTB) Fatalf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }
