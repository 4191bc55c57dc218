package s3

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// actionOf is the permissions of operations that are not s3:OPERATION (Service
// Authorization Reference, "Actions, resources, and condition keys for Amazon
// S3"). Removing a setting takes the permission to set it.
var actionOf = map[string]string{
	"ListBuckets":          "s3:ListAllMyBuckets",
	"HeadBucket":           "s3:ListBucket",
	"ListObjects":          "s3:ListBucket",
	"ListObjectsV2":        "s3:ListBucket",
	"ListObjectVersions":   "s3:ListBucketVersions",
	"ListMultipartUploads": "s3:ListBucketMultipartUploads",
	"ListParts":            "s3:ListMultipartUploadParts",

	"PostObject":              "s3:PutObject",
	"HeadObject":              "s3:GetObject",
	"CopyObject":              "s3:PutObject",
	"CreateMultipartUpload":   "s3:PutObject",
	"UploadPart":              "s3:PutObject",
	"UploadPartCopy":          "s3:PutObject",
	"CompleteMultipartUpload": "s3:PutObject",

	"GetBucketCors":                      "s3:GetBucketCORS",
	"PutBucketCors":                      "s3:PutBucketCORS",
	"DeleteBucketCors":                   "s3:PutBucketCORS",
	"DeleteBucketTagging":                "s3:PutBucketTagging",
	"GetBucketEncryption":                "s3:GetEncryptionConfiguration",
	"PutBucketEncryption":                "s3:PutEncryptionConfiguration",
	"DeleteBucketEncryption":             "s3:PutEncryptionConfiguration",
	"GetPublicAccessBlock":               "s3:GetBucketPublicAccessBlock",
	"PutPublicAccessBlock":               "s3:PutBucketPublicAccessBlock",
	"DeletePublicAccessBlock":            "s3:PutBucketPublicAccessBlock",
	"GetBucketLifecycleConfiguration":    "s3:GetLifecycleConfiguration",
	"PutBucketLifecycleConfiguration":    "s3:PutLifecycleConfiguration",
	"DeleteBucketLifecycle":              "s3:PutLifecycleConfiguration",
	"GetBucketNotificationConfiguration": "s3:GetBucketNotification",
	"PutBucketNotificationConfiguration": "s3:PutBucketNotification",
	"DeleteBucketOwnershipControls":      "s3:PutBucketOwnershipControls",
}

// versioned are the permissions that have a sister for one version, by the
// sister's name.
var versioned = map[string]string{
	"s3:GetObject":           "s3:GetObjectVersion",
	"s3:GetObjectAttributes": "s3:GetObjectVersionAttributes",
	"s3:DeleteObject":        "s3:DeleteObjectVersion",
	"s3:GetObjectTagging":    "s3:GetObjectVersionTagging",
	"s3:PutObjectTagging":    "s3:PutObjectVersionTagging",
	"s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
}

// Needs says which permissions a request wants of its caller; none for a
// preflight and for an operation there is not. Its error is the answer to a
// body that is malformed. A browser's POST form is another's request: who
// signed it is in its body, and is not asked.
func (s *Service) Needs(r *http.Request) ([]wire.Need, error) {
	c := newCall(nil, r, s.clock.Now())
	operation := c.name()
	if _, known := s.ops[operation]; !known || operation == "PreflightObject" {
		return nil, nil
	}
	if operation == "DeleteObjects" {
		return deleteNeeds(c)
	}
	action := actionOf[operation]
	if action == "" {
		action = "s3:" + operation
	}
	needs := []wire.Need{need(action, c.bucket, c.key, c.query.Get("versionId"))}
	switch operation {
	case "ListBuckets":
		needs[0].Resource = "*"
	case "GetObject", "HeadObject":
		if s.missing(c.bucket, c.key) {
			// Who may not list is not told that there is nothing.
			needs = append(needs, need("s3:ListBucket", c.bucket, "", ""))
		}
	case "GetObjectAttributes":
		needs = append(needs, need("s3:GetObject", c.bucket, c.key, c.query.Get("versionId")))
	case "CopyObject", "UploadPartCopy":
		needs = append(needs, sourceNeed(r.Header.Get("X-Amz-Copy-Source")))
	}
	if r.Header.Get("X-Amz-Tagging") != "" {
		needs = append(needs, need("s3:PutObjectTagging", c.bucket, c.key, ""))
	}
	return needs, nil
}

// need is a permission on a bucket, an object of it, or one version.
func need(action, bucket, key, version string) wire.Need {
	resource := "arn:aws:s3:::" + bucket
	if key != "" {
		resource += "/" + key
	}
	if sister, ok := versioned[action]; ok && version != "" {
		action = sister
	}
	return wire.Need{Action: action, Resource: resource}
}

// sourceNeed is what reading a copy's source takes; see copySource.
func sourceNeed(source string) wire.Need {
	path, query, _ := strings.Cut(source, "?")
	if plain, err := url.PathUnescape(path); err == nil { // else the operation refuses it
		path = plain
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return need("s3:GetObject", bucket, key, strings.TrimPrefix(query, "versionId="))
}

// deleteNeeds is one permission for each object of the list. AWS refuses the
// single object, this package the whole request.
func deleteNeeds(c *call) ([]wire.Need, error) {
	body, err := wire.PeekBody(c.r, 2*maxDocument) // it may come in chunks, which have heads
	if err != nil {
		return nil, err
	}
	peeked := *c.r
	peeked.Body = io.NopCloser(bytes.NewReader(body))
	var in struct {
		Objects []struct{ Key, VersionId string } `xml:"Object"`
	}
	if err := decode(&peeked, &in); err != nil {
		return nil, err
	}
	var needs []wire.Need
	for _, o := range in.Objects {
		needs = append(needs, need("s3:DeleteObject", c.bucket, o.Key, o.VersionId))
	}
	return needs, nil
}

// missing reports whether the bucket is there and the key is not.
func (s *Service) missing(bucketName, key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.buckets[bucketName]
	if !ok {
		return false
	}
	o, ok := b.objects.Get(key)
	return !ok || o.current().Marker
}

// Denied is the answer to a caller who lacks a permission; words puts the
// refusal into a sentence. S3 quotes the resource.
func (s *Service) Denied(n wire.Need, words func(action, resource string) string) error {
	return errDenied(words(n.Action, `"`+n.Resource+`"`))
}

// Refuse answers a request with an error before any operation runs.
func (s *Service) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.fail(s.begin(w, r), err)
}
