package dynamodb_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/dynamodb"
)

// streamARN is the table's latest stream.
func (w *world) streamARN(table string) string {
	w.t.Helper()
	var d struct {
		Table struct{ LatestStreamArn string }
	}
	decode(w.t, w.do("DescribeTable", fmt.Sprintf(`{"TableName":%q}`, table)), &d)
	return d.Table.LatestStreamArn
}

// events reads every shard of a stream from its beginning, parents first, and
// returns "INSERT 1" for an insert of the item with sort key 1.
func (w *world) events(arn string) []string {
	w.t.Helper()
	shards, err := w.s.Shards(arn)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, sh := range shards {
		after := ""
		for {
			got, err := w.s.Read(arn, sh.ID, after, 1000)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, r := range got.Items {
				var e struct {
					EventName string
					DynamoDB  struct {
						Keys map[string]map[string]string
					}
				}
				decode(w.t, string(r.Event), &e)
				out = append(out, e.EventName+" "+e.DynamoDB.Keys["sk"]["S"])
				after = r.Sequence
			}
			if len(got.Items) == 0 {
				break
			}
		}
	}
	return out
}

func requireEvents(t *testing.T, got []string, want ...string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("got  %v\nwant %v", got, want)
	}
}

func (w *world) putSong(sk string) {
	w.t.Helper()
	w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":%q}}}`, sk))
}

