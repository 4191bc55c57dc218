package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/cumin"
)

// drain is as much of S3 as an upload needs. It keeps nothing, so that what is
// measured is the function.
func drain(t *testing.T) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		switch {
		case r.Method == http.MethodPost && r.URL.Query().Has("uploads"):
			fmt.Fprint(w, `<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>`)
		case r.Method == http.MethodPost:
			fmt.Fprint(w, `<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>`)
		default:
			w.Header().Set("ETag", `"e"`)
		}
	}))
	t.Cleanup(server.Close)
	return aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

// board is a project of rows tasks, made up page by page. It notes the most
// memory in use when a page was asked for.
type board struct {
	rows, at int
	peak     uint64
}

const pageRows = 1_000

func (b *board) Page(context.Context, cumin.ProjectID, cumin.TaskID) ([]cumin.Task, cumin.TaskID, error) {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.peak = max(b.peak, m.HeapAlloc)
	var page []cumin.Task
	for range min(pageRows, b.rows-b.at) {
		b.at++
		page = append(page, task(b.at, func(t *cumin.Task) { t.Description = strings.Repeat("lorem ipsum, ", 60) }))
	}
	if b.at == b.rows {
		return page, "", nil
	}
	return page, page[len(page)-1].ID, nil
}

// patient is a store whose leases never lapse.
type patient struct{ cumin.ExportRunStore }

func (patient) Renew(context.Context, cumin.ExportID, string, cumin.ExportProgress, time.Time) error {
	return nil
}

// Not parallel: it measures the heap of the process.
func TestMemoryDoesNotGrowWithTheProject(t *testing.T) {
	peak := func(rows int) uint64 {
		b := &board{rows: rows}
		h := &Handler{Runs: patient{}, Tasks: b, Bucket: Bucket{Client: awsenv.S3(drain(t)), Name: bucket}, Clock: &hand{now: morning}, Log: slog.New(slog.DiscardHandler)}
		r := &run{Handler: h, job: cumin.Export{ID: jobID, Project: project, User: ann, Format: cumin.FormatCSV, Attempts: 1}, format: formats[cumin.FormatCSV], people: map[cumin.UserID]string{}}
		end, err := r.write(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, rows, end.RowsDone)
		return b.peak
	}
	small, large := peak(10_000), peak(100_000)
	t.Logf("peak of live heap: %.1f MB for 10,000 rows, %.1f MB for 100,000", float64(small)/1e6, float64(large)/1e6)
	require.Less(t, float64(large), 1.2*float64(small))
	require.Less(t, large, uint64(64<<20))
}
