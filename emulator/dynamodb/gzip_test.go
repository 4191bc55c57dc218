package dynamodb_test

import (
	"compress/gzip"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

func TestLongAnswersAreCompressedForWhoAsks(t *testing.T) {
	t.Parallel()
	w := songWorld(t)
	w.do("PutItem", `{"TableName":"songs","Item":{"pk":{"S":"a"},"sk":{"S":"1"},"v":{"S":"`+strings.Repeat("v", 5000)+`"}}}`)
	for _, c := range []struct {
		accept, key string
		compressed  bool
	}{
		{"gzip", "1", true}, {"deflate, gzip;q=0.5", "1", true}, {"gzip;q=0", "1", false}, {"", "1", false}, {"identity", "1", false}, {"gzip", "2", false},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`{"TableName":"songs","Key":{"pk":{"S":"a"},"sk":{"S":"`+c.key+`"}}}`))
		r.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
		r.Header.Set("Accept-Encoding", c.accept)
		rec := httptest.NewRecorder()
		w.s.ServeHTTP(rec, r)
		sent := rec.Body.Bytes()
		if got := rec.Header().Get("X-Amz-Crc32"); got != strconv.FormatUint(uint64(crc32.ChecksumIEEE(sent)), 10) {
			t.Errorf("%+v: the checksum %s is not that of the body as sent", c, got)
		}
		if got := rec.Header().Get("Content-Length"); got != strconv.Itoa(len(sent)) {
			t.Errorf("%+v: Content-Length %s, body of %d bytes", c, got, len(sent))
		}
		if got := rec.Header().Get("Content-Encoding") == "gzip"; got != c.compressed {
			t.Errorf("%+v: compressed %t", c, got)
			continue
		}
		if !c.compressed {
			continue
		}
		z, err := gzip.NewReader(rec.Body)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(z)
		if err != nil || !strings.HasPrefix(string(plain), `{"Item":{"pk":{"S":"a"}`) {
			t.Errorf("%+v: got %.60s, %v", c, plain, err)
		}
	}
}
