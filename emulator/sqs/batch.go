package sqs

import (
	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const maxBatch = 10

var batchID = pattern.New(`^[A-Za-z0-9_-]{1,80}$`)

// checkBatch refuses a batch as a whole; what is wrong with one entry fails
// only that entry.
func checkBatch(entry string, ids []string) error {
	if len(ids) == 0 {
		return errEmptyBatch(entry)
	}
	if len(ids) > maxBatch {
		return errBatchCount(len(ids))
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if !batchID.MatchString(id) {
			return errBatchID()
		}
		if seen[id] {
			return errBatchRepeated(id)
		}
		seen[id] = true
	}
	return nil
}

func failedEntry(id string, err error) batchError {
	e := wire.AsError(err)
	return batchError{Id: id, SenderFault: e.Status < 500, Code: batchCode(e), Message: e.Message}
}
