package dynamo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Exports is the cumin.ExportStore: what a person does to a job. Running one
// is ExportRuns.
type Exports struct{ db *DB }

// Exports returns the store of export jobs.
func (db *DB) Exports() Exports { return Exports{db} }

var _ cumin.ExportStore = Exports{}

// Create takes a numbered slot and the project's slot and stores the job, all
// in one transaction: a fourth job, or a second one in a project, has no slot
// to take.
func (s Exports) Create(ctx context.Context, e cumin.Export, a *cumin.Answer) (cumin.Export, error) {
	for try := 1; try <= maxTries; try++ {
		n, err := s.freeSlot(ctx, e)
		if err != nil {
			return cumin.Export{}, err
		}
		e.Slot = n
		first := s.db.answerWrites(a, e.CreatedAt)
		err = s.db.transact(ctx, append(first,
			s.takeSlot(e, ProjectSlotSK(e.Project)), s.takeSlot(e, SlotSK(n)), s.db.putNew(s.db.tables.Jobs, EncodeExport(e))))
		if answered(err, a) {
			return cumin.Export{}, cumin.ErrAnswered
		}
		failed, ok := failedConditions(err)
		if !ok {
			return e, wrapUnlessNil(err, "create export %s", e.ID)
		}
		if met, taken := failed[len(first)]; taken {
			if err := s.running(ctx, met); err != nil {
				return cumin.Export{}, err
			}
		}
		// The numbered slot went to another job, or the project's came free: go round.
	}
	return cumin.Export{}, errContended
}

// freeSlot finds one of the user's numbered slots; ErrTooManyExports when none
// is left. A job that holds the project's slot is the better reason to refuse,
// so it is looked for first.
func (s Exports) freeSlot(ctx context.Context, e cumin.Export) (int, error) {
	keys := []Item{key(UserPK(e.User), ProjectSlotSK(e.Project))}
	for n := 1; n <= cumin.MaxLiveExportsPerUser; n++ {
		keys = append(keys, key(UserPK(e.User), SlotSK(n)))
	}
	items, err := s.db.batchGet(ctx, s.db.tables.Jobs, keys)
	if err != nil {
		return 0, fmt.Errorf("read export slots of user %s: %w", e.User, err)
	}
	var taken []string
	for _, it := range items {
		r := reader{item: it}
		if r.num(TTL) <= e.CreatedAt.Unix() { // DynamoDB deletes late
			continue
		}
		if _, sk := ItemKey(it); sk == ProjectSlotSK(e.Project) {
			if err := s.running(ctx, it); err != nil {
				return 0, err
			}
		} else {
			taken = append(taken, sk)
		}
	}
	for n := 1; n <= cumin.MaxLiveExportsPerUser; n++ {
		if !slices.Contains(taken, SlotSK(n)) {
			return n, nil
		}
	}
	return 0, cumin.ErrTooManyExports
}

func (s Exports) takeSlot(e cumin.Export, sk string) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName:                           &s.db.tables.Jobs,
		Item:                                encodeSlot(e, sk),
		ConditionExpression:                 aws.String("attribute_not_exists(pk) OR #ttl <= :now"),
		ExpressionAttributeNames:            map[string]string{"#ttl": TTL},
		ExpressionAttributeValues:           Item{":now": attrTTL(e.CreatedAt)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// running is the refusal that names the job in a slot; nil when that job has
// ended meanwhile.
func (s Exports) running(ctx context.Context, slot Item) error {
	r := reader{item: slot}
	id := cumin.ExportID(r.str(AttrJob))
	if r.err != nil {
		return fmt.Errorf("decode export slot: %w", r.err)
	}
	e, err := s.Get(ctx, id)
	if err != nil {
		return err
	}
	if !e.State.Live() {
		return nil
	}
	return &cumin.ExportRunningError{Current: e}
}

// Get reads a job.
func (s Exports) Get(ctx context.Context, id cumin.ExportID) (cumin.Export, error) {
	it, err := s.db.get(ctx, s.db.tables.Jobs, key(JobPK(id), SKJob))
	if err != nil {
		return cumin.Export{}, fmt.Errorf("read export %s: %w", id, err)
	}
	if it == nil {
		return cumin.Export{}, cumin.ErrNotFound
	}
	return DecodeExport(it)
}

// List is a user's jobs, newest first; from an index, so a new job may take a
// moment to show.
func (s Exports) List(ctx context.Context, user cumin.UserID, limit int, after *cumin.ExportID) (cumin.Page[cumin.Export, cumin.ExportID], error) {
	var page cumin.Page[cumin.Export, cumin.ExportID]
	in := &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Jobs,
		IndexName:                 aws.String(IndexJobsByUser),
		KeyConditionExpression:    aws.String("upk = :user"),
		ExpressionAttributeValues: Item{":user": attrS(UserPK(user))},
		ScanIndexForward:          aws.Bool(false),
		Limit:                     aws.Int32(int32(limit)),
	}
	if after != nil {
		in.ExclusiveStartKey = key(JobPK(*after), SKJob)
		in.ExclusiveStartKey[AttrJobsUserPK], in.ExclusiveStartKey[AttrJobsUserSK] = attrS(UserPK(user)), attrS(string(*after))
	}
	out, err := s.db.client.Query(ctx, in)
	if err != nil {
		return page, fmt.Errorf("list exports of user %s: %w", user, err)
	}
	if page.Items, err = decodeAll(out.Items, DecodeExport); err != nil {
		return page, err
	}
	if len(out.LastEvaluatedKey) > 0 && len(page.Items) > 0 {
		page.Next = &page.Items[len(page.Items)-1].ID
	}
	return page, nil
}

// Cancel ends a live job and frees its slots in one transaction. The worker
// learns of it when it next renews its lease.
func (s Exports) Cancel(ctx context.Context, id cumin.ExportID, at time.Time, by cumin.Change) (cumin.Export, error) {
	for try := 1; try <= maxTries; try++ {
		e, err := s.Get(ctx, id)
		if err != nil || !e.State.Live() {
			return e, err
		}
		next := e
		next.State, next.FinishedAt, next.UpdatedAt, next.Version, next.Last = cumin.ExportCanceled, at, at, e.Version+1, by
		err = s.db.transact(ctx, []types.TransactWriteItem{
			s.cancel(e, next),
			{Delete: ExportRuns(s).freeSlot(e, ProjectSlotSK(e.Project))},
			{Delete: ExportRuns(s).freeSlot(e, SlotSK(e.Slot))},
		})
		if _, changed := failedConditions(err); !changed {
			return next, wrapUnlessNil(err, "cancel export %s", id)
		}
		// The worker wrote progress, or finished, meanwhile: read again.
	}
	return cumin.Export{}, errContended
}

func (s Exports) cancel(read, next cumin.Export) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName:                &s.db.tables.Jobs,
		Key:                      key(JobPK(read.ID), SKJob),
		UpdateExpression:         aws.String("SET #state = :state, #finishedAt = :at, #updatedAt = :at, #version = :next, #by = :by, #rid = :rid"),
		ConditionExpression:      aws.String("#version = :read"),
		ExpressionAttributeNames: runNames(AttrState, AttrFinishedAt, AttrUpdatedAt, AttrVersion, AttrBy, AttrRequestID),
		ExpressionAttributeValues: Item{
			":state": attrS(string(next.State)), ":at": attrTime(next.FinishedAt), ":next": attrN(next.Version),
			":read": attrN(read.Version), ":by": attrS(string(next.Last.By)), ":rid": attrS(next.Last.RequestID),
		},
	}}
}
