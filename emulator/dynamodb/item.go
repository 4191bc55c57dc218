package dynamodb

import (
	"context"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// itemInput holds the members that PutItem, UpdateItem and DeleteItem share.
type itemInput struct {
	expressions
	legacyInput
	tableName         string
	condition         optional
	returnValues      string
	returnCapacity    string
	returnMetrics     string
	returnOnCondition string
}

func (in *itemInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "TableName":
		in.tableName = r.String()
	case "ConditionExpression":
		in.condition = readOptional(r)
	case "ReturnValues":
		in.returnValues = r.String()
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	case "ReturnItemCollectionMetrics":
		in.returnMetrics = r.String()
	case "ReturnValuesOnConditionCheckFailure":
		in.returnOnCondition = r.String()
	case "Expected", "ConditionalOperator":
		return in.decodeLegacy(name, r)
	default:
		return in.expressions.decode(name, r)
	}
	return true
}

// check validates the shared members that need no table.
func (in *itemInput) check() error {
	if err := checkTableName(in.tableName); err != nil {
		return err
	}
	var c constraints
	c.oneOf(in.returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	c.oneOf(in.returnMetrics, "returnItemCollectionMetrics", "SIZE", "NONE")
	c.oneOf(in.returnValues, "returnValues", "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
	c.oneOf(in.returnOnCondition, "returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
	in.checkNames(&c)
	return c.err()
}

// parse parses the condition after check, for Put and Delete.
func (in *itemInput) parse(a *action) error {
	if in.returnValues != "" && in.returnValues != "NONE" && in.returnValues != "ALL_OLD" {
		return errValidation("ReturnValues can only be ALL_OLD or NONE")
	}
	if err := in.unmixed(namedExpression{"ConditionExpression", in.condition.set}); err != nil {
		return err
	}
	if err := in.expressions.check(in.condition.set, in.condition.set, "ConditionExpression is null"); err != nil {
		return err
	}
	return in.parseCondition(a)
}

func (in *itemInput) parseCondition(a *action) error {
	var err error
	if a.condition, err = in.condition.condition(&in.scope, "ConditionExpression"); err != nil {
		return err
	}
	if !in.condition.set {
		if a.condition, err = in.legacyInput.condition(); err != nil {
			return err
		}
	}
	a.showOld = in.returnOnCondition == "ALL_OLD"
	a.tableName = in.tableName
	return exprError(in.scope.Unused())
}

type putItemInput struct {
	itemInput
	item attr.Item
}

func (in *putItemInput) decode(name string, r *pull.Reader) bool {
	if name == "Item" {
		in.item = attr.ReadItem(r)
		return true
	}
	return in.itemInput.decode(name, r)
}

type deleteItemInput struct {
	itemInput
	key attr.Item
}

func (in *deleteItemInput) decode(name string, r *pull.Reader) bool {
	if name == "Key" {
		in.key = attr.ReadItem(r)
		return true
	}
	return in.itemInput.decode(name, r)
}

type updateItemInput struct {
	deleteItemInput
	update optional
}

func (in *updateItemInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "UpdateExpression":
		in.update = readOptional(r)
		return true
	case "AttributeUpdates":
		return in.decodeLegacy(name, r)
	}
	return in.deleteItemInput.decode(name, r)
}

// itemOutput is the answer of the operations on single items.
type itemOutput struct {
	member     string // "Item" or "Attributes"
	item       attr.Item
	capacity   *capacity
	collection *collectionMetrics // nil: not asked for, or none
}

// AppendJSON writes the answer; see wire.Appender.
func (out *itemOutput) AppendJSON(b []byte) []byte {
	o := open(b)
	if out.item != nil {
		o.item(out.member, out.item)
	}
	if out.capacity != nil && out.capacity.wanted() {
		o.name("ConsumedCapacity")
		o.out = out.capacity.appendJSON(o.out)
	}
	if out.collection != nil {
		o.name("ItemCollectionMetrics")
		o.out = out.collection.appendJSON(o.out)
	}
	return o.close()
}

func (s *Service) putItem(ctx context.Context, in *putItemInput) (*itemOutput, error) {
	a := action{kind: putAction, item: in.item}
	if err := in.check(); err != nil {
		return nil, err
	}
	if in.item == nil {
		return nil, missing("item")
	}
	if err := in.parse(&a); err != nil {
		return nil, err
	}
	return s.one(ctx, &a, &in.itemInput)
}

func (s *Service) deleteItem(ctx context.Context, in *deleteItemInput) (*itemOutput, error) {
	a := action{kind: deleteAction, keyItem: in.key}
	if err := in.check(); err != nil {
		return nil, err
	}
	if in.key == nil {
		return nil, missing("key")
	}
	if err := in.parse(&a); err != nil {
		return nil, err
	}
	return s.one(ctx, &a, &in.itemInput)
}

func (s *Service) updateItem(ctx context.Context, in *updateItemInput) (*itemOutput, error) {
	a := action{kind: updateAction, keyItem: in.key}
	if err := in.check(); err != nil {
		return nil, err
	}
	if in.key == nil {
		return nil, missing("key")
	}
	if err := in.unmixed(namedExpression{"UpdateExpression", in.update.set}, namedExpression{"ConditionExpression", in.condition.set}); err != nil {
		return nil, err
	}
	anyExpression := in.update.set || in.condition.set
	if err := in.expressions.check(anyExpression, anyExpression, "UpdateExpression and ConditionExpression are null"); err != nil {
		return nil, err
	}
	var err error
	if in.update.set {
		a.update, err = in.scope.Update(in.update.text)
	} else {
		a.update, err = in.legacyInput.update()
		a.legacyUpdate = true
	}
	if err != nil {
		return nil, exprError(err)
	}
	if err := in.parseCondition(&a); err != nil {
		return nil, err
	}
	return s.one(ctx, &a, &in.itemInput)
}

func missing(member string) error {
	var c constraints
	c.add(nil, member, "Member must not be null")
	return c.err()
}

// one carries out an action by itself.
func (s *Service) one(ctx context.Context, a *action, in *itemInput) (*itemOutput, error) {
	if err := a.resolve(ctx, s); err != nil {
		return nil, err
	}
	units := &capacity{form: in.returnCapacity, table: a.t.def.ID.Name}
	a.measured.wanted = in.returnMetrics == "SIZE"
	w, err := s.perform(ctx, a, units)
	if err != nil {
		return nil, err
	}
	out := &itemOutput{member: "Attributes", item: returned(in.returnValues, a.update, &w), capacity: units}
	if len(a.measured.found) > 0 {
		out.collection = a.measured.found[0]
	}
	return out, nil
}

// perform carries out an action whose table and key are found, and charges it.
func (s *Service) perform(ctx context.Context, a *action, units *capacity) (write, error) {
	if err := s.inFlight.checkWrite(a); err != nil {
		return write{}, err
	}
	before := units.total()
	w, tk, err := s.carryOut(ctx, a, units)
	if lost := tk.done(); lost != nil {
		return w, lost
	}
	if err != nil {
		s.chargeRefusal(ctx, w.old, err)
		return w, err
	}
	s.chargeWrites(ctx, units.total()-before)
	return w, nil
}

// carryOut is what perform does under the table's lock. The ticket is to be waited
// for in any case: a refusal tells of earlier writes too.
func (s *Service) carryOut(ctx context.Context, a *action, units *capacity) (write, ticket, error) {
	if err := a.t.lock(); err != nil {
		return write{}, ticket{}, err
	}
	defer a.t.mu.Unlock()
	w, err := a.plan()
	if err != nil {
		return w, ticket{wait: a.t.settled()}, err
	}
	var batch store.Batch
	writes := []write{w}
	tk := s.commit(&batch, s.originOf(ctx), writes, func(*table) *capacity { return units })
	a.measured.measure(writes)
	return w, tk, nil
}

// returned is what ReturnValues asks for; nil for nothing.
func returned(form string, u *expr.Update, w *write) attr.Item {
	e := w.next
	if form == "ALL_OLD" || form == "UPDATED_OLD" {
		e = w.old
	}
	if e == nil {
		return nil
	}
	switch form {
	case "ALL_OLD", "ALL_NEW":
		return e.item
	case "UPDATED_OLD", "UPDATED_NEW":
		if u == nil {
			return nil
		}
		if part := expr.Select(u.Paths()).Of(e.item); len(part) > 0 {
			return part
		}
	}
	return nil
}

type getItemInput struct {
	expressions
	legacyInput
	tableName      string
	key            attr.Item
	consistent     bool
	projection     optional
	returnCapacity string
}

func (in *getItemInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "TableName":
		in.tableName = r.String()
	case "Key":
		in.key = attr.ReadItem(r)
	case "ConsistentRead":
		in.consistent = r.Bool()
	case "ProjectionExpression":
		in.projection = readOptional(r)
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	case "ExpressionAttributeNames":
		return in.expressions.decode(name, r)
	case "AttributesToGet":
		return in.decodeLegacy(name, r)
	default:
		return false
	}
	return true
}

func (s *Service) getItem(ctx context.Context, in *getItemInput) (*itemOutput, error) {
	if err := checkTableName(in.tableName); err != nil {
		return nil, err
	}
	var c constraints
	c.oneOf(in.returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	if in.key == nil {
		c.add(nil, "key", "Member must not be null")
	}
	in.checkNames(&c)
	if err := c.err(); err != nil {
		return nil, err
	}
	projection, err := in.selected(in.projection, &in.legacyInput)
	if err != nil {
		return nil, err
	}
	if err := in.scope.Unused(); err != nil {
		return nil, exprError(err)
	}
	t, err := s.lookup(ctx, in.tableName)
	if err != nil {
		return nil, err
	}
	e, err := t.get(in.key)
	if err != nil {
		return nil, err
	}
	out := &itemOutput{member: "Item", capacity: &capacity{form: in.returnCapacity, table: t.def.ID.Name}}
	size := 0
	if e != nil {
		out.item, size = projection.Of(e.item), e.size
	}
	out.capacity.read = readUnits(size, in.consistent)
	s.chargeReads(ctx, out.capacity.total())
	return out, nil
}

// get reads one item by key; nil when there is none.
func (t *table) get(key attr.Item) (*entry, error) {
	encoded, err := t.schema.checkKey(key)
	if err != nil {
		return nil, err
	}
	if err := t.rlock(); err != nil {
		return nil, err
	}
	e, _ := t.items.Get(encoded)
	settled := t.settled()
	t.mu.RUnlock()
	return e, settled()
}
