package s3

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/clock"
)

func benchmarkObject(b *testing.B, method string) {
	for name, dir := range map[string]string{"memory": "", "files": b.TempDir()} {
		b.Run(name, func(b *testing.B) {
			x := newBench(b, Config{Clock: clock.New(), Dir: dir})
			x.want(200, "", "PUT", "/bucket", "")
			body := strings.Repeat("x", 1<<20)
			x.want(200, "", "PUT", "/bucket/k", body)
			server := httptest.NewServer(x.Service)
			defer server.Close()
			b.SetBytes(1 << 20)
			b.ReportAllocs()
			for b.Loop() {
				r, err := http.NewRequest(method, server.URL+"/bucket/k", nil)
				if err != nil {
					b.Fatal(err)
				}
				if method == http.MethodPut {
					r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), 1<<20
				}
				r.Header.Set("Authorization", sigAlgorithm+" Credential=test/20260301/us-east-1/s3/aws4_request")
				r.Header.Set("X-Amz-Content-Sha256", unsignedPayload)
				w, err := http.DefaultClient.Do(r)
				if err != nil || w.StatusCode != 200 {
					b.Fatal(w, err)
				}
				if _, err := io.Copy(io.Discard, w.Body); err != nil {
					b.Fatal(err)
				}
				w.Body.Close()
			}
		})
	}
}

func BenchmarkPutObject1MB(b *testing.B) { benchmarkObject(b, http.MethodPut) }
func BenchmarkGetObject1MB(b *testing.B) { benchmarkObject(b, http.MethodGet) }
