package demo

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// Stack is where demo data goes.
type Stack struct {
	URL    string // of the edge, where people register
	AWS    aws.Config
	Tables dynamo.Tables
}

// Seed writes the people and projects, once in a stack's life. What an earlier
// run wrote that was interrupted stays as it is.
func Seed(ctx context.Context, s Stack) error {
	client := dynamodb.NewFromConfig(s.AWS)
	marked, err := client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.Tables.Core, Key: mark, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return fmt.Errorf("look for demo data: %w", err)
	}
	if marked.Item != nil {
		return nil
	}
	w, err := s.writer(ctx)
	if err != nil {
		return err
	}
	if err := w.write(ctx, projects()); err != nil {
		return err
	}
	if _, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.Tables.Core, Item: mark}); err != nil {
		return fmt.Errorf("mark the demo data as complete: %w", err)
	}
	return nil
}

// mark is the item, in the core table, that says that all is there. It stays
// when people then delete what they find.
var mark = dynamo.Item{dynamo.PK: text("DEMO"), dynamo.SK: text("DEMO")}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// writer writes into a stack's tables.
type writer struct {
	client *dynamodb.Client
	db     *dynamo.DB
	tables dynamo.Tables
	now    time.Time
	people []cumin.UserID
}

func (s Stack) writer(ctx context.Context) (*writer, error) {
	db := dynamo.Open(s.AWS, s.Tables)
	people, err := register(ctx, s.URL, db.Auth())
	if err != nil {
		return nil, err
	}
	return &writer{dynamodb.NewFromConfig(s.AWS), db, s.Tables, time.Now().UTC(), people}, nil
}

// joinEvery is the time between two who join a project; all have joined before
// it has its first task.
const joinEvery = 7 * time.Minute

// parallel is how many tasks are written at a time.
const parallel = 16

