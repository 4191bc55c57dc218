package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/journal"
)

// contents is everything in a snapshot, encoded as it is kept.
func contents(t *testing.T, s *Snapshot) map[string]string {
	t.Helper()
	all := map[string]string{}
	if err := s.state.Each(func(bucket, key string, value []byte) error {
		all[bucket+" "+key] = string(value)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// point is a moment of a run: the number of its last entry, and what was there.
type point struct {
	n     int
	state *Snapshot
}

// now takes a snapshot between two entries.
func now(t *testing.T, aws *AWS) point {
	t.Helper()
	j, err := aws.Journal()
	if err != nil {
		t.Fatal(err)
	}
	for {
		p := point{n: j.Last()}
		if p.state, err = aws.Snapshot(); err != nil {
			t.Fatal(err)
		}
		if j.Last() == p.n {
			return p
		}
	}
}

// live does n random things, some of which are refused.
func live(t *testing.T, aws *AWS, dice *rand.Rand, mail string, n int) {
	t.Helper()
	for range n {
		pk := fmt.Sprint("item-", dice.IntN(8))
		switch dice.IntN(8) {
		case 0, 1:
			putAs(t, aws, "Root=x", `{"pk":{"S":"`+pk+`"},"n":{"N":"`+fmt.Sprint(dice.IntN(100))+`"}}`)
		case 2: // fails when the item is there
			rest(t, aws, "dynamodb", "POST", "/", `{"TableName":"orders","Item":{"pk":{"S":"`+pk+`"}},"ConditionExpression":"attribute_not_exists(pk)"}`, "X-Amz-Target", "DynamoDB_20120810.PutItem")
		case 3:
			rest(t, aws, "dynamodb", "POST", "/", `{"TableName":"orders","Key":{"pk":{"S":"`+pk+`"}}}`, "X-Amz-Target", "DynamoDB_20120810.DeleteItem")
		case 4:
			receiveBodies(t, aws, mail)
		case 5:
			rest(t, aws, "s3", "PUT", "/bucket/"+pk, strings.Repeat(pk, dice.IntN(1000)))
		case 6:
			rest(t, aws, "s3", "DELETE", "/bucket/"+pk, nil)
		case 7:
			aws.Clock().Advance(time.Duration(dice.IntN(60)) * time.Second)
		}
	}
}

func TestAJournalReplaysToAnyPoint(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	aws, mail := chain(t, WithJournal(t.TempDir()), WithClock(clock.NewFrozen(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))))
	arm(t, aws, fault.Rule{Kind: fault.Error, Target: "sqs.SendMessage", Code: "ServiceUnavailable", Status: 503, P: 0.2})
	rest(t, aws, "s3", "PUT", "/bucket", nil)
	var points []point
	for range 3 {
		live(t, aws, dice, mail, 100)
		points = append(points, now(t, aws))
	}
	path := filepath.Join(t.TempDir(), "journal")
	if err := aws.WriteJournal(path); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	j, err := journal.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[journal.Kind]int{}
	refused := 0
	for _, e := range j.Entries() {
		kinds[e.Kind]++
		if e.Outcome == "ConditionalCheckFailedException" {
			refused++
		}
	}
	for _, kind := range []journal.Kind{journal.Request, journal.Change, journal.Clock, journal.Fault} {
		if kinds[kind] == 0 {
			t.Errorf("no entry of kind %s: %v", kind, kinds)
		}
	}
	if refused == 0 {
		t.Error("no condition failed")
	}
	for _, p := range points {
		then, err := ReplayTo(j, p.n)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := contents(t, then), contents(t, p.state); !maps.Equal(got, want) {
			t.Errorf("entry %d: the replay holds %d keys, the snapshot %d, and they differ", p.n, len(got), len(want))
		}
		a, b := Start(t, WithSnapshot(then)), Start(t, WithSnapshot(p.state), WithClock(clock.NewFrozen(p.state.clock.Now)))
		if !a.Clock().Now().Equal(p.state.clock.Now) {
			t.Errorf("entry %d: the clock shows %s, then it showed %s", p.n, a.Clock().Now(), p.state.clock.Now)
		}
		for _, ask := range []func(*AWS) answer{
			func(aws *AWS) answer {
				return target(t, aws, "DynamoDB_20120810.Scan", map[string]string{"TableName": "orders"}, nil)
			},
			func(aws *AWS) answer { return rest(t, aws, "s3", "GET", "/bucket/item-1", nil) },
			func(aws *AWS) answer { return rest(t, aws, "s3", "GET", "/bucket/item-2", nil) },
		} {
			got, want := ask(a), ask(b)
			if id := "RequestId>"; got.status != want.status || !bytes.Equal(got.body, want.body) && !bytes.Contains(got.body, []byte(id)) {
				t.Errorf("entry %d: the replay answers %d %.200s, then it was %d %.200s", p.n, got.status, got.body, want.status, want.body)
			}
		}
	}
}

func TestAReplayEndsWhereARequestWasAnswered(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithJournal(t.TempDir()))
	createTable(t, aws, "table")
	put(t, aws, "table", 1)
	second := target(t, aws, "DynamoDB_20120810.PutItem", map[string]any{"TableName": "table", "Item": map[string]any{"pk": map[string]string{"S": "item"}, "n": map[string]string{"N": "2"}}}, nil).header.Get("X-Amzn-Requestid")
	put(t, aws, "table", 3)
	j, err := aws.Journal()
	if err != nil {
		t.Fatal(err)
	}
	n, err := j.Until(second)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[int]string{n: "2", j.Last(): "3"} {
		then, err := ReplayTo(j, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := lastPut(t, Start(t, WithSnapshot(then))); got != want {
			t.Errorf("after entry %d the item has %s, want %s", at, got, want)
		}
	}
	if e := j.Entries()[n-1]; e.Name != "dynamodb.PutItem" || e.Outcome != "ok" || !bytes.Contains(e.Body, []byte(`"N":"2"`)) {
		t.Errorf("the request's entry is %+v", e)
	}
	if _, err := j.Until("nobody's"); err == nil {
		t.Error("a request nobody made was found")
	}
	if _, err := ReplayTo(j, j.Last()+1); err == nil {
		t.Error("the future was replayed")
	}
}

func TestAReplayStandsStill(t *testing.T) {
	t.Parallel()
	aws, _ := chain(t, WithJournal(t.TempDir()))
	putAs(t, aws, "Root=click", `{"pk":{"S":"a"}}`)
	settled(t, aws, "click", "batch", 1)
	j, err := aws.Journal()
	if err != nil {
		t.Fatal(err)
	}
	var before int // right after the write, before its record went to the function
	for _, e := range j.Entries() {
		if e.Name == "dynamodb.PutItem" {
			before = e.N
		}
	}
	then, err := ReplayTo(j, before)
	if err != nil {
		t.Fatal(err)
	}
	replayed := Start(t, WithSnapshot(then))
	at := replayed.Clock().Now()
	if visible, hidden := messages(t, replayed, replayed.Endpoint()+"/"+account+"/mail"); visible+hidden != "00" && visible+hidden != "10" {
		t.Errorf("%s visible, %s hidden messages", visible, hidden)
	}
	if !replayed.Clock().Now().Equal(at) {
		t.Error("the clock runs")
	}
	var list struct{ EventSourceMappings []struct{ UUID string } }
	rest(t, replayed, "lambda", "GET", "/2015-03-31/event-source-mappings", nil).into(t, &list)
	if len(list.EventSourceMappings) != 1 {
		t.Errorf("mappings: %+v", list)
	}
}

// failing is a test that has failed.
type failing struct {
	*testing.T
	cleanup []func()
	logged  string
}

func (f *failing) Failed() bool            { return true }
func (f *failing) Cleanup(g func())        { f.cleanup = append(f.cleanup, g) }
func (f *failing) Logf(s string, a ...any) { f.logged = fmt.Sprintf(s, a...) }

func TestAFailingTestWritesItsJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := &failing{T: t}
	aws := Start(f, WithJournal(dir))
	createQueue(t, aws, "q", nil)
	for _, g := range f.cleanup {
		g()
	}
	path := filepath.Join(dir, t.Name()+".journal")
	if !strings.Contains(f.logged, "cumin aws open "+path) {
		t.Errorf("logged %q", f.logged)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	state, err := ReadSnapshot(file)
	if err != nil {
		t.Fatal(err)
	}
	if visible, _ := messages(t, Start(t, WithSnapshot(state)), "/"+account+"/q"); visible != "0" {
		t.Errorf("the queue has %s messages", visible)
	}
	passed := Start(t, WithJournal(filepath.Join(dir, "passed")))
	createQueue(t, passed, "q", nil)
	passed.keepEvidence(t, filepath.Join(dir, "passed"))
	if _, err := os.Stat(filepath.Join(dir, "passed")); !os.IsNotExist(err) {
		t.Errorf("a passing test wrote a journal: %v", err)
	}
}

func TestNoJournalIsSaidSo(t *testing.T) {
	t.Parallel()
	aws, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer aws.Close()
	if _, err := aws.Journal(); !errors.Is(err, ErrNoJournal) {
		t.Errorf("got %v", err)
	}
	if err := aws.WriteJournal(filepath.Join(t.TempDir(), "j")); !errors.Is(err, ErrNoJournal) {
		t.Errorf("got %v", err)
	}
}

func TestAFileOfAnotherKindIsRefused(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithSnapshots())
	createTable(t, aws, "table")
	put(t, aws, "table", 1)
	state, err := aws.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := state.Write(&whole); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"empty": nil, "text": []byte("hello, world"), "cut off": whole.Bytes()[:whole.Len()-1], "half": whole.Bytes()[:whole.Len()/2]} {
		if _, err := ReadSnapshot(bytes.NewReader(content)); !errors.Is(err, journal.ErrNotAJournal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	back, err := ReadSnapshot(&whole)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(contents(t, back), contents(t, state)) {
		t.Error("what was read is not what was written")
	}
}
