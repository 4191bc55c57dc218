package main

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/cumin"
)

// files is the cumin.FileSigner over the export bucket.
type files struct {
	signer *s3.PresignClient
	bucket string
	clock  cumin.Clock
}

// newFiles signs for publicEndpoint, where the browser reaches S3, or for the
// SDK's endpoint when that is empty.
func newFiles(cfg aws.Config, bucket, publicEndpoint string, clock cumin.Clock) *files {
	client := awsenv.S3(cfg, func(o *s3.Options) {
		if publicEndpoint != "" {
			o.BaseEndpoint, o.UsePathStyle = &publicEndpoint, true
		}
	})
	signer := s3.NewPresignClient(client, func(o *s3.PresignOptions) {
		o.Presigner = clockSigner{signer: v4.NewSigner(), clock: clock}
	})
	return &files{signer: signer, bucket: bucket, clock: clock}
}

// Sign makes a URL that saves the object under name. Nothing is sent to S3.
func (f *files) Sign(ctx context.Context, key, name string, ttl time.Duration) (string, time.Time, error) {
	expires := f.clock.Now().Add(ttl)
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": name}) // RFC 6266, RFC 8187
	req, err := f.signer.PresignGetObject(ctx, &s3.GetObjectInput{
		Bucket: &f.bucket, Key: &key, ResponseContentDisposition: &disposition,
	}, s3.WithPresignExpires(ttl))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign an address of %s: %w", key, err)
	}
	return req.URL, expires, nil
}

// clockSigner signs at the domain's time, which a local stack may have moved.
type clockSigner struct {
	signer *v4.Signer
	clock  cumin.Clock
}

// PresignHTTP is s3.HTTPPresignerV4.
func (c clockSigner) PresignHTTP(ctx context.Context, credentials aws.Credentials, r *http.Request, payloadHash, service, region string,
	_ time.Time, options ...func(*v4.SignerOptions),
) (string, http.Header, error) {
	return c.signer.PresignHTTP(ctx, credentials, r, payloadHash, service, region, c.clock.Now(), options...)
}
