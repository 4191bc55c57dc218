package dynamodb

import (
	"context"
	"fmt"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Limits of transactions. Source: API Reference, TransactWriteItems (read 2026-11).
const (
	maxTransactActions = 100
	maxTransactBytes   = 4 << 20
)

// cancellationReason tells why one action cancelled its transaction.
type cancellationReason struct {
	Code    string
	Message string    `json:",omitempty"`
	Item    attr.Item `json:",omitempty"`
}

type transactWriteInput struct {
	actions        []*transactAction
	token          optional
	returnCapacity string
	returnMetrics  string
}

// transactAction is one member of TransactItems.
type transactAction struct {
	expressions
	action
	count             int // of the members Put, Update, Delete and ConditionCheck
	conditionText     optional
	updateText        optional
	returnOnCondition string
	statement         optional // the PartiQL it is made of
}

func (in *transactWriteInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "TransactItems":
		r.Array(func() {
			a := &transactAction{}
			readMembers(r, a.decode)
			in.actions = append(in.actions, a)
		})
	case "ClientRequestToken":
		in.token = readOptional(r)
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	case "ReturnItemCollectionMetrics":
		in.returnMetrics = r.String()
	default:
		return false
	}
	return true
}

func (a *transactAction) decode(name string, r *pull.Reader) bool {
	switch name {
	case "Put":
		a.kind = putAction
	case "Update":
		a.kind = updateAction
	case "Delete":
		a.kind = deleteAction
	case "ConditionCheck":
		a.kind = checkAction
	default:
		return false
	}
	a.count++
	readMembers(r, a.decodeMember)
	return true
}

func (a *transactAction) decodeMember(name string, r *pull.Reader) bool {
	switch {
	case name == "TableName":
		a.tableName = r.String()
	case name == "Item" && a.kind == putAction:
		a.item = attr.ReadItem(r)
	case name == "Key" && a.kind != putAction:
		a.keyItem = attr.ReadItem(r)
	case name == "UpdateExpression" && a.kind == updateAction:
		a.updateText = readOptional(r)
	case name == "ConditionExpression":
		a.conditionText = readOptional(r)
	case name == "ReturnValuesOnConditionCheckFailure":
		a.returnOnCondition = r.String()
	default:
		return a.expressions.decode(name, r)
	}
	return true
}

