package s3

import (
	"fmt"
	"net/http"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The catalogue of S3's refusals (API Reference, "Error responses").

func errWith(e *wire.Error, fields map[string]any) *wire.Error {
	e.Fields = fields
	return e
}

func errNoBucket(name string) *wire.Error {
	return errWith(wire.Errorf(404, "NoSuchBucket", "The specified bucket does not exist"), map[string]any{"BucketName": name})
}

func errNoKey(key string) *wire.Error {
	return errWith(wire.Errorf(404, "NoSuchKey", "The specified key does not exist."), map[string]any{"Key": key})
}

func errNoVersion(key, id string) *wire.Error {
	return errWith(wire.Errorf(404, "NoSuchVersion", "The specified version does not exist."), map[string]any{"Key": key, "VersionId": id})
}

func errNoUpload(id string) *wire.Error {
	return errWith(wire.Errorf(404, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed."), map[string]any{"UploadId": id})
}

func errBucketOwned(name string) *wire.Error {
	return errWith(wire.Errorf(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it."), map[string]any{"BucketName": name})
}

func errBucketName(name string) *wire.Error {
	return errWith(wire.Errorf(400, "InvalidBucketName", "The specified bucket is not valid."), map[string]any{"BucketName": name})
}

func errNotEmpty(name string) *wire.Error {
	return errWith(wire.Errorf(409, "BucketNotEmpty", "The bucket you tried to delete is not empty"), map[string]any{"BucketName": name})
}

func errPrecondition(condition string) *wire.Error {
	return errWith(wire.Errorf(http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold"), map[string]any{"Condition": condition})
}

func errNotModified() *wire.Error {
	return wire.Errorf(http.StatusNotModified, "NotModified", "Not Modified")
}

func errRange(asked string, size int64) *wire.Error {
	return errWith(wire.Errorf(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable"),
		map[string]any{"RangeRequested": asked, "ActualObjectSize": size})
}

func errArgument(name, value, format string, args ...any) *wire.Error {
	return errWith(wire.Errorf(400, "InvalidArgument", format, args...), map[string]any{"ArgumentName": name, "ArgumentValue": value})
}

func errRequest(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidRequest", format, args...)
}

func errXML() *wire.Error {
	return wire.Errorf(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

func errBadDigest(what string) *wire.Error {
	return wire.Errorf(400, "BadDigest", "The %s you specified did not match the calculated checksum.", what)
}

func errIncomplete() *wire.Error {
	return wire.Errorf(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")
}

func errDenied(message string) *wire.Error { return wire.Errorf(403, "AccessDenied", "%s", message) }

func errExpired(expires, now time.Time, seconds int) *wire.Error {
	return errWith(errDenied("Request has expired"), map[string]any{
		"X-Amz-Expires": seconds, "Expires": expires.Format(time.RFC3339), "ServerTime": now.Format(time.RFC3339),
	})
}

func errSignature(stringToSign string) *wire.Error {
	return errWith(wire.Errorf(403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method."),
		map[string]any{"StringToSign": stringToSign})
}

func errSignatureQuery(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "AuthorizationQueryParametersError", format, args...)
}

// errUnbuilt refuses in words what AWS has and this package has not.
func errUnbuilt(what string) *wire.Error {
	return wire.Errorf(http.StatusNotImplemented, "NotImplemented", "Cumin's embedded AWS does not support %s.", what)
}

func errMissingSetting(code, bucket string, format string) *wire.Error {
	return errWith(wire.Errorf(404, code, "%s", format), map[string]any{"BucketName": bucket})
}

func errMethod(method string) *wire.Error {
	return errWith(wire.Errorf(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource."), map[string]any{"Method": method})
}

func errPart(number int, reason string) *wire.Error {
	return errWith(wire.Errorf(400, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag."),
		map[string]any{"PartNumber": number, "Detail": reason})
}

func errPartTooSmall(number int, size int64) *wire.Error {
	return errWith(wire.Errorf(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size"),
		map[string]any{"PartNumber": number, "ProposedSize": size, "MinSizeAllowed": minPartBytes})
}

func errTooLarge(size int64) *wire.Error {
	return errWith(wire.Errorf(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"),
		map[string]any{"ProposedSize": size, "MaxSizeAllowed": int64(maxObjectBytes)})
}

func errMetadata(size int) *wire.Error {
	return errWith(wire.Errorf(400, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size"),
		map[string]any{"Size": size, "MaxSizeAllowed": maxMetadataBytes})
}

func errTag(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "InvalidTag", "%s", fmt.Sprintf(format, args...))
}
