package conformance

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/emulator"
	"github.com/anikeshk/cumin/emulator/clock"
	embedded "github.com/anikeshk/cumin/emulator/s3"
)

// endpoint is where the tests of queues and objects go: AWS_ENDPOINT_URL when
// it is set, else an embedded AWS of the test's own.
func endpoint(t *testing.T) string {
	t.Helper()
	if url := os.Getenv("AWS_ENDPOINT_URL"); url != "" {
		return url
	}
	return emulator.Start(t).Endpoint()
}

// newS3 is a client, and a bucket that is emptied and removed with the test.
func newS3(t *testing.T, options ...func(*s3.Options)) (*s3.Client, *string) {
	t.Helper()
	cfg := config(t)
	cfg.BaseEndpoint = aws.String(endpoint(t))
	if os.Getenv("AWS_SECRET_ACCESS_KEY") == "" { // signed URLs are verified
		cfg.Credentials = credentials.NewStaticCredentialsProvider("test", embedded.DefaultSecret, "")
	}
	cfg.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenSupported
	cfg.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenSupported
	client := s3.NewFromConfig(cfg, append([]func(*s3.Options){func(o *s3.Options) { o.UsePathStyle = true }}, options...)...)
	bucket := aws.String("conformance-" + strings.ToLower(rand.Text()))
	_, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket: bucket, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(cfg.Region)},
	})
	require.NoError(t, err)
	t.Cleanup(func() { removeBucket(t, client, bucket) })
	return client, bucket
}

func removeBucket(t *testing.T, client *s3.Client, bucket *string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	list, err := client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: bucket})
	require.NoError(t, err)
	for _, v := range list.Versions {
		_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: v.Key, VersionId: v.VersionId})
		require.NoError(t, err)
	}
	for _, v := range list.DeleteMarkers {
		_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: v.Key, VersionId: v.VersionId})
		require.NoError(t, err)
	}
	_, err = client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket})
	require.NoError(t, err)
}

func requireCode(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	require.ErrorAs(t, err, &api)
	require.Equal(t, code, api.ErrorCode(), "%v", err)
}

func put(t *testing.T, client *s3.Client, bucket *string, key, body string) {
	t.Helper()
	_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: &key, Body: strings.NewReader(body)})
	require.NoError(t, err)
}

func body(t *testing.T, out *s3.GetObjectOutput, err error) string {
	t.Helper()
	require.NoError(t, err)
	defer out.Body.Close()
	b, err := io.ReadAll(out.Body)
	require.NoError(t, err)
	return string(b)
}

func TestS3AnObjectComesBackAsItWasPut(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	ctx := t.Context()
	for _, key := range []string{"plain", "a/b c/ü+%?&#=.txt", "//double//slash", "../up"} {
		put, err := client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: bucket, Key: &key, Body: strings.NewReader("hello"), ContentType: aws.String("text/plain"),
			CacheControl: aws.String("no-store"), Metadata: map[string]string{"who": "me"}, Tagging: aws.String("k=v&x=y"),
		})
		require.NoError(t, err, key)
		require.Equal(t, `"5d41402abc4b2a76b9719d911017c592"`, *put.ETag)
		got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled})
		require.Equal(t, "hello", body(t, got, err), key)
		require.Equal(t, "text/plain", *got.ContentType)
		require.Equal(t, "no-store", *got.CacheControl)
		require.Equal(t, map[string]string{"who": "me"}, got.Metadata)
		require.Equal(t, int32(2), *got.TagCount)
		require.Equal(t, *put.ChecksumCRC32, *got.ChecksumCRC32)
		head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: &key})
		require.NoError(t, err)
		require.Equal(t, int64(5), *head.ContentLength)
	}
	_, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("none")})
	requireCode(t, err, "NoSuchKey")
	_, err = client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("none")})
	requireCode(t, err, "NotFound")
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("no-such-bucket-here"), Key: aws.String("k")})
	requireCode(t, err, "NoSuchBucket")
	_, err = client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket})
	requireCode(t, err, "BucketNotEmpty")
}