func TestOnlyWritesThatChangeSomethingAreInTheStream(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	const key = `"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"1"}}`
	w.putSong("1")
	w.putSong("1")
	w.do("UpdateItem", `{`+key+`,"UpdateExpression":"REMOVE nope"}`)
	w.do("UpdateItem", `{`+key+`}`)
	w.do("UpdateItem", `{`+key+`,"UpdateExpression":"SET x = :x","ExpressionAttributeValues":{":x":{"S":"y"}}}`)
	w.do("UpdateItem", `{`+key+`,"UpdateExpression":"SET x = :x","ExpressionAttributeValues":{":x":{"S":"y"}}}`)
	w.refuses("UpdateItem", `{`+key+`,"ConditionExpression":"attribute_not_exists(pk)"}`, "ConditionalCheckFailedException", "")
	w.do("DeleteItem", `{`+key+`}`)
	w.do("DeleteItem", `{`+key+`}`)
	w.do("UpdateItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"2"}},"UpdateExpression":"REMOVE nope"}`)
	w.do("UpdateItem", `{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"3"}}}`)
	w.do("BatchWriteItem", `{"RequestItems":{"songs":[{"PutRequest":{"Item":{"pk":{"S":"a"},"sk":{"S":"4"}}}},{"DeleteRequest":{"Key":{"pk":{"S":"a"},"sk":{"S":"3"}}}}]}}`)
	w.do("TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"5"}}}},{"ConditionCheck":{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"4"}},"ConditionExpression":"attribute_exists(pk)"}}]}`)
	requireEvents(t, w.events(w.streamARN("songs")), "INSERT 1", "MODIFY 1", "REMOVE 1", "INSERT 3", "INSERT 4", "REMOVE 3", "INSERT 5")
}

func TestRecordsShowWhatTheViewTypeAllows(t *testing.T) {
	t.Parallel()
	for view, want := range map[string]string{
		"KEYS_ONLY":          `{"Keys":{"pk":{"S":"a"},"sk":{"S":"1"}},"SizeBytes":6}`,
		"NEW_IMAGE":          `{"Keys":{"pk":{"S":"a"},"sk":{"S":"1"}},"NewImage":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"2"}},"SizeBytes":15}`,
		"OLD_IMAGE":          `{"Keys":{"pk":{"S":"a"},"sk":{"S":"1"}},"OldImage":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"1"}},"SizeBytes":15}`,
		"NEW_AND_OLD_IMAGES": `{"Keys":{"pk":{"S":"a"},"sk":{"S":"1"}},"NewImage":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"2"}},"OldImage":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":"1"}},"SizeBytes":24}`,
	} {
		t.Run(view, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.do("CreateTable", strings.Replace(songs, "NEW_AND_OLD_IMAGES", view, 1))
			for _, n := range []string{"1", "2"} {
				w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"n":{"N":%q}}}`, n))
			}
			arn := w.streamARN("songs")
			shards, err := w.s.Shards(arn)
			if err != nil {
				t.Fatal(err)
			}
			got, err := w.s.Read(arn, shards[0].ID, "", 10)
			if err != nil || len(got.Items) != 2 {
				t.Fatalf("got %d records, %v", len(got.Items), err)
			}
			var e struct {
				EventID, EventName, EventSource, EventVersion, AwsRegion string
				DynamoDB                                                 map[string]json.RawMessage
			}
			decode(t, string(got.Items[1].Event), &e)
			if e.EventID == "" || e.EventName != "MODIFY" || e.EventSource != "aws:dynamodb" || e.EventVersion != "1.1" || e.AwsRegion != "us-east-1" {
				t.Fatalf("got %s", got.Items[1].Event)
			}
			if s := string(e.DynamoDB["ApproximateCreationDateTime"]); s != fmt.Sprint(start.Unix()) {
				t.Fatalf("created at %s, want %d", s, start.Unix())
			}
			for _, name := range []string{"ApproximateCreationDateTime", "SequenceNumber", "StreamViewType"} {
				delete(e.DynamoDB, name)
			}
			b, err := json.Marshal(e.DynamoDB)
			if err != nil {
				t.Fatal(err)
			}
			if canonical(t, string(b)) != canonical(t, want) {
				t.Fatalf("got  %s\nwant %s", b, want)
			}
		})
	}
}

// iterator asks for a place in the stream's first shard.
func (w *world) iterator(arn, kind, sequence string) string {
	w.t.Helper()
	shards, err := w.s.Shards(arn)
	if err != nil {
		w.t.Fatal(err)
	}
	at := ""
	if sequence != "" {
		at = fmt.Sprintf(`,"SequenceNumber":%q`, sequence)
	}
	var out struct{ ShardIterator string }
	decode(w.t, w.do("GetShardIterator", fmt.Sprintf(`{"StreamArn":%q,"ShardId":%q,"ShardIteratorType":%q%s}`, arn, shards[0].ID, kind, at)), &out)
	return out.ShardIterator
}

// read returns the sort keys of what an iterator gives, their sequence numbers,
// and the next iterator.
func (w *world) read(iterator string, limit int) (keys string, sequences []string, next string) {
	w.t.Helper()
	var out struct {
		Records []struct {
			DynamoDB struct {
				Keys           map[string]map[string]string
				SequenceNumber string
			}
		}
		NextShardIterator string
	}
	decode(w.t, w.do("GetRecords", fmt.Sprintf(`{"ShardIterator":%q,"Limit":%d}`, iterator, limit)), &out)
	var all []string
	for _, r := range out.Records {
		all = append(all, r.DynamoDB.Keys["sk"]["S"])
		sequences = append(sequences, r.DynamoDB.SequenceNumber)
	}
	return strings.Join(all, " "), sequences, out.NextShardIterator
}

func TestIteratorsStartWhereTheirTypeSays(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	arn := w.streamARN("songs")
	for _, sk := range []string{"1", "2", "3"} {
		w.putSong(sk)
	}
	latest := w.iterator(arn, "LATEST", "")
	keys, sequences, next := w.read(w.iterator(arn, "TRIM_HORIZON", ""), 2)
	if keys != "1 2" {
		t.Fatalf("from the horizon: got %q", keys)
	}
	if keys, _, _ := w.read(next, 1000); keys != "3" {
		t.Fatalf("next: got %q", keys)
	}
	if keys, _, _ := w.read(w.iterator(arn, "AT_SEQUENCE_NUMBER", sequences[1]), 1000); keys != "2 3" {
		t.Fatalf("at: got %q", keys)
	}
	if keys, _, _ := w.read(w.iterator(arn, "AFTER_SEQUENCE_NUMBER", sequences[1]), 1000); keys != "3" {
		t.Fatalf("after: got %q", keys)
	}
	w.putSong("4")
	if keys, _, next := w.read(latest, 1000); keys != "4" || next == "" {
		t.Fatalf("latest: got %q and %q", keys, next)
	}
	shards, err := w.s.Shards(arn)
	if err != nil {
		t.Fatal(err)
	}
	w.refuses("GetShardIterator", fmt.Sprintf(`{"StreamArn":%q,"ShardId":%q,"ShardIteratorType":"AT_SEQUENCE_NUMBER"}`, arn, shards[0].ID), "ValidationException", "SequenceNumber must be specified")
	w.refuses("GetShardIterator", fmt.Sprintf(`{"StreamArn":%q,"ShardId":"nope","ShardIteratorType":"LATEST"}`, arn), "ResourceNotFoundException", "nope")
	w.refuses("DescribeStream", `{"StreamArn":"arn:aws:dynamodb:us-east-1:000000000000:table/x/stream/y"}`, "ResourceNotFoundException", "")
	w.clock.Advance(16 * time.Minute)
	w.refuses("GetRecords", fmt.Sprintf(`{"ShardIterator":%q}`, latest), "ExpiredIteratorException", "15 minutes")
}

func TestRecordsAreTrimmedAfterADay(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	arn := w.streamARN("songs")
	w.putSong("1")
	_, sequences, _ := w.read(w.iterator(arn, "TRIM_HORIZON", ""), 10)
	w.clock.Advance(3 * time.Hour)
	w.putSong("2")
	w.clock.Advance(21*time.Hour - time.Second)
	requireEvents(t, w.events(arn), "INSERT 1", "INSERT 2")
	w.clock.Advance(time.Second)
	requireEvents(t, w.events(arn), "INSERT 2")
	shards, err := w.s.Shards(arn)
	if err != nil {
		t.Fatal(err)
	}
	w.refuses("GetShardIterator", fmt.Sprintf(`{"StreamArn":%q,"ShardId":%q,"ShardIteratorType":"AFTER_SEQUENCE_NUMBER","SequenceNumber":%q}`, arn, shards[0].ID, sequences[0]),
		"TrimmedDataAccessException", "")
	w.clock.Advance(4 * time.Hour)
	requireEvents(t, w.events(arn))
}

func TestShardsAreFollowedByTheirChildren(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	arn := w.streamARN("songs")
	w.putSong("1")
	w.clock.Advance(5 * time.Hour)
	w.putSong("2")
	shards, err := w.s.Shards(arn)
	if err != nil {
		t.Fatal(err)
	}
	if len(shards) != 2 || !shards[0].Closed || shards[1].Closed || shards[1].Parent != shards[0].ID {
		t.Fatalf("after four hours: got %+v", shards)
	}
	requireEvents(t, w.events(arn), "INSERT 1", "INSERT 2")
	if keys, _, next := w.read(w.iterator(arn, "TRIM_HORIZON", ""), 10); keys != "1" || next != "" {
		t.Fatalf("a closed shard ends: got %q, next %q", keys, next)
	}
	if err := w.s.SplitShard(arn, shards[1].ID); err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 20 {
		w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"p%d"},"sk":{"S":"%02d"}}}`, i, i))
		want = append(want, fmt.Sprintf("INSERT %02d", i))
	}
	if shards, err = w.s.Shards(arn); err != nil {
		t.Fatal(err)
	}
	if len(shards) != 4 || shards[2].Parent != shards[1].ID || shards[3].Parent != shards[1].ID {
		t.Fatalf("after the split: got %+v", shards)
	}
	seen := map[string]bool{}
	for _, e := range w.events(arn)[2:] {
		seen[e] = true
	}
	for _, e := range want {
		if !seen[e] {
			t.Fatalf("%s is in neither child: %v", e, w.events(arn))
		}
	}
	for _, child := range shards[2:] {
		if last, err := w.s.Latest(arn, child.ID); err != nil || last == "" {
			t.Fatalf("child %s got no record: %v", child.ID, err)
		}
	}
	if err := w.s.SplitShard(arn, shards[0].ID); err == nil {
		t.Fatal("a closed shard was split")
	}
}