// epoch is in the ids of the demo projects and their tasks, which are the same
// on every stack: who was interrupted goes on where they were.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// write writes projects with their tasks and what was said about those. An
// inbox is in the order in which people were told, and what they are told
// carries the time at which it is said to have happened: so all projects come
// first, with who joined them, then the tasks that people are told of, in order
// of time, and at the end the comments that mention somebody. Memberships and
// comments come by another stream than tasks: what nobody is told of lies
// between, half before those tasks and half after, so that neither overtakes.
func (w *writer) write(ctx context.Context, plans []project) error {
	var quiet, told []history
	var threads [][]cumin.Comment
	for _, plan := range plans {
		tasks, talk, err := w.project(ctx, plan)
		if err != nil {
			return fmt.Errorf("write demo project %s: %w", plan.name, err)
		}
		for _, h := range tasks {
			if h.told() {
				told = append(told, h)
			} else {
				quiet = append(quiet, h)
			}
		}
		threads = append(threads, talk...)
	}
	slices.SortFunc(told, func(a, b history) int { return a[0].CreatedAt.Compare(b[0].CreatedAt) })
	said, mentioning := apart(threads)
	half := len(quiet) / 2
	for _, step := range []func() error{
		func() error { return together(ctx, quiet[:half], w.history) },
		func() error { return inTurn(ctx, told, w.history) },
		func() error { return together(ctx, quiet[half:], w.history) },
		func() error { return together(ctx, said, w.comments) },
		func() error { return inTurn(ctx, mentioning, w.comment) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// apart takes the comments that mention somebody out of threads and sorts them
// by time.
func apart(threads [][]cumin.Comment) (said [][]cumin.Comment, mentioning []cumin.Comment) {
	said = make([][]cumin.Comment, len(threads))
	for i, thread := range threads {
		for _, c := range thread {
			if len(c.Mentions) > 0 {
				mentioning = append(mentioning, c)
			} else {
				said[i] = append(said[i], c)
			}
		}
	}
	slices.SortFunc(mentioning, func(a, b cumin.Comment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return said, mentioning
}

// together writes all, a few at a time.
func together[T any](ctx context.Context, all []T, write func(context.Context, T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for _, one := range all {
		g.Go(func() error { return write(ctx, one) })
	}
	return g.Wait()
}

// inTurn writes one after the other.
func inTurn[T any](ctx context.Context, all []T, write func(context.Context, T) error) error {
	for _, one := range all {
		if err := write(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// project writes one project and makes its tasks and their comments.
func (w *writer) project(ctx context.Context, plan project) ([]history, [][]cumin.Comment, error) {
	id := projectID(plan.name)
	now, err := w.begin(ctx, id, plan)
	if err != nil {
		return nil, nil, err
	}
	b := &builder{
		plan: plan, id: id, people: w.people, team: plan.team(), now: now.Add(-days(plan.ended)), dice: dice(plan.name),
		ids:     func(n int) cumin.TaskID { return cumin.TaskID(fixedID(plan.name + "/" + strconv.Itoa(n))) },
		columns: map[cumin.Status]ends{},
	}
	tasks, err := b.tasks()
	if err != nil {
		return nil, nil, err
	}
	talk, err := b.talk(tasks)
	if err != nil {
		return nil, nil, err
	}
	return tasks, talk, w.number(ctx, id, int64(len(tasks)))
}

// begin creates the project with its members and returns the present that its
// tasks count from: that of the first run, if an earlier one was interrupted.
func (w *writer) begin(ctx context.Context, id cumin.ProjectID, plan project) (time.Time, error) {
	age := days(plan.age)
	by := cumin.Change{By: w.people[plan.owner], RequestID: "demo"}
	created := w.now.Add(-age).Truncate(time.Millisecond)
	had, err := w.db.Projects().Access(ctx, by.By, id)
	switch {
	case errors.Is(err, cumin.ErrNotFound):
		p := cumin.Project{
			ID: id, Name: plan.name, Description: plan.description, Key: cumin.KeyOf(plan.name), Archived: plan.archived, Owners: 1, Members: 1, Version: 1,
			CreatedAt: created, UpdatedAt: created, Last: by,
		}
		owner := cumin.Member{Project: id, User: by.By, Role: cumin.RoleOwner, Version: 1, JoinedAt: created, Last: by}
		if err := w.db.Projects().Create(ctx, p, owner, nil); err != nil {
			return time.Time{}, err
		}
	case err != nil:
		return time.Time{}, err
	default:
		created = had.Project.CreatedAt
	}
	for i, person := range slices.Sorted(maps.Keys(plan.others)) {
		joined := created.Add(time.Duration(i+1) * joinEvery)
		m := cumin.Member{Project: id, User: w.people[person], Role: plan.others[person], Version: 1, JoinedAt: joined, Last: by}
		if err := w.db.Members().Add(ctx, m, nil); err != nil && !errors.Is(err, cumin.ErrAlreadyMember) {
			return time.Time{}, err
		}
	}
	return created.Add(age), nil
}

// number gives out the numbers 1 to n, once.
func (w *writer) number(ctx context.Context, id cumin.ProjectID, n int64) error {
	_, err := w.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &w.tables.Core,
		Key:                       dynamo.Item{dynamo.PK: text(dynamo.ProjectPK(id)), dynamo.SK: text(dynamo.SKNumber)},
		UpdateExpression:          aws.String("SET #n = if_not_exists(#n, :n)"),
		ExpressionAttributeNames:  map[string]string{"#n": dynamo.AttrCounter},
		ExpressionAttributeValues: dynamo.Item{":n": &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}},
	})
	if err != nil {
		return fmt.Errorf("give out %d numbers: %w", n, err)
	}
	return nil
}

// history writes a task's versions in order. A version that is stored already,
// or was overtaken, is passed over.
func (w *writer) history(ctx context.Context, h history) error {
	if err := w.db.Tasks().Create(ctx, h[0], nil); err != nil {
		return err
	}
	for _, t := range h[1:] {
		err := w.db.Tasks().Replace(ctx, t)
		if stale, ok := errors.AsType[*cumin.VersionError[cumin.Task]](err); ok && stale.Current.Version >= t.Version {
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// comments writes those of one task, in order: each is counted in the task, and
// two at once would wait for one another.
func (w *writer) comments(ctx context.Context, all []cumin.Comment) error {
	return inTurn(ctx, all, w.comment)
}

// comment writes one. It is passed over when it is there, also if somebody has
// deleted it since, and when its task is gone.
func (w *writer) comment(ctx context.Context, c cumin.Comment) error {
	err := w.db.Comments().Create(ctx, c, nil)
	if err == nil || errors.Is(err, cumin.ErrNotFound) {
		return nil
	}
	it := dynamo.EncodeComment(c)
	there, failed := w.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &w.tables.Core, Key: dynamo.Item{dynamo.PK: it[dynamo.PK], dynamo.SK: it[dynamo.SK]}, ConsistentRead: aws.Bool(true),
	})
	if failed != nil {
		return errors.Join(err, failed)
	}
	if there.Item != nil {
		return nil
	}
	return err
}

// team is who has tasks in the project: everybody who may write.
func (p project) team() []int {
	team := []int{p.owner}
	for person, role := range p.others {
		if role.Allows(cumin.RoleEditor) {
			team = append(team, person)
		}
	}
	slices.Sort(team)
	return team
}

func projectID(name string) cumin.ProjectID { return cumin.ProjectID(fixedID(name)) }

// fixedID is the same ULID for the same name.
func fixedID(name string) string { return fixedIDAt(name, epoch) }

func dice(name string) *rand.Rand {
	sum := sha256.Sum256([]byte(name))
	return rand.New(rand.NewChaCha8(sum))
}
