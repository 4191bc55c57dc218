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
	"github.com/oklog/ulid/v2"
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

// write writes projects with their tasks. An inbox is in the order in which
// people were told, and what they are told carries the time at which it is
// said to have happened: so all projects come first, with who joined them, then
// the tasks that nobody is told of, and then the others in order of time.
func (w *writer) write(ctx context.Context, plans []project) error {
	var quiet, told []history
	for _, plan := range plans {
		tasks, err := w.project(ctx, plan)
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
	}
	slices.SortFunc(told, func(a, b history) int { return a[0].CreatedAt.Compare(b[0].CreatedAt) })
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for _, h := range quiet {
		g.Go(func() error { return w.history(gctx, h) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for _, h := range told {
		if err := w.history(ctx, h); err != nil {
			return err
		}
	}
	return nil
}

// project writes one project and makes its tasks.
func (w *writer) project(ctx context.Context, plan project) ([]history, error) {
	id := projectID(plan.name)
	now, err := w.begin(ctx, id, plan)
	if err != nil {
		return nil, err
	}
	b := &builder{
		plan: plan, id: id, people: w.people, team: plan.team(), now: now.Add(-days(plan.ended)), dice: dice(plan.name),
		ids:     func(n int) cumin.TaskID { return cumin.TaskID(fixedID(plan.name + "/" + strconv.Itoa(n))) },
		columns: map[cumin.Status]ends{},
	}
	tasks, err := b.tasks()
	if err != nil {
		return nil, err
	}
	return tasks, w.number(ctx, id, int64(len(tasks)))
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
func fixedID(name string) string {
	sum := sha256.Sum256([]byte(name))
	id := ulid.ULID{}
	copy(id[6:], sum[:10])
	if err := id.SetTime(ulid.Timestamp(epoch)); err != nil {
		panic(err) // the epoch is a constant that fits
	}
	return id.String()
}

func dice(name string) *rand.Rand {
	sum := sha256.Sum256([]byte(name))
	return rand.New(rand.NewChaCha8(sum))
}
