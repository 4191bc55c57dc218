package queue

import "github.com/anikeshk/cumin/internal/cumin"

// ExportMessage is the body of a message in the exports queue. It names the
// job only; what to do stands in the job's item.
type ExportMessage struct {
	ExportID  cumin.ExportID `json:"exportId"`
	RequestID string         `json:"requestId,omitempty"`
}

// RanksMessage is the body of a message in the ranks queue: a column whose
// ranks have grown long.
type RanksMessage struct {
	ProjectID cumin.ProjectID `json:"projectId"`
	Column    cumin.Status    `json:"column"`
	RequestID string          `json:"requestId,omitempty"`
}

// PurgeMessage is the body of a message in the purge queue: a deleted project
// whose belongings are to be erased.
type PurgeMessage struct {
	ProjectID cumin.ProjectID `json:"projectId"`
	RequestID string          `json:"requestId,omitempty"`
}
