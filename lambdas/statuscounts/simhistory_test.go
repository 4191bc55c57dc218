package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// person changes tasks, one change after the other. Faults strike people too:
// whoever gets no answer looks what became of the change.
type person struct {
	s     *simulation
	cfg   aws.Config
	db    *dynamodb.Client
	made  int
	refs  []cumin.TaskRef              // in the order of creation, so that a seed picks the same
	tasks map[cumin.TaskRef]cumin.Task // as last seen; one that is gone is absent
}

// change does one thing to one task.
func (p *person) change(ctx context.Context) error {
	live := p.pick(func(t cumin.Task) bool { return t.Status != cumin.StatusDeleted })
	n := p.s.dice.IntN(20)
	if live == nil || n < 5 {
		return p.create(ctx)
	}
	switch {
	case n < 12:
		return p.move(ctx, *live)
	case n < 14:
		next := *live
		next.Title += "x"
		return p.replace(ctx, next)
	case n < 16:
		next := *live
		next.Status, next.DeletedAt = cumin.StatusDeleted, p.s.clock.Now()
		return p.replace(ctx, next)
	case n < 18:
		return p.restore(ctx)
	case n < 19:
		return p.transfer(ctx, *live)
	default:
		return p.purge(ctx, *live)
	}
}

// pick chooses one of the tasks that fit, nil when none does.
func (p *person) pick(fits func(cumin.Task) bool) *cumin.Task {
	var some []cumin.Task
	for _, ref := range p.refs {
		if t, ok := p.tasks[ref]; ok && fits(t) {
			some = append(some, t)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return &some[p.s.dice.IntN(len(some))]
}

func (p *person) column() cumin.Status { return cumin.Columns[p.s.dice.IntN(len(cumin.Columns))] }

func (p *person) create(ctx context.Context) error {
	p.made++
	t := cumin.Task{
		Project: projects[p.s.dice.IntN(len(projects))], ID: cumin.TaskID(id(p.made)), Number: int64(p.made), Title: "t",
		Status: p.column(), Priority: cumin.PriorityNone, Rank: "m", CreatedBy: "ann", Last: cumin.Change{By: "ann"}, CreatedAt: p.s.clock.Now(),
	}
	p.refs = append(p.refs, refOf(t))
	return p.replace(ctx, t)
}

// move puts a task into a column, by what the project's list shows of it.
func (p *person) move(ctx context.Context, t cumin.Task) error {
	seen, err := p.listed(ctx, t)
	if err != nil {
		return err
	}
	if seen != nil && seen.Version < t.Version {
		p.s.happened(changesRefused)
	}
	if seen != nil {
		t = *seen
	}
	t.Status = p.column()
	return p.replace(ctx, t)
}

// restore brings a deleted task back, unless it has expired meanwhile.
func (p *person) restore(ctx context.Context) error {
	gone := p.pick(func(t cumin.Task) bool { return t.Status == cumin.StatusDeleted })
	if gone == nil {
		return nil
	}
	next := *gone
	next.Status = p.column()
	if err := p.replace(ctx, next); err != nil {
		return err
	}
	if p.tasks[refOf(next)].Status == next.Status {
		p.s.happened(tasksRestored)
	}
	return nil
}

// replace writes the next version of a task if the version before is there.
func (p *person) replace(ctx context.Context, t cumin.Task) error {
	in := p.put(t, t.Version)
	_, _ = p.db.PutItem(ctx, &dynamodb.PutItemInput{ // what became of it, look tells
		TableName: in.TableName, Item: in.Item, ConditionExpression: in.ConditionExpression, ExpressionAttributeValues: in.ExpressionAttributeValues,
	})
	return p.look(ctx, refOf(t), t.Version+1)
}

// put is the write of the version after read; 0 is a task that is not there.
func (p *person) put(t cumin.Task, read int64) *types.Put {
	t.Version, t.UpdatedAt = read+1, p.s.clock.Now()
	put := &types.Put{TableName: &p.s.tables.Tasks, Item: dynamo.EncodeTask(t), ConditionExpression: aws.String("attribute_not_exists(pk)")}
	if read > 0 {
		put.ConditionExpression, put.ExpressionAttributeValues = aws.String("version = :read"), version(read)
	}
	return put
}

// transfer moves a task to another project, to the counts another task. What
// stays behind is a deleted item or none.
func (p *person) transfer(ctx context.Context, t cumin.Task) error {
	there, leave := t, p.s.dice.IntN(2) == 0
	for there.Project == t.Project {
		there.Project = projects[p.s.dice.IntN(len(projects))]
	}
	arrive := p.put(there, t.Version)
	arrive.ConditionExpression = aws.String("attribute_not_exists(pk) OR version <= :read")
	depart := types.TransactWriteItem{Delete: &types.Delete{
		TableName: &p.s.tables.Tasks, Key: keyOf(refOf(t)), ConditionExpression: aws.String("version = :read"), ExpressionAttributeValues: version(t.Version),
	}}
	if leave {
		gone := t
		gone.Status, gone.DeletedAt = cumin.StatusDeleted, p.s.clock.Now()
		depart = types.TransactWriteItem{Put: p.put(gone, t.Version)}
	}
	_, _ = p.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{Put: arrive}, depart}})
	if err := p.look(ctx, refOf(there), t.Version+1); err != nil {
		return err
	}
	if p.tasks[refOf(there)].Version != t.Version+1 {
		return p.look(ctx, refOf(t), 0)
	}
	p.s.happened(tasksTransferred)
	p.refs = append(p.refs, refOf(there))
	delete(p.tasks, refOf(t)) // nobody brings back what is elsewhere now
	return nil
}