func TestS3EveryChecksumTheSDKKnows(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	content := make([]byte, 300_000)
	_, err := rand.Read(content)
	require.NoError(t, err)
	for _, algorithm := range []types.ChecksumAlgorithm{
		types.ChecksumAlgorithmCrc32, types.ChecksumAlgorithmCrc32c, types.ChecksumAlgorithmCrc64nvme,
		types.ChecksumAlgorithmSha1, types.ChecksumAlgorithmSha256, types.ChecksumAlgorithmSha512,
	} {
		t.Run(string(algorithm), func(t *testing.T) {
			key := aws.String("k-" + string(algorithm))
			_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: key, ChecksumAlgorithm: algorithm, Body: bytes.NewReader(content)})
			require.NoError(t, err)
			got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: key, ChecksumMode: types.ChecksumModeEnabled})
			require.Equal(t, string(content), body(t, got, err))
		})
	}
	_, err = client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: bucket, Key: aws.String("wrong"), Body: strings.NewReader("x"), ChecksumCRC32: aws.String("AAAAAA=="),
	})
	requireCode(t, err, "BadDigest")
}

func TestS3Ranges(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	put(t, client, bucket, "k", "0123456789")
	for asked, want := range map[string]string{"bytes=2-4": "234", "bytes=7-": "789", "bytes=-3": "789", "bytes=8-100": "89", "bytes=-100": "0123456789", "bytes=5-2": "0123456789"} {
		got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: aws.String("k"), Range: &asked})
		require.Equal(t, want, body(t, got, err), asked)
		if asked == "bytes=2-4" {
			require.Equal(t, "bytes 2-4/10", *got.ContentRange)
		}
	}
	_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: aws.String("k"), Range: aws.String("bytes=10-")})
	requireCode(t, err, "InvalidRange")
}

func TestS3Conditions(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	ctx, key := t.Context(), aws.String("k")
	write := func(none, match *string) error {
		_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("x"), IfNoneMatch: none, IfMatch: match})
		return err
	}
	requireCode(t, write(nil, aws.String(`"x"`)), "NoSuchKey")
	require.NoError(t, write(aws.String("*"), nil))
	requireCode(t, write(aws.String("*"), nil), "PreconditionFailed")
	requireCode(t, write(nil, aws.String(`"other"`)), "PreconditionFailed")
	head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key})
	require.NoError(t, err)
	require.NoError(t, write(nil, head.ETag))
	head, err = client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key}) // the write may be of a later second
	require.NoError(t, err)

	read := func(in s3.GetObjectInput) error {
		in.Bucket, in.Key = bucket, key
		_, err := client.GetObject(ctx, &in)
		return err
	}
	earlier := aws.Time(time.Now().Add(-time.Hour))
	require.NoError(t, read(s3.GetObjectInput{IfMatch: head.ETag, IfModifiedSince: earlier}))
	requireCode(t, read(s3.GetObjectInput{IfMatch: aws.String(`"other"`)}), "PreconditionFailed")
	requireCode(t, read(s3.GetObjectInput{IfNoneMatch: head.ETag}), "NotModified")
	require.EventuallyWithT(t, func(c *assert.CollectT) { // a date in the future counts as none, and this second's is one
		var e smithy.APIError
		require.ErrorAs(c, read(s3.GetObjectInput{IfModifiedSince: head.LastModified}), &e)
		require.Equal(c, "NotModified", e.ErrorCode())
	}, 10*time.Second, 100*time.Millisecond)
	requireCode(t, read(s3.GetObjectInput{IfUnmodifiedSince: earlier}), "PreconditionFailed")
}

func TestS3AMultipartUpload(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	ctx, key := t.Context(), aws.String("big")
	big, small := bytes.Repeat([]byte("a"), 5<<20), []byte("the end")
	for _, algorithm := range []types.ChecksumAlgorithm{types.ChecksumAlgorithmCrc32, types.ChecksumAlgorithmSha256, types.ChecksumAlgorithmCrc64nvme} {
		created, err := client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ContentType: aws.String("text/csv"), ChecksumAlgorithm: algorithm})
		require.NoError(t, err)
		var parts []types.CompletedPart
		for i, content := range [][]byte{big, small} {
			out, err := client.UploadPart(ctx, &s3.UploadPartInput{
				Bucket: bucket, Key: key, UploadId: created.UploadId, PartNumber: aws.Int32(int32(i + 1)), Body: bytes.NewReader(content), ChecksumAlgorithm: algorithm,
			})
			require.NoError(t, err)
			parts = append(parts, types.CompletedPart{
				PartNumber: aws.Int32(int32(i + 1)), ETag: out.ETag, ChecksumCRC32: out.ChecksumCRC32, ChecksumSHA256: out.ChecksumSHA256, ChecksumCRC64NVME: out.ChecksumCRC64NVME,
			})
		}
		listed, err := client.ListParts(ctx, &s3.ListPartsInput{Bucket: bucket, Key: key, UploadId: created.UploadId})
		require.NoError(t, err)
		require.Len(t, listed.Parts, 2)
		uploads, err := client.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: bucket})
		require.NoError(t, err)
		require.Len(t, uploads.Uploads, 1)
		done, err := client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
			Bucket: bucket, Key: key, UploadId: created.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
		})
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(*done.ETag, `-2"`), *done.ETag)
		got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, ChecksumMode: types.ChecksumModeEnabled})
		require.Equal(t, string(big)+string(small), body(t, got, err))
		require.Equal(t, "text/csv", *got.ContentType)
		got, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, Range: aws.String("bytes=5242878-5242882")})
		require.Equal(t, "aathe", body(t, got, err))
		got, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, PartNumber: aws.Int32(2)})
		require.Equal(t, "the end", body(t, got, err))
		require.Equal(t, int32(2), *got.PartsCount)
	}
}

