package dynamo

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/anikeshk/cumin/internal/cumin"
)

// EncodeExport is the item of an export job as it is created. Later writes
// are updates of single attributes, so that what the exports function keeps
// beside them (its checkpoint) stays.
func EncodeExport(e cumin.Export) Item {
	it := key(JobPK(e.ID), SKJob)
	it[AttrJobsUserPK] = attrS(UserPK(e.User))
	it[AttrJobsUserSK] = attrS(string(e.ID))
	it[AttrProject] = attrS(string(e.Project))
	it[AttrUser] = attrS(string(e.User))
	it[AttrFormat] = attrS(string(e.Format))
	if !e.Filter.Empty() {
		it[AttrFilter] = attrS(encodeFilter(e.Filter))
	}
	it[AttrState] = attrS(string(e.State))
	it[AttrRowsDone] = attrN(e.RowsDone)
	it[AttrRowsTotal] = attrN(e.RowsTotal)
	it[AttrBytes] = attrN(e.Bytes)
	putS(it, AttrKey, e.Key)
	putS(it, AttrError, e.Error)
	it[AttrAttempts] = attrN(int64(e.Attempts))
	putS(it, AttrLease, e.Lease)
	putTime(it, AttrLeaseUntil, e.LeaseUntil)
	it[AttrSlot] = attrN(int64(e.Slot))
	it[AttrVersion] = attrN(e.Version)
	it[AttrCreatedAt] = attrTime(e.CreatedAt)
	it[AttrUpdatedAt] = attrTime(e.UpdatedAt)
	putTime(it, AttrFinishedAt, e.FinishedAt)
	putChange(it, e.Last)
	it[TTL] = attrTTL(e.CreatedAt.Add(cumin.ExportJobTTL))
	return it
}

// DecodeExport reads the item, or the stream image, of an export job.
func DecodeExport(it Item) (cumin.Export, error) {
	r := reader{item: it}
	e := cumin.Export{
		ID:         cumin.ExportID(r.id(PK, prefixJob)),
		Project:    cumin.ProjectID(r.str(AttrProject)),
		User:       cumin.UserID(r.str(AttrUser)),
		Format:     cumin.ExportFormat(r.str(AttrFormat)),
		Filter:     r.filter(AttrFilter),
		State:      cumin.ExportState(r.str(AttrState)),
		RowsDone:   r.optNum(AttrRowsDone),
		RowsTotal:  r.optNum(AttrRowsTotal),
		Bytes:      r.optNum(AttrBytes),
		Key:        r.optStr(AttrKey),
		Error:      r.optStr(AttrError),
		Attempts:   int(r.optNum(AttrAttempts)),
		Lease:      r.optStr(AttrLease),
		LeaseUntil: r.optTime(AttrLeaseUntil),
		Slot:       int(r.num(AttrSlot)),
		Version:    r.num(AttrVersion),
		CreatedAt:  r.time(AttrCreatedAt),
		UpdatedAt:  r.time(AttrUpdatedAt),
		FinishedAt: r.optTime(AttrFinishedAt),
		Last:       r.change(),
	}
	if c := r.optStr(AttrCheckpoint); c != "" {
		e.Checkpoint = []byte(c)
	}
	if r.err != nil {
		return cumin.Export{}, fmt.Errorf("decode export: %w", r.err)
	}
	return e, nil
}

// encodeFilter is a filter as JSON.
func encodeFilter(f cumin.TaskFilter) string {
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // texts only
	}
	return string(b)
}

// filter reads what encodeFilter wrote, or the bare status of jobs from before
// there were other filters.
func (r *reader) filter(name string) (f cumin.TaskFilter) {
	text := r.optStr(name)
	if !strings.HasPrefix(text, "{") {
		return cumin.TaskFilter{Status: cumin.Status(text)}
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		r.fail(name, "a filter in JSON")
	}
	return f
}

// encodeSlot is a live-export slot: sk is SlotSK or ProjectSlotSK. It names
// its job, which frees it in the transaction that ends the job; the ttl is the
// job's, so that a slot never outlives it.
func encodeSlot(e cumin.Export, sk string) Item {
	it := key(UserPK(e.User), sk)
	it[AttrJob] = attrS(string(e.ID))
	it[TTL] = attrTTL(e.CreatedAt.Add(cumin.ExportJobTTL))
	return it
}
