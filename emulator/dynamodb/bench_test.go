//go:build unix

package dynamodb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"
)

// benchRows is how many items the table holds before measuring; 20 of them in
// each partition, of the table and of the index.
const benchRows = 10_000

func benchWorld(b *testing.B) *world {
	w := newWorld(b)
	w.do("CreateTable", songs)
	for i := range benchRows {
		w.do("PutItem", benchPut(i))
	}
	return w
}

func benchPut(i int) string {
	return fmt.Sprintf(`{"TableName":"songs","Item":{"pk":{"S":"p%04d"},"sk":{"S":"%06d"},"gpk":{"S":"g%04d"},"rank":{"N":"%d"},
		"title":{"S":"A title of some length, as people write them"},"version":{"N":"1"},"labels":{"L":[{"S":"one"},{"S":"two"}]},
		"description":{"S":%q},"createdAt":{"S":"2026-11-22T09:00:00.000Z"}}}`, i/20, i, i%500, i, strings.Repeat("word ", 50))
}

// run measures an operation through ServeHTTP, without a network: decode,
// engine and encode.
func (w *world) run(b *testing.B, operation string, body func(i int) string) {
	bodies := make([]string, 1024)
	for i := range bodies {
		bodies[i] = body(i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	before := cpuTime(b)
	for i := range b.N {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(bodies[i%len(bodies)]))
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
		rec := httptest.NewRecorder()
		w.s.ServeHTTP(rec, r)
		if rec.Code != http.StatusOK {
			b.Fatal(rec.Body.String())
		}
	}
	b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/1000/float64(b.N), "cpu-us/op")
}

// cpuTime is what the process used so far; unlike elapsed time it says
// something on a busy machine.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkPutItem(b *testing.B) { benchWorld(b).run(b, "PutItem", benchPut) }

func BenchmarkGetItem(b *testing.B) {
	benchWorld(b).run(b, "GetItem", func(i int) string {
		return fmt.Sprintf(`{"TableName":"songs","Key":{"pk":{"S":"p%04d"},"sk":{"S":"%06d"}}}`, i/20, i)
	})
}

func BenchmarkUpdateItemWithCondition(b *testing.B) {
	benchWorld(b).run(b, "UpdateItem", func(i int) string {
		return fmt.Sprintf(`{"TableName":"songs","Key":{"pk":{"S":"p%04d"},"sk":{"S":"%06d"}},"UpdateExpression":"SET #t = :t, version = version + :one",
			"ConditionExpression":"attribute_exists(pk) AND version >= :one","ExpressionAttributeNames":{"#t":"title"},
			"ExpressionAttributeValues":{":t":{"S":"Another title"},":one":{"N":"1"}}}`, i/20, i)
	})
}

func BenchmarkQuery20(b *testing.B) {
	benchWorld(b).run(b, "Query", func(i int) string {
		return fmt.Sprintf(`{"TableName":"songs","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p%04d"}},"Limit":20}`, i%500)
	})
}

func BenchmarkQuery20OnAnIndex(b *testing.B) {
	benchWorld(b).run(b, "Query", func(i int) string {
		return fmt.Sprintf(`{"TableName":"songs","IndexName":"byRank","KeyConditionExpression":"gpk = :p","ExpressionAttributeValues":{":p":{"S":"g%04d"}},"Limit":20}`, i%500)
	})
}

func BenchmarkTransactWriteItems3(b *testing.B) {
	benchWorld(b).run(b, "TransactWriteItems", func(i int) string {
		return fmt.Sprintf(`{"TransactItems":[
			{"Put":{"TableName":"songs","Item":{"pk":{"S":"x%04d"},"sk":{"S":"%06d"},"v":{"N":"1"}}}},
			{"Update":{"TableName":"songs","Key":{"pk":{"S":"p%04d"},"sk":{"S":"%06d"}},"UpdateExpression":"ADD version :one","ExpressionAttributeValues":{":one":{"N":"1"}}}},
			{"ConditionCheck":{"TableName":"songs","Key":{"pk":{"S":"p%04d"},"sk":{"S":"%06d"}},"ConditionExpression":"attribute_exists(pk)"}}]}`, i/20, i, i/20, i, (i+2000)/20, i+2000)
	})
}
