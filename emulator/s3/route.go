package s3

import (
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// operation answers one request; an error it returns becomes the answer, so it
// must not have written one.
type operation func(*call) error

// call is one request and what it addresses.
type call struct {
	w         http.ResponseWriter
	r         *http.Request
	now       time.Time
	bucket    string // empty: the service
	key       string // empty: the bucket
	query     url.Values
	operation string // AWS's name for it
}

func newCall(w http.ResponseWriter, r *http.Request, now time.Time) *call {
	c := &call{w: w, r: r, now: now, query: r.URL.Query()}
	path := strings.TrimPrefix(r.URL.Path, "/")
	if c.bucket = hostBucket(r.Host); c.bucket != "" {
		c.key = path
		return c
	}
	c.bucket, c.key, _ = strings.Cut(path, "/")
	return c
}

// hostBucket is the bucket of a virtual-host style request: what stands before
// ".s3." or ".s3-", or before ".localhost".
func hostBucket(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	for _, mark := range []string{".s3.", ".s3-"} {
		if name, _, ok := strings.Cut(host, mark); ok {
			return name
		}
	}
	name, ok := strings.CutSuffix(host, ".localhost")
	if !ok || name == "s3" {
		return ""
	}
	return name
}

// table is the operations, by AWS's names; docs/support.md is printed from it.
func (s *Service) table() map[string]operation {
	return map[string]operation{
		"ListBuckets":       s.listBuckets,
		"CreateBucket":      s.createBucket,
		"HeadBucket":        s.headBucket,
		"DeleteBucket":      s.deleteBucket,
		"GetBucketLocation": s.getBucketLocation,

		"PutObject":           s.putObject,
		"PostObject":          s.postObject,
		"GetObject":           s.getObject,
		"HeadObject":          s.getObject,
		"DeleteObject":        s.deleteObject,
		"DeleteObjects":       s.deleteObjects,
		"CopyObject":          s.copyObject,
		"ListObjects":         s.listObjects,
		"ListObjectsV2":       s.listObjectsV2,
		"ListObjectVersions":  s.listObjectVersions,
		"GetObjectAttributes": s.getObjectAttributes,
		"GetObjectTagging":    s.getObjectTagging,
		"PutObjectTagging":    s.putObjectTagging,
		"DeleteObjectTagging": s.deleteObjectTagging,

		"CreateMultipartUpload":   s.createMultipartUpload,
		"UploadPart":              s.uploadPart,
		"UploadPartCopy":          s.uploadPartCopy,
		"CompleteMultipartUpload": s.completeMultipartUpload,
		"AbortMultipartUpload":    s.abortMultipartUpload,
		"ListParts":               s.listParts,
		"ListMultipartUploads":    s.listMultipartUploads,

		"GetBucketVersioning":                s.getVersioning,
		"PutBucketVersioning":                s.putVersioning,
		"GetBucketTagging":                   s.getBucketTagging,
		"PutBucketTagging":                   s.putBucketTagging,
		"DeleteBucketTagging":                s.deleteBucketTagging,
		"GetBucketCors":                      s.getCORS,
		"PutBucketCors":                      s.putCORS,
		"DeleteBucketCors":                   s.deleteCORS,
		"PreflightObject":                    s.preflight,
		"GetBucketEncryption":                s.getEncryption,
		"PutBucketEncryption":                s.putEncryption,
		"DeleteBucketEncryption":             s.deleteEncryption,
		"GetPublicAccessBlock":               s.getPublicAccessBlock,
		"PutPublicAccessBlock":               s.putPublicAccessBlock,
		"DeletePublicAccessBlock":            s.deletePublicAccessBlock,
		"GetBucketLifecycleConfiguration":    s.getLifecycle,
		"PutBucketLifecycleConfiguration":    s.putLifecycle,
		"DeleteBucketLifecycle":              s.deleteLifecycle,
		"GetBucketNotificationConfiguration": s.getNotification,
		"PutBucketNotificationConfiguration": s.putNotification,
		"GetBucketOwnershipControls":         s.getOwnership,
		"PutBucketOwnershipControls":         s.putOwnership,
		"DeleteBucketOwnershipControls":      s.deleteOwnership,
	}
}

// Operations returns the names of the supported operations, for the support
// matrix. PreflightObject, which browsers ask, has no name at AWS.
func (s *Service) Operations() []string { return slices.Sorted(maps.Keys(s.ops)) }

// Operation is AWS's name of what a request asks, for fault rules.
func (s *Service) Operation(r *http.Request) string { return newCall(nil, r, time.Time{}).name() }

// subresources of a bucket or object that are operations of their own, with
// the noun of AWS's name for them.
var subresources = []struct{ query, bucket, object string }{
	{"tagging", "BucketTagging", "ObjectTagging"},
	{"acl", "BucketAcl", "ObjectAcl"},
	{"retention", "", "ObjectRetention"},
	{"legal-hold", "", "ObjectLegalHold"},
	{"torrent", "", "ObjectTorrent"},
	{"versioning", "BucketVersioning", ""},
	{"cors", "BucketCors", ""},
	{"encryption", "BucketEncryption", ""},
	{"publicAccessBlock", "PublicAccessBlock", ""},
	{"lifecycle", "BucketLifecycleConfiguration", ""},
	{"ownershipControls", "BucketOwnershipControls", ""},
	{"notification", "BucketNotificationConfiguration", ""},
	{"policy", "BucketPolicy", ""},
	{"policyStatus", "BucketPolicyStatus", ""},
	{"website", "BucketWebsite", ""},
	{"replication", "BucketReplication", ""},
	{"logging", "BucketLogging", ""},
	{"accelerate", "BucketAccelerateConfiguration", ""},
	{"requestPayment", "BucketRequestPayment", ""},
	{"object-lock", "ObjectLockConfiguration", ""},
	{"analytics", "BucketAnalyticsConfiguration", ""},
	{"inventory", "BucketInventoryConfiguration", ""},
	{"metrics", "BucketMetricsConfiguration", ""},
	{"intelligent-tiering", "BucketIntelligentTieringConfiguration", ""},
}

// name is the operation the request means.
func (c *call) name() string {
	if c.r.Method == http.MethodOptions {
		return "PreflightObject"
	}
	switch {
	case c.bucket == "":
		return c.pick(map[string]string{"GET": "ListBuckets"})
	case c.key == "":
		return c.bucketOperation()
	}
	return c.objectOperation()
}

func (c *call) pick(byMethod map[string]string) string {
	if name, ok := byMethod[c.r.Method]; ok {
		return name
	}
	return c.r.Method + " on this resource"
}

func (c *call) bucketOperation() string {
	for _, sub := range subresources {
		if c.query.Has(sub.query) && sub.bucket != "" {
			return c.settingOperation(sub.bucket)
		}
	}
	switch {
	case c.query.Has("location"):
		return c.pick(map[string]string{"GET": "GetBucketLocation"})
	case c.query.Has("uploads"):
		return c.pick(map[string]string{"GET": "ListMultipartUploads"})
	case c.query.Has("versions"):
		return c.pick(map[string]string{"GET": "ListObjectVersions"})
	case c.query.Has("delete"):
		return c.pick(map[string]string{"POST": "DeleteObjects"})
	case c.query.Get("list-type") == "2":
		return c.pick(map[string]string{"GET": "ListObjectsV2"})
	case c.query.Has("session"):
		return "CreateSession"
	}
	return c.pick(map[string]string{"GET": "ListObjects", "PUT": "CreateBucket", "HEAD": "HeadBucket", "DELETE": "DeleteBucket", "POST": "PostObject"})
}

func (c *call) settingOperation(noun string) string {
	if c.r.Method == http.MethodDelete && noun == "BucketLifecycleConfiguration" {
		noun = "BucketLifecycle"
	}
	return c.pick(map[string]string{"GET": "Get" + noun, "PUT": "Put" + noun, "DELETE": "Delete" + noun})
}

func (c *call) objectOperation() string {
	for _, sub := range subresources {
		if c.query.Has(sub.query) && sub.object != "" {
			return c.settingOperation(sub.object)
		}
	}
	copies := c.r.Header.Get("X-Amz-Copy-Source") != ""
	switch {
	case c.query.Has("uploads"):
		return c.pick(map[string]string{"POST": "CreateMultipartUpload"})
	case c.query.Has("uploadId") && c.query.Has("partNumber") && copies:
		return c.pick(map[string]string{"PUT": "UploadPartCopy"})
	case c.query.Has("uploadId"):
		return c.pick(map[string]string{"PUT": "UploadPart", "POST": "CompleteMultipartUpload", "DELETE": "AbortMultipartUpload", "GET": "ListParts"})
	case c.query.Has("attributes"):
		return c.pick(map[string]string{"GET": "GetObjectAttributes"})
	case c.query.Has("restore"):
		return "RestoreObject"
	case c.query.Has("select"):
		return "SelectObjectContent"
	case copies:
		return c.pick(map[string]string{"PUT": "CopyObject"})
	}
	return c.pick(map[string]string{"GET": "GetObject", "PUT": "PutObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"})
}

// refuseUnbuilt refuses parameters that would change what is done and are not
// built: silence would look like success.
func (c *call) refuseUnbuilt() error {
	h := c.r.Header
	for name := range h {
		switch {
		case strings.HasPrefix(name, "X-Amz-Server-Side-Encryption-Customer-"), strings.HasPrefix(name, "X-Amz-Copy-Source-Server-Side-Encryption-Customer-"):
			return errUnbuilt("customer-provided encryption keys")
		case strings.HasPrefix(name, "X-Amz-Object-Lock-"), name == "X-Amz-Bucket-Object-Lock-Enabled" && h.Get(name) == "true":
			return errUnbuilt("object lock")
		case strings.HasPrefix(name, "X-Amz-Grant-"):
			return errACL()
		case name == "X-Amz-Website-Redirect-Location":
			return errUnbuilt("website redirects")
		case strings.HasPrefix(name, "X-Amz-Checksum-") && !knownChecksum(name):
			return errUnbuilt("the checksum " + name)
		case name == "X-Amz-Write-Offset-Bytes":
			return errUnbuilt("appending to an object")
		case strings.HasPrefix(name, "X-Amz-") && !knownHeader(name):
			return errUnbuilt("the parameter " + strings.ToLower(name))
		}
	}
	for name := range c.query {
		if !knownQuery(name) {
			return errUnbuilt("the parameter " + name)
		}
	}
	if with := h.Get("X-Amz-Server-Side-Encryption"); with != "" && with != "AES256" {
		return errUnbuilt("server-side encryption with " + with)
	}
	if acl := h.Get("X-Amz-Acl"); acl != "" && acl != "private" && acl != "bucket-owner-full-control" {
		return errACL()
	}
	if class := h.Get("X-Amz-Storage-Class"); class != "" && class != "STANDARD" {
		return errUnbuilt("the storage class " + class)
	}
	if owner := h.Get("X-Amz-Expected-Bucket-Owner"); owner != "" && owner != wire.IdentityFrom(c.r.Context()).Account {
		return errDenied("Access Denied")
	}
	return nil
}

func errACL() error {
	return wire.Errorf(400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
}

func knownChecksum(header string) bool {
	switch header {
	case "X-Amz-Checksum-Algorithm", "X-Amz-Checksum-Type", "X-Amz-Checksum-Mode":
		return true
	}
	return slices.ContainsFunc(algorithms, func(a string) bool { return checksumHeader(a) == header })
}