// purge deletes the item itself.
func (p *person) purge(ctx context.Context, t cumin.Task) error {
	_, err := p.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &p.s.tables.Tasks, Key: keyOf(refOf(t))})
	if err != nil {
		return err
	}
	p.s.happened(tasksPurged)
	p.s.happened(changesMade)
	delete(p.tasks, refOf(t))
	return nil
}

// look reads a task as it is now and counts the change if it has the version wanted.
func (p *person) look(ctx context.Context, ref cumin.TaskRef, wanted int64) error {
	out, err := p.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &p.s.tables.Tasks, Key: keyOf(ref), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return fmt.Errorf("look at a task: %w", err)
	}
	if out.Item == nil {
		delete(p.tasks, ref)
		return nil
	}
	t, err := dynamo.DecodeTask(out.Item)
	if err != nil {
		return err
	}
	p.tasks[ref] = t
	if t.Version == wanted {
		p.s.happened(changesMade)
	}
	return nil
}

// listed is the task as the project's list shows it, nil when it does not.
func (p *person) listed(ctx context.Context, t cumin.Task) (*cumin.Task, error) {
	out, err := p.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &p.s.tables.Tasks, IndexName: aws.String(dynamo.IndexRecent), KeyConditionExpression: aws.String("rpk = :pk"),
		ExpressionAttributeValues: dynamo.Item{":pk": &types.AttributeValueMemberS{Value: dynamo.ProjectPK(t.Project)}},
	})
	if err != nil {
		return nil, err
	}
	for _, it := range out.Items {
		seen, err := dynamo.DecodeTask(it)
		if err != nil || seen.ID == t.ID {
			return &seen, err
		}
	}
	return nil, nil //nolint:nilnil // an index may not show it yet
}

func refOf(t cumin.Task) cumin.TaskRef { return cumin.TaskRef{Project: t.Project, Task: t.ID} }

func keyOf(ref cumin.TaskRef) dynamo.Item {
	return dynamo.Item{
		dynamo.PK: &types.AttributeValueMemberS{Value: dynamo.ProjectPK(ref.Project)},
		dynamo.SK: &types.AttributeValueMemberS{Value: dynamo.TaskSK(ref.Task)},
	}
}

func version(n int64) dynamo.Item {
	return dynamo.Item{":read": &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}}
}
