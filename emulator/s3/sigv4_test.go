package s3

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// The presigned URL of AWS's documentation (Amazon S3 API Reference,
// "Authenticating Requests: Using Query Parameters", example).
const (
	awsURL    = "http://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
	awsSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

func TestTheSignedURLOfAWSsDocumentation(t *testing.T) {
	t.Parallel()
	signed := time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC)
	frozen := clock.NewFrozen(signed)
	t.Cleanup(frozen.Close)
	b := newBench(t, Config{Clock: frozen, Secret: func(key string) (string, bool) { return awsSecret, key == "AKIAIOSFODNN7EXAMPLE" }})
	b.want(200, "", "PUT", "/examplebucket", "")
	b.want(200, "", "PUT", "/examplebucket/test.txt", "hello")
	get := func(url string, status int, words string, headers ...string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		if w := b.serve(r); w.Code != status || !strings.Contains(w.Body.String(), words) {
			t.Errorf("%s\n got %d %s\nwant %d …%s…", url, w.Code, w.Body, status, words)
		}
	}
	get(awsURL, 200, "hello")
	get(awsURL, 403, "HeadersNotSigned", "X-Amz-Meta-A", "x")
	get(strings.Replace(awsURL, "test.txt", "other.txt", 1), 403, "SignatureDoesNotMatch")
	get(strings.Replace(awsURL, "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7OTHER", 1), 403, "InvalidAccessKeyId")
	get(strings.Replace(awsURL, "Expires=86400", "Expires=604801", 1), 400, "less than a week")
	get(strings.Replace(awsURL, "X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=date", 1), 400, "must include host")
	get("http://examplebucket.s3.amazonaws.com/test.txt", 403, "AccessDenied")
	get("http://examplebucket.s3.amazonaws.com/test.txt?AWSAccessKeyId=a&Signature=b&Expires=1", 400, "Please use AWS4-HMAC-SHA256.")
	frozen.Advance(24 * time.Hour)
	get(awsURL, 200, "hello")
	frozen.Advance(time.Second)
	get(awsURL, 403, "<Message>Request has expired</Message><Expires>2013-05-25T00:00:00Z</Expires><ServerTime>2013-05-25T00:00:01Z</ServerTime>")
}

// form builds a multipart form; fields are name, value, …; the file is last.
func form(fields []string, file string) (body, contentType string) {
	var b strings.Builder
	for i := 0; i+1 < len(fields); i += 2 {
		fmt.Fprintf(&b, "--B\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", fields[i], fields[i+1])
	}
	fmt.Fprintf(&b, "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\nContent-Type: image/png\r\n\r\n%s\r\n--B--\r\n", file)
	return b.String(), "multipart/form-data; boundary=B"
}

func TestABrowserFormUploadsWhatItsPolicyAllows(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	b.want(200, "", "PUT", "/bucket", "")
	document := `{"expiration":"2026-03-01T12:10:00Z","conditions":[{"bucket":"bucket"},["starts-with","$key","up/"],{"success_action_status":"201"},
		["content-length-range",2,10],["eq","$x-amz-meta-who","me"],{"x-amz-algorithm":"AWS4-HMAC-SHA256"},{"x-amz-credential":"k/20260301/us-east-1/s3/aws4_request"},{"x-amz-date":"20260301T120000Z"}]}`
	policy := base64.StdEncoding.EncodeToString([]byte(document))
	sc := scope{"k", "20260301", "us-east-1", "s3"}
	post := func(status int, words, key, who, file string, more ...string) {
		t.Helper()
		fields := append([]string{
			"key", key, "x-amz-meta-who", who, "success_action_status", "201", "policy", policy, "x-amz-algorithm", sigAlgorithm,
			"x-amz-credential", "k/20260301/us-east-1/s3/aws4_request", "x-amz-date", "20260301T120000Z", "x-amz-signature", sc.sign(DefaultSecret, policy),
		}, more...)
		body, contentType := form(fields, file)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost:4566/bucket", strings.NewReader(body))
		r.Header.Set("Content-Type", contentType)
		if w := b.serve(r); w.Code != status || !strings.Contains(w.Body.String(), words) {
			t.Errorf("%s: got %d %s\nwant %d …%s…", key, w.Code, w.Body, status, words)
		}
	}
	post(201, "<Key>up/photo.png</Key>", "up/${filename}", "me", "hello")
	b.want(200, "hello", "GET", "/bucket/up/photo.png", "")
	post(403, "Policy Condition failed", "down/x", "me", "hello")
	post(403, "Policy Condition failed", "up/x", "you", "hello")
	post(403, "Extra input fields: x-amz-meta-other", "up/x", "me", "hello", "x-amz-meta-other", "1")
	post(403, "SignatureDoesNotMatch", "up/x", "me", "hello", "x-amz-signature", "0")
	post(400, "EntityTooSmall", "up/x", "me", "x")
	post(400, "EntityTooLarge", "up/x", "me", "01234567890")
	b.want(404, "NoSuchKey", "GET", "/bucket/up/x", "")
	b.clock.Advance(10 * time.Minute)
	post(403, "Policy expired", "up/x", "me", "hello")
	if n := b.blobCount(); n != 1 {
		t.Errorf("%d blobs, want only the one upload's", n)
	}
}
