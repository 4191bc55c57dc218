package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// ExportRuns is the cumin.ExportRunStore: what a worker does to a job. It
// leaves who asked and under which request (by, rid) as the API wrote them, so
// that the events of a run carry the request that caused it.
type ExportRuns struct{ db *DB }

// ExportRuns returns the store of running jobs.
func (db *DB) ExportRuns() ExportRuns { return ExportRuns{db} }

var _ cumin.ExportRunStore = ExportRuns{}

// runNames are the attributes that the expressions below name; several are
// reserved words.
func runNames(names ...string) map[string]string {
	m := make(map[string]string, len(names))
	for _, n := range names {
		m["#"+n] = n
	}
	return m
}

const mine = "#state = :running AND #lease = :holder"

// Claim takes the job in one conditional write, which also counts the attempt.
func (s ExportRuns) Claim(ctx context.Context, id cumin.ExportID, holder string, now time.Time) (cumin.Export, error) {
	it, err := s.update(ctx, id, &dynamodb.UpdateItemInput{
		UpdateExpression: aws.String("SET #state = :running, #lease = :holder, #leaseUntil = :until, #updatedAt = :now" +
			" ADD #attempts :one, #version :one"),
		ConditionExpression:      aws.String("#state = :queued OR (#state = :running AND #leaseUntil < :now)"),
		ExpressionAttributeNames: runNames(AttrState, AttrLease, AttrLeaseUntil, AttrUpdatedAt, AttrAttempts, AttrVersion),
		ExpressionAttributeValues: Item{
			":running": attrS(string(cumin.ExportRunning)), ":queued": attrS(string(cumin.ExportQueued)),
			":holder": attrS(holder), ":until": attrTime(now.Add(cumin.ExportLease)), ":now": attrTime(now), ":one": attrN(1),
		},
	})
	if held, ok := errors.AsType[*cumin.LeaseHeldError](err); ok && held.Holder == holder {
		return Exports(s).Get(ctx, id) // the first answer was lost and the SDK asked again
	}
	if err != nil {
		return cumin.Export{}, fmt.Errorf("claim export %s: %w", id, err)
	}
	e, err := DecodeExport(it)
	if err != nil {
		return cumin.Export{}, fmt.Errorf("claim export %s: %w", id, err)
	}
	return e, nil
}

// Renew extends the lease with the progress made.
func (s ExportRuns) Renew(ctx context.Context, id cumin.ExportID, holder string, p cumin.ExportProgress, now time.Time) error {
	in := &dynamodb.UpdateItemInput{
		UpdateExpression: aws.String("SET #leaseUntil = :until, #updatedAt = :now, #rowsDone = :done, #rowsTotal = :total, #bytes = :bytes" +
			" ADD #version :one"),
		ConditionExpression:      aws.String(mine),
		ExpressionAttributeNames: runNames(AttrState, AttrLease, AttrLeaseUntil, AttrUpdatedAt, AttrRowsDone, AttrRowsTotal, AttrBytes, AttrVersion),
		ExpressionAttributeValues: Item{
			":running": attrS(string(cumin.ExportRunning)), ":holder": attrS(holder), ":one": attrN(1),
			":until": attrTime(now.Add(cumin.ExportLease)), ":now": attrTime(now),
			":done": attrN(p.RowsDone), ":total": attrN(p.RowsTotal), ":bytes": attrN(p.Bytes),
		},
	}
	if p.Checkpoint != nil {
		in.UpdateExpression = aws.String("SET #checkpoint = :checkpoint, " + strings.TrimPrefix(*in.UpdateExpression, "SET "))
		in.ExpressionAttributeNames["#checkpoint"] = AttrCheckpoint
		in.ExpressionAttributeValues[":checkpoint"] = attrS(string(p.Checkpoint))
	}
	_, err := s.update(ctx, id, in)
	if err != nil {
		return fmt.Errorf("renew export %s: %w", id, err)
	}
	return nil
}

// Release gives the lease up. The version stays: nothing a person sees changed.
func (s ExportRuns) Release(ctx context.Context, id cumin.ExportID, holder string, now time.Time) error {
	_, err := s.update(ctx, id, &dynamodb.UpdateItemInput{
		UpdateExpression:         aws.String("SET #leaseUntil = :past"),
		ConditionExpression:      aws.String(mine),
		ExpressionAttributeNames: runNames(AttrState, AttrLease, AttrLeaseUntil),
		ExpressionAttributeValues: Item{
			":running": attrS(string(cumin.ExportRunning)), ":holder": attrS(holder), ":past": attrTime(now.Add(-time.Second)),
		},
	})
	if err != nil {
		return fmt.Errorf("release export %s: %w", id, err)
	}
	return nil
}

