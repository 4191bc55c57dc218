package dynamodb

import (
	"context"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
)

type actionKind uint8

const (
	putAction actionKind = iota
	updateAction
	deleteAction
	checkAction // ConditionCheck of a transaction
)

// presence is what a PartiQL statement demands of the item it names.
type presence uint8

const (
	anyPresence   presence = iota
	mustBeAbsent           // INSERT
	mustBePresent          // UPDATE, EXISTS
	mayBeAbsent            // DELETE: of nothing it is done, whatever its condition
)

// action is one write as a request describes it: of PutItem, UpdateItem and
// DeleteItem, of a batch, or of a transaction.
type action struct {
	kind      actionKind
	tableName string
	item      attr.Item // put
	keyItem   attr.Item // all others
	condition *expr.Condition
	update    *expr.Update // nil: an UpdateItem without expression
	showOld   bool         // ReturnValuesOnConditionCheckFailure ALL_OLD
	presence  presence     // what a PartiQL statement demands before its condition
	// legacyUpdate says that update was AttributeUpdates, whose refusal of a
	// wrong type has words of its own.
	legacyUpdate bool

	// set by resolve
	t   *table
	key string

	measured requestCollections // set when it is carried out by itself
}

// resolve finds the table and validates the key, which needs no lock.
func (a *action) resolve(ctx context.Context, s *Service) error {
	t, err := s.lookup(ctx, a.tableName)
	if err != nil {
		return err
	}
	a.t = t
	return a.resolveKey()
}

func (a *action) resolveKey() error {
	var err error
	if a.presence == mustBeAbsent {
		if err := a.t.schema.checkInserted(a.item); err != nil {
			return err
		}
	}
	if a.kind == putAction {
		a.key, err = a.t.schema.checkItem(a.item)
	} else {
		a.key, err = a.t.schema.checkKey(a.keyItem)
	}
	if err != nil || a.update == nil {
		return err
	}
	for _, p := range a.update.Paths() {
		if a.t.schema.has(p.Name()) {
			return errParameter("Cannot update attribute %s. This attribute is part of the key", p.Name())
		}
	}
	return nil
}

// plan evaluates the condition and makes the write. Called with the table's
// lock held. The write's old entry is set also when the condition fails.
func (a *action) plan() (write, error) {
	w := write{t: a.t, key: a.key}
	w.old, _ = a.t.items.Get(a.key)
	var old attr.Item
	if w.old != nil {
		old = w.old.item
	}
	switch {
	case a.presence == mustBeAbsent && w.old != nil:
		return w, errDuplicateItem()
	case a.presence == mayBeAbsent && w.old == nil:
		return w, nil
	}
	if a.presence == mustBePresent && w.old == nil || !a.condition.Holds(old) {
		if a.showOld {
			return w, errConditionFailed(old)
		}
		return w, errConditionFailed(nil)
	}
	switch a.kind {
	case putAction:
		w.next = newEntry(a.item)
		if w.next.size > attr.MaxItemSize {
			return w, errValidation("Item size has exceeded the maximum allowed size")
		}
		return w, a.t.checkIndexKeys(a.item, false)
	case updateAction:
		err := a.planUpdate(&w, old)
		return w, err
	case checkAction:
		w.next = w.old
	}
	return w, nil
}

func (a *action) planUpdate(w *write, old attr.Item) error {
	if old == nil {
		if a.update != nil && !a.update.Creates() {
			return nil // removing from nothing makes nothing
		}
		old = a.keyItem
	}
	next := old
	if a.update != nil {
		var err error
		if next, err = a.update.Apply(old); err != nil {
			if a.legacyUpdate && expr.IsWrongType(err) {
				return errValidation("Type mismatch for attribute to update")
			}
			return exprError(err)
		}
	}
	w.next = newEntry(next)
	if w.next.size > attr.MaxItemSize {
		return errValidation("Item size to update has exceeded the maximum allowed size")
	}
	for i := range next {
		if next[i].Value.Depth() > attr.MaxNesting {
			return errValidation("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")
		}
	}
	return a.t.checkIndexKeys(next, true)
}
