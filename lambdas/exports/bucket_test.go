package main

import (
	"bytes"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awstest"
)

// pattern is n bytes in which no two parts are alike.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return b
}

// write appends body in pieces that fit no part.
func write(t *testing.T, u *Upload, body []byte) {
	t.Helper()
	for len(body) > 0 {
		n := min(len(body), 1_000_003)
		require.NoError(t, u.Append(t.Context(), body[:n]))
		body = body[n:]
	}
}

func unfinished(t *testing.T, client *s3.Client) int {
	t.Helper()
	out, err := client.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(bucket)})
	require.NoError(t, err)
	return len(out.Uploads)
}

func TestAFileOfAnySizeArrivesWhole(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{
		"empty": 0, "small": 10, "one byte less than a part": partBytes - 1, "exactly a part": partBytes,
		"exactly two parts": 2 * partBytes, "two parts and a bit": 2*partBytes + 7,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.Start(t)
			client := a.NewBucket(bucket)
			b := Bucket{Client: client, Name: bucket}
			body := pattern(size)
			u := b.Create("k", "text/x")
			write(t, u, body)
			require.EqualValues(t, size, u.Bytes())
			_, there, err := b.Size(t.Context(), "k")
			require.NoError(t, err)
			require.False(t, there, "nothing is to be seen before it is complete")

			require.NoError(t, u.Complete(t.Context()))
			out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("k")})
			require.NoError(t, err)
			got, err := io.ReadAll(out.Body)
			require.NoError(t, err)
			require.True(t, bytes.Equal(body, got))
			require.Equal(t, "text/x", *out.ContentType)
			require.Zero(t, unfinished(t, client))
		})
	}
}

func TestOnlyTheFirstCompletionCounts(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	client := a.NewBucket(bucket)
	b := Bucket{Client: client, Name: bucket}
	first, late := b.Create("k", "text/x"), b.Create("k", "text/x")
	write(t, first, pattern(partBytes+1))
	write(t, late, pattern(partBytes+2))
	require.NoError(t, first.Complete(t.Context()))
	require.ErrorIs(t, late.Complete(t.Context()), errExists)
	size, there, err := b.Size(t.Context(), "k")
	require.NoError(t, err)
	require.True(t, there)
	require.EqualValues(t, partBytes+1, size)

	require.Equal(t, 1, unfinished(t, client))
	require.NoError(t, late.Abort(t.Context()))
	require.NoError(t, late.Abort(t.Context()), "again is harmless")
	require.Zero(t, unfinished(t, client))
}