// update writes one job and turns a condition that did not hold into the
// reason that the worker understands.
func (s ExportRuns) update(ctx context.Context, id cumin.ExportID, in *dynamodb.UpdateItemInput) (Item, error) {
	in.TableName, in.Key = &s.db.tables.Jobs, key(JobPK(id), SKJob)
	in.ReturnValues = types.ReturnValueAllNew
	in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	var out *dynamodb.UpdateItemOutput
	err := unlessConflict(ctx, func() (err error) {
		out, err = s.db.client.UpdateItem(ctx, in)
		return err
	})
	if met, failed := conditionFailed(err); failed {
		_, claiming := in.ExpressionAttributeValues[":queued"]
		return nil, refusal(met, claiming)
	}
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}

// refusal says why a worker's condition did not hold on the job it met.
func refusal(met Item, claiming bool) error {
	if len(met) == 0 {
		return cumin.ErrNotFound
	}
	e, err := DecodeExport(met)
	if err != nil {
		return err
	}
	switch {
	case !e.State.Live():
		return cumin.ErrExportEnded
	case claiming:
		return &cumin.LeaseHeldError{Holder: e.Lease, Until: e.LeaseUntil}
	default:
		return cumin.ErrLeaseLost
	}
}

// End stores the outcome and frees the job's slots. A slot that is gone, or
// that another job holds by now, is left alone: neither may keep a job from
// ending.
func (s ExportRuns) End(ctx context.Context, e cumin.Export, now time.Time) error {
	writes := []types.TransactWriteItem{{Update: s.endJob(e, now)}}
	slots := []string{SlotSK(e.Slot), ProjectSlotSK(e.Project)}
	for {
		for _, sk := range slots {
			writes = append(writes, types.TransactWriteItem{Delete: s.freeSlot(e, sk)})
		}
		err := s.db.transact(ctx, writes)
		stop, refused := errors.AsType[*canceled](err)
		if !refused {
			if err != nil {
				return fmt.Errorf("end export %s: %w", e.ID, err)
			}
			return nil
		}
		if met, job := stop.failed[0]; job {
			return fmt.Errorf("end export %s: %w", e.ID, refusal(met, false))
		}
		var own []string
		for i, sk := range slots {
			if _, foreign := stop.failed[i+1]; !foreign {
				own = append(own, sk)
			}
		}
		slots, writes = own, writes[:1]
	}
}

func (s ExportRuns) endJob(e cumin.Export, now time.Time) *types.Update {
	up := &types.Update{
		TableName: &s.db.tables.Jobs,
		Key:       key(JobPK(e.ID), SKJob),
		UpdateExpression: aws.String("SET #state = :state, #finishedAt = :now, #updatedAt = :now, #rowsDone = :done, #rowsTotal = :total, #bytes = :bytes, #outcome = :outcome" +
			" REMOVE #lease, #leaseUntil, #checkpoint ADD #version :one"),
		ConditionExpression: aws.String(mine),
		ExpressionAttributeNames: runNames(AttrState, AttrFinishedAt, AttrUpdatedAt, AttrRowsDone, AttrRowsTotal, AttrBytes,
			AttrLease, AttrLeaseUntil, AttrCheckpoint, AttrVersion),
		ExpressionAttributeValues: Item{
			":state": attrS(string(e.State)), ":now": attrTime(now), ":one": attrN(1),
			":running": attrS(string(cumin.ExportRunning)), ":holder": attrS(e.Lease),
			":done": attrN(e.RowsDone), ":total": attrN(e.RowsTotal), ":bytes": attrN(e.Bytes),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	up.ExpressionAttributeNames["#outcome"], up.ExpressionAttributeValues[":outcome"] = AttrKey, attrS(e.Key)
	if e.State == cumin.ExportFailed {
		up.ExpressionAttributeNames["#outcome"], up.ExpressionAttributeValues[":outcome"] = AttrError, attrS(e.Error)
	}
	return up
}

func (s ExportRuns) freeSlot(e cumin.Export, sk string) *types.Delete {
	return &types.Delete{
		TableName:                 &s.db.tables.Jobs,
		Key:                       key(UserPK(e.User), sk),
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR job = :job"),
		ExpressionAttributeValues: Item{":job": attrS(string(e.ID))},
	}
}
