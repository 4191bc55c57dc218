package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// partBytes is the least size of every part but the last; parts end with a row,
// so that the next run can go on behind one. S3 wants at least 5 MiB and takes
// 10,000 parts, so a file may have 80 GB.
const partBytes = 8 << 20

// rowRoom is more than most rows take, so that a buffer does not grow.
const rowRoom = 256 << 10

// abortTime is how long cleaning up may take after a run was stopped.
const abortTime = 2 * time.Second

// errExists tells that the object is there already: another run completed it.
var errExists = errors.New("the object exists")

// Bucket keeps finished files.
type Bucket struct {
	Client *s3.Client
	Name   string
}

// Size is the size of an object in bytes; false when there is none.
func (b Bucket) Size(ctx context.Context, key string) (int64, bool, error) {
	out, err := b.Client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.Name, Key: &key})
	if code(err) == "NotFound" || code(err) == "NoSuchKey" {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("look at object %s: %w", key, err)
	}
	return aws.ToInt64(out.ContentLength), true, nil
}

// open reports whether a multipart upload is still there.
func (b Bucket) open(ctx context.Context, key, upload string) (bool, error) {
	_, err := b.Client.ListParts(ctx, &s3.ListPartsInput{Bucket: &b.Name, Key: &key, UploadId: &upload, MaxParts: aws.Int32(1)})
	if code(err) == "NoSuchUpload" {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at the upload of %s: %w", key, err)
	}
	return true, nil
}

// Create begins a file. Nothing is to be seen of it before Complete.
func (b Bucket) Create(key, contentType string) *Upload {
	return &Upload{bucket: b, key: key, contentType: contentType}
}

// Upload is one file in the making. It holds one part in memory. Not safe for
// use by several goroutines.
type Upload struct {
	bucket      Bucket
	key         string
	contentType string
	id          *string // of the multipart upload, once a part was sent
	buf         []byte
	parts       []types.CompletedPart
	bytes       int64
}

// Bytes is how many bytes were appended.
func (u *Upload) Bytes() int64 { return u.bytes }

// Append adds a row and sends the part that it fills. errRestart when the
// upload is gone.
func (u *Upload) Append(ctx context.Context, p []byte) error {
	u.bytes += int64(len(p))
	if u.buf == nil {
		u.buf = make([]byte, 0, partBytes+rowRoom)
	}
	if u.buf = append(u.buf, p...); len(u.buf) < partBytes {
		return nil
	}
	return u.send(ctx)
}

// send uploads what is in the buffer as the next part.
func (u *Upload) send(ctx context.Context) error {
	if u.id == nil {
		out, err := u.bucket.Client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{
			Bucket: &u.bucket.Name, Key: &u.key, ContentType: &u.contentType,
		})
		if err != nil {
			return fmt.Errorf("begin upload of %s: %w", u.key, err)
		}
		u.id = out.UploadId
	}
	n := aws.Int32(int32(len(u.parts) + 1))
	out, err := u.bucket.Client.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: &u.bucket.Name, Key: &u.key, UploadId: u.id, PartNumber: n, Body: bytes.NewReader(u.buf),
	})
	if code(err) == "NoSuchUpload" {
		return fmt.Errorf("upload part %d of %s: %w (%w)", *n, u.key, errRestart, err)
	}
	if err != nil {
		return fmt.Errorf("upload part %d of %s: %w", *n, u.key, err)
	}
	u.parts = append(u.parts, types.CompletedPart{PartNumber: n, ETag: out.ETag, ChecksumCRC32: out.ChecksumCRC32})
	u.buf = u.buf[:0]
	return nil
}

// Complete makes the object appear, whole, unless there is one: errExists. A
// file smaller than a part is one PutObject.
func (u *Upload) Complete(ctx context.Context) error {
	if u.id == nil {
		_, err := u.bucket.Client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: &u.bucket.Name, Key: &u.key, Body: bytes.NewReader(u.buf),
			ContentType: &u.contentType, IfNoneMatch: aws.String("*"),
		})
		return u.outcome(err)
	}
	if len(u.buf) > 0 {
		if err := u.send(ctx); err != nil {
			return err
		}
	}
	_, err := u.bucket.Client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &u.bucket.Name, Key: &u.key, UploadId: u.id, IfNoneMatch: aws.String("*"),
		MultipartUpload: &types.CompletedMultipartUpload{Parts: u.parts},
	})
	return u.outcome(err)
}

// outcome reads the answer to a completion. NoSuchUpload is what a repeated
// completion meets whose first answer was lost; whether the object is there
// tells them apart from an upload that the lifecycle removed.
func (u *Upload) outcome(err error) error {
	switch code(err) {
	case "":
		u.id = nil
		return nil
	case "PreconditionFailed", "NoSuchUpload":
		return fmt.Errorf("complete %s: %w (%w)", u.key, errExists, err)
	case "InvalidPart":
		return fmt.Errorf("complete %s: %w (%w)", u.key, errRestart, err)
	default:
		return fmt.Errorf("complete %s: %w", u.key, err)
	}
}

// Abort gives the parts of an upload that was not completed back, also when
// ctx has ended. What it cannot reach, the bucket's lifecycle removes after a
// day.
func (u *Upload) Abort(ctx context.Context) error {
	if u.id == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTime)
	defer cancel()
	_, err := u.bucket.Client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
		Bucket: &u.bucket.Name, Key: &u.key, UploadId: u.id,
	})
	if err != nil && code(err) != "NoSuchUpload" {
		return fmt.Errorf("abort upload of %s: %w", u.key, err)
	}
	u.id = nil
	return nil
}

// code is AWS's name of an error; empty for none, "unknown" for one that has
// no name.
func code(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return "unknown"
}
