package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// checkpoint is where a run can go on that began in another: the parts sent so
// far end with the row of the task After. It is written after each part, under
// the lease, so no two runs go on from it at once.
type checkpoint struct {
	Upload string       `json:"upload"`
	Parts  []sentPart   `json:"parts"`
	After  cumin.TaskID `json:"after"`
	Rows   int64        `json:"rows"`
	Bytes  int64        `json:"bytes"`
}

type sentPart struct {
	ETag string `json:"e"`
	CRC  string `json:"c,omitempty"`
}

// errRestart tells that the upload of a checkpoint is not what it was: the
// bucket's lifecycle removed it, or a run that had lost its lease sent a part
// once more. The next run starts anew.
var errRestart = errors.New("the upload cannot be gone on with")

// resume continues an upload.
func (u *Upload) resume(c checkpoint) {
	u.id, u.bytes = &c.Upload, c.Bytes
	for i, p := range c.Parts {
		part := types.CompletedPart{PartNumber: aws.Int32(int32(i + 1)), ETag: &p.ETag}
		if p.CRC != "" {
			part.ChecksumCRC32 = &p.CRC
		}
		u.parts = append(u.parts, part)
	}
}

// checkpoint is the upload as it stands after a part, which ended with the row
// of the task.
func (u *Upload) checkpoint(after cumin.TaskID, rows int64) ([]byte, error) {
	c := checkpoint{Upload: aws.ToString(u.id), After: after, Rows: rows, Bytes: u.bytes}
	for _, p := range u.parts {
		c.Parts = append(c.Parts, sentPart{ETag: aws.ToString(p.ETag), CRC: aws.ToString(p.ChecksumCRC32)})
	}
	b, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode checkpoint: %w", err)
	}
	return b, nil
}

// readCheckpoint reads a job's checkpoint; false when there is none, or one of
// another version of this function.
func readCheckpoint(job cumin.Export) (checkpoint, bool) {
	var c checkpoint
	if len(job.Checkpoint) == 0 || json.Unmarshal(job.Checkpoint, &c) != nil {
		return checkpoint{}, false
	}
	return c, c.Upload != "" && len(c.Parts) > 0
}