func TestS3AMultipartUploadIsRefused(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	ctx, key := t.Context(), aws.String("big")
	created, err := client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme})
	require.NoError(t, err)
	etags := map[int32]*string{}
	for _, n := range []int32{1, 2} {
		out, err := client.UploadPart(ctx, &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: created.UploadId, PartNumber: &n, Body: strings.NewReader("small"), ChecksumAlgorithm: types.ChecksumAlgorithmCrc64nvme})
		require.NoError(t, err)
		etags[n] = out.ETag
	}
	complete := func(none *string, parts ...types.CompletedPart) error {
		_, err := client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
			Bucket: bucket, Key: key, UploadId: created.UploadId, IfNoneMatch: none, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
		})
		return err
	}
	one := types.CompletedPart{PartNumber: aws.Int32(1), ETag: etags[1]}
	two := types.CompletedPart{PartNumber: aws.Int32(2), ETag: etags[2]}
	requireCode(t, complete(nil, one, two), "EntityTooSmall")
	requireCode(t, complete(nil, two, one), "InvalidPartOrder")
	requireCode(t, complete(nil, types.CompletedPart{PartNumber: aws.Int32(3), ETag: etags[1]}), "InvalidPart")
	requireCode(t, complete(nil, types.CompletedPart{PartNumber: aws.Int32(1), ETag: aws.String(`"0"`)}), "InvalidPart")
	put(t, client, bucket, "big", "already here")
	requireCode(t, complete(aws.String("*"), one), "PreconditionFailed")
	_, err = client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: created.UploadId})
	require.NoError(t, err)
	requireCode(t, complete(nil, one), "NoSuchUpload")
}

func TestS3Listing(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "a page cannot go on after a key that is not ASCII")
	client, bucket := newS3(t)
	for _, key := range []string{"a", "b/1", "b/2", "b/c/3", "c", "d/1", "é"} {
		put(t, client, bucket, key, "x")
	}
	list := func(in s3.ListObjectsV2Input) (got []string) {
		in.Bucket = bucket
		pages := s3.NewListObjectsV2Paginator(client, &in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			require.NoError(t, err)
			for _, o := range page.Contents {
				got = append(got, *o.Key)
			}
			for _, p := range page.CommonPrefixes {
				got = append(got, *p.Prefix)
			}
		}
		slices.Sort(got)
		return got
	}
	for limit := int32(1); limit <= 8; limit++ {
		require.Equal(t, []string{"a", "b/1", "b/2", "b/c/3", "c", "d/1", "é"}, list(s3.ListObjectsV2Input{MaxKeys: &limit}), "pages of %d", limit)
		require.Equal(t, []string{"a", "b/", "c", "d/", "é"}, list(s3.ListObjectsV2Input{MaxKeys: &limit, Delimiter: aws.String("/")}), "pages of %d", limit)
		require.Equal(t, []string{"b/1", "b/2", "b/c/"}, list(s3.ListObjectsV2Input{MaxKeys: &limit, Delimiter: aws.String("/"), Prefix: aws.String("b/")}), "pages of %d", limit)
		require.Equal(t, []string{"c", "d/1", "é"}, list(s3.ListObjectsV2Input{MaxKeys: &limit, StartAfter: aws.String("b/c/3")}), "pages of %d", limit)
	}
	v1, err := client.ListObjects(t.Context(), &s3.ListObjectsInput{Bucket: bucket, Delimiter: aws.String("/"), MaxKeys: aws.Int32(2)})
	require.NoError(t, err)
	require.Equal(t, "b/", *v1.NextMarker)
	deleted, err := client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: aws.String("a")}, {Key: aws.String("none")}}}})
	require.NoError(t, err)
	require.Len(t, deleted.Deleted, 2)
	require.Equal(t, []string{"b/1", "b/2", "b/c/3", "c", "d/1", "é"}, list(s3.ListObjectsV2Input{}))
}