// parse validates the action's parameters, whatever the tables hold.
func (a *transactAction) parse() error {
	if a.count != 1 {
		return errValidation("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	if err := checkTableName(a.tableName); err != nil {
		return err
	}
	var c constraints
	c.oneOf(a.returnOnCondition, "returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
	switch {
	case a.kind == putAction && a.item == nil:
		c.add(nil, "transactItems.member.put.item", "Member must not be null")
	case a.kind != putAction && a.keyItem == nil:
		c.add(nil, "transactItems.member.key", "Member must not be null")
	case a.kind == updateAction && !a.updateText.set:
		c.add(nil, "transactItems.member.update.updateExpression", "Member must not be null")
	case a.kind == checkAction && !a.conditionText.set:
		c.add(nil, "transactItems.member.conditionCheck.conditionExpression", "Member must not be null")
	}
	if err := c.err(); err != nil {
		return err
	}
	anyExpression := a.conditionText.set || a.updateText.set
	if err := a.expressions.check(anyExpression, anyExpression, "ConditionExpression is null"); err != nil {
		return err
	}
	var err error
	if a.updateText.set {
		if a.update, err = a.scope.Update(a.updateText.text); err != nil {
			return exprError(err)
		}
	}
	if a.condition, err = a.conditionText.condition(&a.scope, "ConditionExpression"); err != nil {
		return err
	}
	a.showOld = a.returnOnCondition == "ALL_OLD"
	return exprError(a.scope.Unused())
}

// transactWriteOutput is the answer of TransactWriteItems.
type transactWriteOutput struct {
	capacity    requestCapacity
	collections requestCollections
}

// AppendJSON writes the answer; see wire.Appender.
func (out *transactWriteOutput) AppendJSON(b []byte) []byte {
	o := open(b)
	out.capacity.appendTo(&o)
	out.collections.appendTo(&o)
	return o.close()
}

func (s *Service) transactWriteItems(ctx context.Context, in *transactWriteInput) (*transactWriteOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	for _, a := range in.actions {
		if err := a.parse(); err != nil {
			return nil, err
		}
	}
	return s.writeAll(ctx, in)
}

// writeAll carries out parsed actions, all or none.
func (s *Service) writeAll(ctx context.Context, in *transactWriteInput) (*transactWriteOutput, error) {
	tables, err := s.resolveAll(ctx, in.actions)
	if err != nil {
		return nil, err
	}
	leave, err := s.inFlight.enter(ctx, in)
	if err != nil {
		return nil, err
	}
	defer leave()
	out := &transactWriteOutput{capacity: requestCapacity{form: in.returnCapacity}, collections: requestCollections{wanted: in.returnMetrics == "SIZE"}}
	tk, err := s.transact(ctx, in, tables, out)
	if lost := tk.done(); lost != nil {
		return nil, lost
	}
	if err != nil {
		return nil, err
	}
	s.chargeAll(ctx, &out.capacity)
	return out, nil
}

// transact is what writeAll does under the tables' locks. The ticket
// is to be waited for in any case: a refusal tells of earlier writes too.
func (s *Service) transact(ctx context.Context, in *transactWriteInput, tables []*table, out *transactWriteOutput) (ticket, error) {
	units := &out.capacity
	unlock, err := lockAll(tables)
	if err != nil {
		return ticket{}, err
	}
	defer unlock()
	from := s.originOf(ctx)
	token, repeated, err := s.tokens.claim(wire.IdentityFrom(ctx), in, from.now)
	if err != nil {
		return ticket{wait: settledAll(tables)}, err
	}
	if repeated {
		in.chargeRepeat(units)
		return ticket{wait: settledAll(tables)}, nil
	}
	writes, err := planAll(in.actions)
	if err != nil {
		s.tokens.release(token)
		return ticket{wait: settledAll(tables)}, err
	}
	var batch store.Batch
	s.tokens.keep(&batch, token)
	tk := s.commit(&batch, from, writes, func(t *table) *capacity { return units.of(t.def.ID.Name) })
	out.collections.measure(writes)
	for _, c := range units.tables {
		c.scale(2)
		c.writes = true
	}
	return tk, nil
}

func (in *transactWriteInput) check() error {
	var c constraints
	c.oneOf(in.returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	c.oneOf(in.returnMetrics, "returnItemCollectionMetrics", "SIZE", "NONE")
	if in.token.set && (len(in.token.text) < 1 || len(in.token.text) > 36) {
		c.add(in.token.text, "clientRequestToken", "Member must have length less than or equal to 36")
	}
	checkActionCount(&c, len(in.actions))
	if err := c.err(); err != nil {
		return err
	}
	size := 0
	for _, a := range in.actions {
		size += a.item.Size() + a.keyItem.Size()
	}
	if size > maxTransactBytes {
		return errValidation("Collection size exceeded the maximum allowed size of 4 MB for a transaction")
	}
	return nil
}

func checkActionCount(c *constraints, n int) {
	switch {
	case n == 0:
		c.add("[]", "transactItems", "Member must have length greater than or equal to 1")
	case n > maxTransactActions:
		c.add(fmt.Sprintf("%d actions", n), "transactItems", "Member must have length less than or equal to 100")
	}
}

// resolveAll finds tables and keys. A missing table or an empty key fails the
// request; a key that does not fit cancels the transaction.
func (s *Service) resolveAll(ctx context.Context, actions []*transactAction) ([]*table, error) {
	tables := make([]*table, len(actions))
	for i, a := range actions {
		t, err := s.lookup(ctx, a.tableName)
		if err != nil {
			return nil, err
		}
		a.t, tables[i] = t, t
		given := a.keyItem
		if a.kind == putAction {
			given = a.item
		}
		if err := t.schema.checkNotEmpty(given); err != nil {
			return nil, err
		}
	}
	reasons := make([]cancellationReason, len(actions))
	bad := false
	seen := make(map[string]bool, len(actions))
	for i, a := range actions {
		reasons[i].Code = "None"
		if err := a.resolveKey(); err != nil {
			reasons[i], bad = reasonOf(err), true
			continue
		}
		id := itemID(a.t, a.key)
		if seen[id] {
			return nil, errOneOperation()
		}
		seen[id] = true
	}
	if bad {
		return nil, errCanceled(reasons)
	}
	return tables, nil
}

// planAll evaluates every action; if one cannot be made, none is. Called with
// all tables locked.
func planAll(actions []*transactAction) ([]write, error) {
	writes := make([]write, len(actions))
	var reasons []cancellationReason
	for i, a := range actions {
		w, err := a.plan()
		writes[i] = w
		if err == nil {
			continue
		}
		if reasons == nil {
			reasons = make([]cancellationReason, len(actions))
			for j := range reasons {
				reasons[j].Code = "None"
			}
		}
		reasons[i] = reasonOf(err)
	}
	if reasons != nil {
		return nil, errCanceled(reasons)
	}
	return writes, nil
}

// reasonOf is an action's error inside a transaction.
func reasonOf(err error) cancellationReason {
	e := wire.AsError(err)
	switch e.Code {
	case "ConditionalCheckFailedException":
		item, _ := e.Fields["Item"].(attr.Item) // absent unless ALL_OLD was asked for
		return cancellationReason{Code: "ConditionalCheckFailed", Message: e.Message, Item: item}
	case "ValidationException":
		return cancellationReason{Code: "ValidationError", Message: e.Message}
	}
	return cancellationReason{Code: strings.TrimSuffix(e.Code, "Exception"), Message: e.Message}
}

// chargeRepeat charges a repeated transaction for reading its items.
func (in *transactWriteInput) chargeRepeat(units *requestCapacity) {
	for _, a := range in.actions {
		c := units.of(a.t.def.ID.Name)
		c.read += 2 * readUnits(a.item.Size(), true)
		c.reads = true
	}
}

// settledAll is table.settled over several tables.
func settledAll(tables []*table) func() error {
	waits := make([]func() error, len(tables))
	for i, t := range tables {
		waits[i] = t.settled()
	}
	return func() error {
		for _, wait := range waits {
			if err := wait(); err != nil {
				return err
			}
		}
		return nil
	}
}

type transactGetInput struct {
	gets           []*transactGet
	returnCapacity string
}

// transactGet is one member of TransactGetItems' TransactItems.
type transactGet struct {
	expressions
	tableName  string
	key        attr.Item
	projection optional

	t        *table
	encoded  string
	selected *expr.Projection
}

func (in *transactGetInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "TransactItems":
		r.Array(func() {
			g := &transactGet{}
			readMembers(r, func(name string, r *pull.Reader) bool {
				if name != "Get" {
					return false
				}
				readMembers(r, g.decode)
				return true
			})
			in.gets = append(in.gets, g)
		})
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	default:
		return false
	}
	return true
}

func (g *transactGet) decode(name string, r *pull.Reader) bool {
	switch name {
	case "TableName":
		g.tableName = r.String()
	case "Key":
		g.key = attr.ReadItem(r)
	case "ProjectionExpression":
		g.projection = readOptional(r)
	case "ExpressionAttributeNames":
		return g.expressions.decode(name, r)
	default:
		return false
	}
	return true
}

// transactGetOutput is the answer of TransactGetItems: one item per Get, nil
// where there is none.
type transactGetOutput struct {
	items    []attr.Item
	capacity requestCapacity
}

// AppendJSON writes the answer; see wire.Appender.
func (out *transactGetOutput) AppendJSON(b []byte) []byte {
	o := open(b)
	o.name("Responses")
	o.out = append(o.out, '[')
	for i, it := range out.items {
		if i > 0 {
			o.out = append(o.out, ',')
		}
		r := open(o.out)
		if it != nil {
			r.item("Item", it)
		}
		o.out = r.close()
	}
	o.out = append(o.out, ']')
	out.capacity.appendTo(&o)
	return o.close()
}

func (s *Service) transactGetItems(ctx context.Context, in *transactGetInput) (*transactGetOutput, error) {
	var c constraints
	c.oneOf(in.returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	checkActionCount(&c, len(in.gets))
	if err := c.err(); err != nil {
		return nil, err
	}
	for _, g := range in.gets {
		if err := g.resolve(ctx, s); err != nil {
			return nil, err
		}
	}
	return s.getTogether(ctx, in.gets, in.returnCapacity)
}

// getTogether reads all items, whose tables are found, in one instant.
func (s *Service) getTogether(ctx context.Context, gets []*transactGet, returnCapacity string) (*transactGetOutput, error) {
	tables := make([]*table, 0, len(gets))
	reasons := make([]cancellationReason, len(gets))
	bad := false
	seen := make(map[string]bool, len(gets))
	ids := make([]string, len(gets))
	for i, g := range gets {
		reasons[i].Code = "None"
		var err error
		if g.encoded, err = g.t.schema.checkKey(g.key); err != nil {
			reasons[i], bad = reasonOf(err), true
		} else if ids[i] = itemID(g.t, g.encoded); seen[ids[i]] {
			return nil, errOneOperation()
		} else {
			seen[ids[i]] = true
		}
		tables = append(tables, g.t)
	}
	if bad {
		return nil, errCanceled(reasons)
	}
	if err := s.inFlight.checkRead(ids); err != nil {
		return nil, err
	}
	unlock, err := rlockAll(tables)
	if err != nil {
		return nil, err
	}
	out := &transactGetOutput{capacity: requestCapacity{form: returnCapacity}}
	for _, g := range gets {
		units := out.capacity.of(g.t.def.ID.Name)
		units.reads = true
		e, ok := g.t.items.Get(g.encoded)
		if !ok {
			out.items = append(out.items, nil)
			units.read += 2 * readUnits(0, true)
			continue
		}
		out.items = append(out.items, g.selected.Of(e.item))
		units.read += 2 * readUnits(e.size, true)
	}
	settled := settledAll(tables)
	unlock()
	s.chargeAll(ctx, &out.capacity)
	return out, settled()
}

// resolve validates one Get but for its key.
func (g *transactGet) resolve(ctx context.Context, s *Service) error {
	if g.key == nil {
		return missing("transactItems.member.get.key")
	}
	if err := g.expressions.check(g.projection.set, false, ""); err != nil {
		return err
	}
	var err error
	if g.selected, err = g.projection.projection(&g.scope); err != nil {
		return err
	}
	if err := g.scope.Unused(); err != nil {
		return exprError(err)
	}
	if g.t, err = s.lookup(ctx, g.tableName); err != nil {
		return err
	}
	return g.t.schema.checkNotEmpty(g.key)
}
