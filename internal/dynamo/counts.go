package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// AttrDirty is on a count item whose project wants a recount: since when.
const AttrDirty = "dirty"

// markerTTL is how long the marker of a task that counts as nothing is kept:
// as long as a deleted task can come back, and then some.
const markerTTL = cumin.DeletedTaskTTL + cumin.CountMarkerGrace

// Counts is the cumin.CountStore: markers in counted, count items in core.
//
//	item    table    attributes (* = may be absent)
//	marker  counted  version status* ttl*
//	counts  core     todo in_progress done asOf version dirty*
type Counts struct{ db *DB }

// Counts returns the store of markers and count items.
func (db *DB) Counts() Counts { return Counts{db} }

var _ cumin.CountStore = Counts{}

// Markers reads the markers of a project's tasks, consistently.
func (s Counts) Markers(ctx context.Context, p cumin.ProjectID, tasks []cumin.TaskID) (map[cumin.TaskID]cumin.Marker, error) {
	keys := make([]Item, len(tasks))
	for i, t := range tasks {
		keys[i] = key(ProjectPK(p), TaskSK(t))
	}
	items, err := s.db.batchGet(ctx, s.db.tables.Counted, keys)
	if err != nil {
		return nil, fmt.Errorf("read markers of project %s: %w", p, err)
	}
	markers := make(map[cumin.TaskID]cumin.Marker, len(items))
	for _, it := range items {
		r := reader{item: it}
		task := cumin.TaskID(r.id(SK, PrefixTask))
		markers[task] = cumin.Marker{Version: r.num(AttrVersion), Status: cumin.Status(r.optStr(AttrStatus))}
		if r.err != nil {
			return nil, fmt.Errorf("decode marker of task %s: %w", task, r.err)
		}
	}
	return markers, nil
}

// Apply moves the markers, each if it still is the one that was read, and adds
// to the counts, in one transaction. ErrLostRace: read and plan anew.
func (s Counts) Apply(ctx context.Context, tx cumin.CountTransaction, at time.Time) error {
	writes := make([]types.TransactWriteItem, 0, len(tx.Moves)+1)
	for _, m := range tx.Moves {
		writes = append(writes, types.TransactWriteItem{Put: s.putMarker(tx.Project, m, at)})
	}
	if tx.Changes() {
		writes = append(writes, types.TransactWriteItem{Update: s.addCounts(tx, at)})
	}
	err := s.db.transact(ctx, writes)
	if _, lost := errors.AsType[*canceled](err); lost {
		return cumin.ErrLostRace
	}
	if err != nil {
		return fmt.Errorf("count %d tasks of project %s: %w", len(tx.Moves), tx.Project, err)
	}
	return nil
}

func (s Counts) putMarker(p cumin.ProjectID, m cumin.MarkerMove, at time.Time) *types.Put {
	it := key(ProjectPK(p), TaskSK(m.Task))
	it[AttrVersion] = attrN(m.To.Version)
	putS(it, AttrStatus, m.To.Status)
	if m.To.Status == "" {
		it[TTL] = attrTTL(at.Add(markerTTL))
	}
	put := &types.Put{TableName: &s.db.tables.Counted, Item: it}
	if m.Read == 0 {
		put.ConditionExpression = aws.String("attribute_not_exists(pk)")
		return put
	}
	put.ConditionExpression = aws.String("version = :read")
	put.ExpressionAttributeValues = Item{":read": attrN(m.Read)}
	return put
}

func (s Counts) addCounts(tx cumin.CountTransaction, at time.Time) *types.Update {
	return &types.Update{
		TableName:        &s.db.tables.Core,
		Key:              key(ProjectPK(tx.Project), SKCounts),
		UpdateExpression: aws.String("SET asOf = :at ADD todo :todo, in_progress :doing, done :done, version :one"),
		ExpressionAttributeValues: Item{
			":at": attrTime(at), ":one": attrN(1),
			":todo": attrN(tx.Todo), ":doing": attrN(tx.InProgress), ":done": attrN(tx.Done),
		},
	}
}

// MarkDirty notes on the count item that a record could not be read. The first
// time stays, so that one knows how far back to look.
func (s Counts) MarkDirty(ctx context.Context, p cumin.ProjectID, at time.Time) error {
	err := unlessConflict(ctx, func() error {
		_, err := s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName:                 &s.db.tables.Core,
			Key:                       key(ProjectPK(p), SKCounts),
			UpdateExpression:          aws.String("SET dirty = if_not_exists(dirty, :at)"),
			ExpressionAttributeValues: Item{":at": attrTime(at)},
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("mark project %s dirty: %w", p, err)
	}
	return nil
}

// DecodeCountsVersion reads the version of a count item or of its stream
// image; 0 for one that was never counted.
func DecodeCountsVersion(it Item) (int64, error) {
	r := reader{item: it}
	v := r.optNum(AttrVersion)
	if r.err != nil {
		return 0, fmt.Errorf("decode counts: %w", r.err)
	}
	return v, nil
}