func TestS3Copy(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	ctx := t.Context()
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("from ü"), Body: strings.NewReader("hello"), Metadata: map[string]string{"a": "1"}, ContentType: aws.String("text/x")})
	require.NoError(t, err)
	source := aws.String(*bucket + "/from%20%C3%BC")
	out, err := client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("to"), CopySource: source})
	require.NoError(t, err)
	require.Equal(t, `"5d41402abc4b2a76b9719d911017c592"`, *out.CopyObjectResult.ETag)
	got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("to")})
	require.Equal(t, "hello", body(t, got, err))
	require.Equal(t, map[string]string{"a": "1"}, got.Metadata)
	_, err = client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("to"), CopySource: source, MetadataDirective: types.MetadataDirectiveReplace, Metadata: map[string]string{"b": "2"}})
	require.NoError(t, err)
	head, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("to")})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"b": "2"}, head.Metadata)
	_, err = client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("from ü"), CopySource: source})
	requireCode(t, err, "InvalidRequest")
	_, err = client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("to"), CopySource: source, CopySourceIfNoneMatch: out.CopyObjectResult.ETag})
	requireCode(t, err, "PreconditionFailed")
}

func TestS3Versions(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	ctx, key := t.Context(), aws.String("k")
	put(t, client, bucket, "k", "before")
	_, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: bucket, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}})
	require.NoError(t, err)
	second, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("second")})
	require.NoError(t, err)
	gone, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: key})
	require.NoError(t, err)
	require.True(t, *gone.DeleteMarker)
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})
	requireCode(t, err, "NoSuchKey")
	got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, VersionId: second.VersionId})
	require.Equal(t, "second", body(t, got, err))
	got, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key, VersionId: aws.String("null")})
	require.Equal(t, "before", body(t, got, err))
	list, err := client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: bucket})
	require.NoError(t, err)
	require.Len(t, list.Versions, 2)
	require.Len(t, list.DeleteMarkers, 1)
	require.True(t, *list.DeleteMarkers[0].IsLatest)
	require.Equal(t, *second.VersionId, *list.Versions[0].VersionId)
	_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: key, VersionId: gone.VersionId})
	require.NoError(t, err)
	got, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})
	require.Equal(t, "second", body(t, got, err))
}

func TestS3ASignedURLWorksUntilItIsChanged(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "anybody may read any object")
	client, bucket := newS3(t)
	ctx, key := t.Context(), aws.String("exports/u 1/ü+x.csv")
	signer := s3.NewPresignClient(client)
	up, err := signer.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key, ContentType: aws.String("text/csv")}, s3.WithPresignExpires(time.Minute))
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(ctx, up.Method, up.URL, strings.NewReader("a,b"))
	require.NoError(t, err)
	for name, values := range up.SignedHeader {
		if name != "Host" && name != "Content-Length" {
			r.Header[name] = values
		}
	}
	requireStatus(t, r, http.StatusOK, "")
	down, err := signer.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: bucket, Key: key, ResponseContentDisposition: aws.String(`attachment; filename="tasks.csv"`), ResponseContentType: aws.String("text/plain"),
	}, s3.WithPresignExpires(5*time.Minute))
	require.NoError(t, err)
	get := func(url string, status int, words string) http.Header {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		require.NoError(t, err)
		return requireStatus(t, r, status, words)
	}
	h := get(down.URL, http.StatusOK, "a,b")
	require.Equal(t, `attachment; filename="tasks.csv"`, h.Get("Content-Disposition"))
	require.Equal(t, "text/plain", h.Get("Content-Type"))
	get(strings.Replace(down.URL, "tasks.csv", "other.exe", 1), http.StatusForbidden, "SignatureDoesNotMatch")
	get(strings.Replace(down.URL, "X-Amz-Expires=300", "X-Amz-Expires=3000", 1), http.StatusForbidden, "SignatureDoesNotMatch")
	plain, _, _ := strings.Cut(down.URL, "?")
	get(plain, http.StatusForbidden, "AccessDenied")
	short, err := signer.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key}, s3.WithPresignExpires(-time.Second))
	if err == nil {
		get(short.URL, http.StatusBadRequest, "AuthorizationQueryParametersError")
	}
}

