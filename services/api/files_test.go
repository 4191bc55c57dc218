package main

import (
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"
)

func TestFilesAreSignedForWhereTheBrowserIsAndAtTheClocksTime(t *testing.T) {
	t.Parallel()
	clock := &testClock{now: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	cfg := aws.Config{Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
	f := newFiles(cfg, "bucket", "https://files.cumin.test", clock)
	signed, expires, err := f.Sign(t.Context(), "exports/U/E.csv", "Gewürze 2030.csv", 5*time.Minute)
	require.NoError(t, err)
	require.Equal(t, clock.now.Add(5*time.Minute), expires)
	u, err := url.Parse(signed)
	require.NoError(t, err)
	require.Equal(t, "https://files.cumin.test/bucket/exports/U/E.csv", u.Scheme+"://"+u.Host+u.Path)
	q := u.Query()
	require.Equal(t, []string{"20300102T030405Z", "300", "host"}, []string{q.Get("X-Amz-Date"), q.Get("X-Amz-Expires"), q.Get("X-Amz-SignedHeaders")})
	require.Equal(t, `attachment; filename*=utf-8''Gew%C3%BCrze%202030.csv`, q.Get("response-content-disposition"))
}
