package emulator

import (
	"net/http"
	"strings"
	"testing"
)

// s3Requests is how each operation of S3 is asked.
var s3Requests = map[string]string{
	"ListBuckets":       "GET /",
	"CreateBucket":      "PUT /b",
	"HeadBucket":        "HEAD /b",
	"DeleteBucket":      "DELETE /b",
	"GetBucketLocation": "GET /b?location",

	"PutObject":           "PUT /b/k",
	"PostObject":          "POST /b",
	"GetObject":           "GET /b/k",
	"HeadObject":          "HEAD /b/k",
	"DeleteObject":        "DELETE /b/k",
	"DeleteObjects":       "POST /b?delete",
	"CopyObject":          "PUT /b/k copy",
	"ListObjects":         "GET /b",
	"ListObjectsV2":       "GET /b?list-type=2",
	"ListObjectVersions":  "GET /b?versions",
	"GetObjectAttributes": "GET /b/k?attributes",
	"GetObjectTagging":    "GET /b/k?tagging",
	"PutObjectTagging":    "PUT /b/k?tagging",
	"DeleteObjectTagging": "DELETE /b/k?tagging",

	"CreateMultipartUpload":   "POST /b/k?uploads",
	"UploadPart":              "PUT /b/k?uploadId=u&partNumber=1",
	"UploadPartCopy":          "PUT /b/k?uploadId=u&partNumber=1 copy",
	"CompleteMultipartUpload": "POST /b/k?uploadId=u",
	"AbortMultipartUpload":    "DELETE /b/k?uploadId=u",
	"ListParts":               "GET /b/k?uploadId=u",
	"ListMultipartUploads":    "GET /b?uploads",

	"GetBucketVersioning":                "GET /b?versioning",
	"PutBucketVersioning":                "PUT /b?versioning",
	"GetBucketTagging":                   "GET /b?tagging",
	"PutBucketTagging":                   "PUT /b?tagging",
	"DeleteBucketTagging":                "DELETE /b?tagging",
	"GetBucketCors":                      "GET /b?cors",
	"PutBucketCors":                      "PUT /b?cors",
	"DeleteBucketCors":                   "DELETE /b?cors",
	"PreflightObject":                    "OPTIONS /b/k",
	"GetBucketEncryption":                "GET /b?encryption",
	"PutBucketEncryption":                "PUT /b?encryption",
	"DeleteBucketEncryption":             "DELETE /b?encryption",
	"GetPublicAccessBlock":               "GET /b?publicAccessBlock",
	"PutPublicAccessBlock":               "PUT /b?publicAccessBlock",
	"DeletePublicAccessBlock":            "DELETE /b?publicAccessBlock",
	"GetBucketLifecycleConfiguration":    "GET /b?lifecycle",
	"PutBucketLifecycleConfiguration":    "PUT /b?lifecycle",
	"DeleteBucketLifecycle":              "DELETE /b?lifecycle",
	"GetBucketNotificationConfiguration": "GET /b?notification",
	"PutBucketNotificationConfiguration": "PUT /b?notification",
	"GetBucketOwnershipControls":         "GET /b?ownershipControls",
	"PutBucketOwnershipControls":         "PUT /b?ownershipControls",
	"DeleteBucketOwnershipControls":      "DELETE /b?ownershipControls",
}

// s3Request builds the request of an operation, nil for one that is missing
// above.
func s3Request(t *testing.T, aws *AWS, operation string) *http.Request {
	t.Helper()
	method, path, ok := strings.Cut(s3Requests[operation], " ")
	if !ok {
		t.Fatalf("s3Requests lacks %s", operation)
	}
	path, copies := strings.CutSuffix(path, " copy")
	r, err := http.NewRequest(method, aws.Endpoint()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", auth("s3"))
	if copies {
		r.Header.Set("X-Amz-Copy-Source", "/b/other")
	}
	return r
}

func TestFaultRulesKnowEveryOperationOfS3ByName(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	for _, name := range aws.s3.Operations() {
		if got := operation(aws.services[serviceS3], s3Request(t, aws, name)); got != name {
			t.Errorf("%s: got %q, want %s", s3Requests[name], got, name)
		}
	}
}