func TestADisabledStreamStaysReadableForADay(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	old := w.streamARN("songs")
	w.putSong("1")
	w.refuses("UpdateTable", `{"TableName":"songs","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}`, "ValidationException", "already has an enabled stream")
	w.do("UpdateTable", `{"TableName":"songs","StreamSpecification":{"StreamEnabled":false}}`)
	w.refuses("UpdateTable", `{"TableName":"songs","StreamSpecification":{"StreamEnabled":false}}`, "ValidationException", "does not have a stream to disable")
	w.putSong("2")
	if keys, _, next := w.read(w.iterator(old, "TRIM_HORIZON", ""), 10); keys != "1" || next != "" {
		t.Fatalf("got %q, next %q", keys, next)
	}
	var d struct {
		StreamDescription struct {
			StreamStatus string
			Shards       []struct {
				SequenceNumberRange struct{ EndingSequenceNumber string }
			}
		}
	}
	decode(t, w.do("DescribeStream", fmt.Sprintf(`{"StreamArn":%q}`, old)), &d)
	if d.StreamDescription.StreamStatus != "DISABLED" || d.StreamDescription.Shards[0].SequenceNumberRange.EndingSequenceNumber == "" {
		t.Fatalf("got %+v", d)
	}
	w.do("UpdateTable", `{"TableName":"songs","StreamSpecification":{"StreamEnabled":true,"StreamViewType":"KEYS_ONLY"}}`)
	if w.streamARN("songs") == old {
		t.Fatal("enabling a stream again must make a new one")
	}
	w.clock.Advance(25 * time.Hour)
	w.refuses("DescribeStream", fmt.Sprintf(`{"StreamArn":%q}`, old), "ResourceNotFoundException", "")
}

