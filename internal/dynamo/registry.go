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

// The attributes of the registry's and the leases' items, beside AttrState.
const (
	AttrQueue = "queue" // URL
	AttrUntil = "until" // epoch milliseconds
)

// The states of a lease. Both kinds of instance want their messages.
const (
	leaseLive     = "live"
	leaseDraining = "draining"
)

const (
	// RegistryTTL is when DynamoDB may drop a registry row that nobody put
	// again; readers do not depend on it, they ask the lease.
	RegistryTTL = 24 * time.Hour
	// leaseTTL does the same for a lease row, after its end.
	leaseTTL = time.Hour
)

// ErrLeaseLost is a lease that ended before it was renewed: others may have
// taken the instance for dead.
var ErrLeaseLost = errors.New("dynamo: the instance's lease has ended")

// Registry tells which sockets instances want the messages of a user or a
// project, and which of them are alive. It may be lost at any time: instances
// whose lease is gone begin anew, and the inbox is the truth.
type Registry struct{ db *DB }

// Registry returns the store of interests and leases.
func (db *DB) Registry() Registry { return Registry{db} }

// Lease is an instance's claim to be alive.
type Lease struct {
	Instance cumin.InstanceID
	Queue    string // URL
	Draining bool   // takes no new sockets, still wants messages
	Until    time.Time
}

// Interest is whose messages an instance wants: a user's or a project's.
type Interest struct{ pk string }

// UserInterest is in what belongs to one person.
func UserInterest(id cumin.UserID) Interest { return Interest{UserRegistryPK(id)} }

// ProjectInterest is in what a project's viewers see.
func ProjectInterest(id cumin.ProjectID) Interest { return Interest{ProjectRegistryPK(id)} }

func (i Interest) String() string { return i.pk }

// Put registers an instance's interest. When it returns, every reader that
// begins later finds it.
func (s Registry) Put(ctx context.Context, i Interest, id cumin.InstanceID, queue string, now time.Time) error {
	it := key(i.pk, InstanceSK(id))
	it[AttrQueue], it[TTL] = attrS(queue), attrTTL(now.Add(RegistryTTL))
	if _, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.db.tables.Ephemeral, Item: it}); err != nil {
		return fmt.Errorf("register interest in %s: %w", i, err)
	}
	return nil
}

// Delete ends an interest; again is harmless.
func (s Registry) Delete(ctx context.Context, i Interest, id cumin.InstanceID) error {
	if err := s.delete(ctx, key(i.pk, InstanceSK(id))); err != nil {
		return fmt.Errorf("end interest in %s: %w", i, err)
	}
	return nil
}

// Queues are the queue URLs of the living instances with the interest. Read
// after the write that the message tells about, it misses no instance that
// will not find that write by itself.
func (s Registry) Queues(ctx context.Context, i Interest, now time.Time) ([]string, error) {
	rows, err := s.rows(ctx, i.pk)
	if err != nil {
		return nil, fmt.Errorf("read registry %s: %w", i, err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	leases, err := s.Leases(ctx)
	if err != nil {
		return nil, err
	}
	alive := make(map[string]bool, len(leases))
	for _, l := range leases {
		alive[l.Queue] = l.Until.After(now)
	}
	var queues []string
	for _, row := range rows {
		r := reader{item: row}
		queue := r.str(AttrQueue)
		if r.err != nil {
			return nil, fmt.Errorf("decode registry row of %s: %w", i, r.err)
		}
		if alive[queue] {
			queues = append(queues, queue)
		}
	}
	return queues, nil
}

// PutLease announces a new instance.
func (s Registry) PutLease(ctx context.Context, l Lease) error {
	if _, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.db.tables.Ephemeral, Item: encodeLease(l)}); err != nil {
		return fmt.Errorf("put lease of instance %s: %w", l.Instance, err)
	}
	return nil
}

// RenewLease replaces the instance's lease if it has not ended at now;
// ErrLeaseLost otherwise.
func (s Registry) RenewLease(ctx context.Context, l Lease, now time.Time) error {
	_, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                 &s.db.tables.Ephemeral,
		Item:                      encodeLease(l),
		ConditionExpression:       aws.String("#until > :now"),
		ExpressionAttributeNames:  map[string]string{"#until": AttrUntil},
		ExpressionAttributeValues: Item{":now": attrN(now.UnixMilli())},
	})
	if _, lost := conditionFailed(err); lost {
		return ErrLeaseLost
	}
	if err != nil {
		return fmt.Errorf("renew lease of instance %s: %w", l.Instance, err)
	}
	return nil
}

// Leases are all leases, also those that have ended and were not yet swept.
func (s Registry) Leases(ctx context.Context) ([]Lease, error) {
	rows, err := s.rows(ctx, PKLeases)
	if err != nil {
		return nil, fmt.Errorf("read leases: %w", err)
	}
	leases := make([]Lease, len(rows))
	for i, row := range rows {
		r := reader{item: row}
		leases[i] = Lease{
			Instance: cumin.InstanceID(r.id(SK, PrefixInstance)),
			Queue:    r.str(AttrQueue),
			Draining: r.str(AttrState) == leaseDraining,
			Until:    time.UnixMilli(r.num(AttrUntil)).UTC(),
		}
		if r.err != nil {
			return nil, fmt.Errorf("decode lease: %w", r.err)
		}
	}
	return leases, nil
}

// DeleteLease removes an instance's lease; again is harmless.
func (s Registry) DeleteLease(ctx context.Context, id cumin.InstanceID) error {
	if err := s.delete(ctx, key(PKLeases, InstanceSK(id))); err != nil {
		return fmt.Errorf("delete lease of instance %s: %w", id, err)
	}
	return nil
}

func encodeLease(l Lease) Item {
	it := key(PKLeases, InstanceSK(l.Instance))
	state := leaseLive
	if l.Draining {
		state = leaseDraining
	}
	it[AttrQueue], it[AttrState] = attrS(l.Queue), attrS(state)
	it[AttrUntil], it[TTL] = attrN(l.Until.UnixMilli()), attrTTL(l.Until.Add(leaseTTL))
	return it
}

// rows reads a whole partition of instances, consistently.
func (s Registry) rows(ctx context.Context, pk string) ([]Item, error) {
	pages := dynamodb.NewQueryPaginator(s.db.client, &dynamodb.QueryInput{
		TableName:              &s.db.tables.Ephemeral,
		ConsistentRead:         aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": attrS(pk), ":prefix": attrS(PrefixInstance),
		},
	})
	var rows []Item
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Items...)
	}
	return rows, nil
}

func (s Registry) delete(ctx context.Context, k Item) error {
	_, err := s.db.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.db.tables.Ephemeral, Key: k})
	return err
}
