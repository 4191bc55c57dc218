package s3

import (
	"slices"
	"strings"
)

// queryNames are the parameters in the query string that some operation here
// acts on, besides the subresources that name the operation.
var queryNames = []string{
	"attributes", "delete", "list-type", "location", "uploads", "versions", // name the operation
	"continuation-token", "delimiter", "encoding-type", "fetch-owner", "key-marker", "marker",
	"max-buckets", "max-keys", "max-parts", "max-uploads", "part-number-marker", "partNumber", "prefix",
	"start-after", "upload-id-marker", "uploadId", "version-id-marker", "versionId",
	"response-cache-control", "response-content-disposition", "response-content-encoding",
	"response-content-language", "response-content-type", "response-expires",
	"AWSAccessKeyId", "Signature", "Expires", // an old signature, refused where it is verified
}

// knownQuery tells parameters that are acted on. S3 itself passes over those
// that begin with "x-", which the SDK and people who read access logs use
// (User Guide, "Customizing access logs").
func knownQuery(name string) bool {
	if strings.HasPrefix(strings.ToLower(name), "x-") || slices.Contains(queryNames, name) {
		return true
	}
	for _, sub := range subresources {
		if sub.query == name {
			return true
		}
	}
	return false
}

// headerNames are the parameters in headers that are acted on, or change
// nothing here: who pays, and what signs the request.
var headerNames = []string{
	"X-Amz-Acl", "X-Amz-Bucket-Object-Lock-Enabled", "X-Amz-Content-Sha256", "X-Amz-Copy-Source", "X-Amz-Copy-Source-If-Match",
	"X-Amz-Copy-Source-If-Modified-Since", "X-Amz-Copy-Source-If-None-Match", "X-Amz-Copy-Source-If-Unmodified-Since",
	"X-Amz-Copy-Source-Range", "X-Amz-Date", "X-Amz-Decoded-Content-Length", "X-Amz-Expected-Bucket-Owner",
	"X-Amz-Metadata-Directive", "X-Amz-Mp-Object-Size", "X-Amz-Object-Attributes", "X-Amz-Object-Ownership",
	"X-Amz-Request-Payer", "X-Amz-Sdk-Checksum-Algorithm", "X-Amz-Security-Token", "X-Amz-Server-Side-Encryption",
	"X-Amz-Storage-Class", "X-Amz-Tagging", "X-Amz-Tagging-Directive", "X-Amz-Trailer", "X-Amz-User-Agent",
}

// knownHeader tells the X-Amz headers that are acted on; the case is canonical.
func knownHeader(name string) bool {
	return strings.HasPrefix(name, "X-Amz-Meta-") || strings.HasPrefix(name, "X-Amz-Checksum-") || slices.Contains(headerNames, name)
}