func TestConsumersAreWokenByTheNextRecord(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	arn := w.streamARN("songs")
	changed := w.s.Changed(arn)
	select {
	case <-changed:
		t.Fatal("woken by nothing")
	default:
	}
	w.putSong("1")
	<-changed
	requireEvents(t, w.events(arn), "INSERT 1")
	<-w.s.Changed("no such stream")
}

func TestItemsExpireByTheClockAndTheStreamSaysSo(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	arn := w.streamARN("songs")
	ttl := func(sk, value string) {
		w.do("PutItem", fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":%q},"gpk":{"S":"g"},"rank":{"N":"1"},"ttl":%s}}`, sk, value))
	}
	at := func(d time.Duration) string { return fmt.Sprintf(`{"N":"%d"}`, start.Add(d).Unix()) }
	ttl("minute", at(time.Minute))
	ttl("hour", at(time.Hour))
	ttl("text", `{"S":"1"}`)
	ttl("ancient", `{"N":"1000"}`)
	ttl("postponed", at(time.Minute))
	ttl("postponed", at(2*time.Hour))
	alive := func() string {
		return w.pages("Query", `"IndexName":"byRank","KeyConditionExpression":"gpk = :g","ExpressionAttributeValues":{":g":{"S":"g"}}`)
	}
	w.clock.Advance(time.Minute)
	if got := alive(); got != "ancient hour minute postponed text" {
		t.Fatalf("at its second an item still lives: got %q", got)
	}
	w.clock.Advance(time.Second)
	if got := alive(); got != "ancient hour postponed text" {
		t.Fatalf("after a minute: got %q", got)
	}
	w.clock.Advance(3 * time.Hour)
	if got := alive(); got != "ancient text" {
		t.Fatalf("after hours: got %q", got)
	}
	events := w.events(arn)
	requireEvents(t, events[len(events)-3:], "REMOVE minute", "REMOVE hour", "REMOVE postponed")
	shards, err := w.s.Shards(arn)
	if err != nil {
		t.Fatal(err)
	}
	var all []dynamodb.Record
	for _, sh := range shards {
		got, err := w.s.Read(arn, sh.ID, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, got.Items...)
	}
	if e := string(all[len(all)-1].Event); !strings.Contains(e, `"userIdentity":{"principalId":"dynamodb.amazonaws.com","type":"Service"}`) {
		t.Fatalf("a function's event tells who deleted in lower case: got %s", e)
	}
	if e := string(all[0].Event); strings.Contains(e, "userIdentity") {
		t.Fatalf("a user's write has no userIdentity: got %s", e)
	}
	if got := w.records(); !strings.Contains(got, `"userIdentity":{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}`) {
		t.Fatalf("GetRecords tells who deleted in upper case: got %s", got)
	}
}