func requireStatus(t *testing.T, r *http.Request, status int, words string) http.Header {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, status, answer.StatusCode, "%s", b)
	require.Contains(t, string(b), words)
	return answer.Header
}

func TestS3BucketSettings(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	ctx := t.Context()
	_, err := client.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: bucket})
	requireCode(t, err, "NoSuchCORSConfiguration")
	_, err = client.PutBucketCors(ctx, &s3.PutBucketCorsInput{Bucket: bucket, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{{AllowedMethods: []string{"GET"}, AllowedOrigins: []string{"https://*.example.com"}}}}})
	require.NoError(t, err)
	cors, err := client.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: bucket})
	require.NoError(t, err)
	require.Equal(t, []string{"https://*.example.com"}, cors.CORSRules[0].AllowedOrigins)

	_, err = client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{BlockPublicAcls: aws.Bool(true)}})
	require.NoError(t, err)
	block, err := client.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: bucket})
	require.NoError(t, err)
	require.True(t, *block.PublicAccessBlockConfiguration.BlockPublicAcls)
	require.False(t, *block.PublicAccessBlockConfiguration.RestrictPublicBuckets)

	encryption, err := client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: bucket})
	require.NoError(t, err)
	require.Equal(t, types.ServerSideEncryptionAes256, encryption.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm)

	_, err = client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket})
	requireCode(t, err, "NoSuchLifecycleConfiguration")
	rule := types.LifecycleRule{
		ID: aws.String("expire"), Status: types.ExpirationStatusEnabled, Filter: &types.LifecycleRuleFilter{Prefix: aws.String("exports/")},
		Expiration: &types.LifecycleExpiration{Days: aws.Int32(7)}, AbortIncompleteMultipartUpload: &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(1)},
	}
	_, err = client.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{Bucket: bucket, LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{rule}}})
	require.NoError(t, err)
	lifecycle, err := client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket})
	require.NoError(t, err)
	require.Equal(t, rule, lifecycle.Rules[0])
	out, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("exports/a"), Body: strings.NewReader("x")})
	require.NoError(t, err)
	require.Contains(t, aws.ToString(out.Expiration), `rule-id="expire"`)

	_, err = client.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: bucket, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}}})
	require.NoError(t, err)
	tags, err := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: bucket})
	require.NoError(t, err)
	require.Equal(t, "v", *tags.TagSet[0].Value)
}

func TestS3ObjectTags(t *testing.T) {
	t.Parallel()
	client, bucket := newS3(t)
	ctx, key := t.Context(), aws.String("k")
	put(t, client, bucket, "k", "x")
	_, err := client.PutObjectTagging(ctx, &s3.PutObjectTaggingInput{Bucket: bucket, Key: key, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}}}})
	require.NoError(t, err)
	got, err := client.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: bucket, Key: key})
	require.NoError(t, err)
	require.Len(t, got.TagSet, 1)
	_, err = client.DeleteObjectTagging(ctx, &s3.DeleteObjectTaggingInput{Bucket: bucket, Key: key})
	require.NoError(t, err)
	got, err = client.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: bucket, Key: key})
	require.NoError(t, err)
	require.Empty(t, got.TagSet)
}

func TestS3AStreamOverTLSCarriesItsChecksumBehindIt(t *testing.T) {
	t.Parallel()
	service, err := embedded.New(embedded.Config{Clock: clock.New()})
	require.NoError(t, err)
	server := httptest.NewTLSServer(service)
	t.Cleanup(server.Close)
	client, bucket := newS3(t, func(o *s3.Options) {
		o.BaseEndpoint, o.HTTPClient = &server.URL, server.Client()
	})
	content := strings.Repeat("0123456789", 50_000)
	for _, algorithm := range []types.ChecksumAlgorithm{"", types.ChecksumAlgorithmCrc32c, types.ChecksumAlgorithmSha256} {
		// io.MultiReader cannot seek: the SDK streams aws-chunked with a trailer.
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: bucket, Key: aws.String("k"), Body: io.MultiReader(strings.NewReader(content)), ContentLength: aws.Int64(int64(len(content))), ChecksumAlgorithm: algorithm,
		})
		require.NoError(t, err)
		got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: aws.String("k"), ChecksumMode: types.ChecksumModeEnabled})
		require.Equal(t, content, body(t, got, err))
		require.Nil(t, got.ContentEncoding)
	}
}
