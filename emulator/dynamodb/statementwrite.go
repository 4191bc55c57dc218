package dynamodb

import (
	"context"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/partiql"
)

// statementWrite is an INSERT, UPDATE, DELETE or EXISTS made ready to run.
type statementWrite struct {
	action
	returning partiql.Returning
}

func (s *Service) prepareInsert(ctx context.Context, tr *translation, tree *partiql.Insert) (*statementWrite, error) {
	w := &statementWrite{action: action{kind: putAction, tableName: tree.Into.Name, presence: mustBeAbsent, item: attr.Item{}}}
	tuple, ok := tree.Item.(*partiql.Tuple)
	if !ok {
		return nil, errValidation("Unsupported format in item expression. Please use struct format {...} to express item values for insert statement. at %s", tree.Item.At())
	}
	for _, f := range tr.fields(tuple, root) {
		w.item = w.item.With(f.name, tr.constant(f.value))
	}
	if err := tr.err(); err != nil {
		return nil, err
	}
	return w, w.find(ctx, s)
}

func (s *Service) prepareUpdate(ctx context.Context, tr *translation, tree *partiql.Update) (*statementWrite, error) {
	w := &statementWrite{action: action{kind: updateAction, tableName: tree.Table.Name, presence: mustBePresent, update: &expr.Update{}}, returning: tree.Returning}
	for _, a := range tree.Actions {
		tr.act(w.update, a)
	}
	if tr.err() == nil {
		tr.failed = exprError(w.update.Check())
	}
	return w, s.address(ctx, tr, w, tree.Table, tree.Where)
}

func (s *Service) prepareDelete(ctx context.Context, tr *translation, tree *partiql.Delete) (*statementWrite, error) {
	r := tree.Returning
	if r.Set && (r.New || r.Modified) {
		return nil, errValidation("Invalid returning clause: %s. Only RETURNING ALL OLD * is allowed in DELETE statements.", r)
	}
	w := &statementWrite{action: action{kind: deleteAction, tableName: tree.From.Name, presence: mayBeAbsent}, returning: r}
	return w, s.address(ctx, tr, w, tree.From, tree.Where)
}

func (s *Service) prepareExists(ctx context.Context, tr *translation, tree *partiql.Select) (*statementWrite, error) {
	const unfit = "EXISTS() must contain a single item read with additional condition"
	w := &statementWrite{action: action{kind: checkAction, tableName: tree.From.Name, presence: mustBePresent}}
	if tree.From.Index != "" {
		return nil, errIndexInTransaction()
	}
	if err := w.find(ctx, s); err != nil {
		return nil, err
	}
	var rest []partiql.Expr
	w.keyItem, rest = tr.keyAndRest(w.t.schema, conjuncts(tree.Where))
	if tr.err() == nil && (w.keyItem == nil || len(rest) == 0) {
		tr.fail(unfit)
	}
	w.condition = tr.condition(rest)
	return w, tr.err()
}

// find looks the table up.
func (w *statementWrite) find(ctx context.Context, s *Service) error {
	var err error
	w.t, err = s.lookup(ctx, w.tableName)
	return err
}

// address finds the one item that an UPDATE or DELETE is about, and the
// condition it must satisfy besides.
func (s *Service) address(ctx context.Context, tr *translation, w *statementWrite, table partiql.Table, where partiql.Expr) error {
	if tr.err() != nil {
		return tr.err()
	}
	if err := w.find(ctx, s); err != nil {
		return err
	}
	if table.Index != "" {
		return errValidation("This operation is not supported on an index")
	}
	var rest []partiql.Expr
	w.keyItem, rest = tr.keyAndRest(w.t.schema, conjuncts(where))
	if w.keyItem == nil {
		tr.fail("Where clause does not contain a mandatory equality on all key attributes")
	}
	w.condition = tr.condition(rest)
	return tr.err()
}

// keyAndRest splits conjuncts into the equalities that name one item, whose key
// is nil when an attribute lacks one, and the others.
func (tr *translation) keyAndRest(schema keySchema, all []partiql.Expr) (key attr.Item, rest []partiql.Expr) {
	key = attr.Item{}
	for _, e := range all {
		t, ok := tr.keyTerm(e)
		if !ok || t.op != "=" || !schema.has(t.attribute) {
			rest = append(rest, e)
			continue
		}
		if key.Has(t.attribute) {
			tr.fail("Multiple conditions on same key %s. Only single item Update/Insert/Delete are supported", t.attribute)
		}
		key = key.With(t.attribute, t.values[0])
	}
	if len(key) < schema.size() {
		return nil, rest
	}
	schema.each(func(a keyAttribute) bool {
		if key.Get(a.name).Kind != a.kind {
			tr.fail("Key attribute's data type should match its data type in table's schema: Key %s", a.name)
		}
		return true
	})
	return key, rest
}

// act adds one assignment or removal to an update.
func (tr *translation) act(u *expr.Update, a partiql.Action) {
	path := documentPath(a.Path)
	if a.Value == nil {
		u.Remove(path)
		return
	}
	if call, ok := a.Value.(*partiql.Call); ok && (call.Name == "set_add" || call.Name == "set_delete") {
		members := tr.members(call, a.Path)
		if call.Name == "set_add" {
			u.Add(path, members)
		} else {
			u.Delete(path, members)
		}
		return
	}
	u.Set(path, tr.assigned(a.Value))
}

// members is the set that set_add and set_delete take besides the path they
// change.
func (tr *translation) members(call *partiql.Call, target *partiql.Path) attr.Value {
	name := map[string]string{"set_add": "SET_ADD", "set_delete": "SET_DELETE"}[call.Name]
	if len(call.Args) != 2 {
		tr.fail("%s must have exactly two arguments at %s", name, call.At())
		return attr.Value{}
	}
	first, ok := call.Args[0].(*partiql.Path)
	if !ok || documentPath(first).String() != documentPath(target).String() {
		tr.fail("The first argument to %s must equal the assignment value at %s", name, call.At())
		return attr.Value{}
	}
	v := attr.Value{}
	if isConstant(call.Args[1]) {
		v = tr.constant(call.Args[1])
	}
	if !v.Kind.IsSet() {
		tr.fail("The second argument to %s must be a value with type SET at %s", name, first.At())
	}
	return v
}

// assigned translates the right side of an assignment.
func (tr *translation) assigned(e partiql.Expr) expr.SetValue {
	switch e := e.(type) {
	case *partiql.Path:
		return tr.build.SetFrom(documentPath(e))
	case *partiql.Missing:
		tr.fail("MISSING must be compared using IS operator")
	case *partiql.Binary:
		if e.Op == "+" || e.Op == "-" {
			left, right := tr.assigned(e.Left), tr.assigned(e.Right)
			return tr.build.Sum(e.Op, left, right)
		}
		tr.fail("Unsupported operator in Update Expression. Operator: %s", e.Op)
	case *partiql.Call:
		if !expr.IsUpdateFunction(e.Name) {
			if e.Name == "size" || expr.IsFunction(e.Name) {
				tr.fail("The function is not allowed in an update expression; function: %s", e.Name)
			}
			tr.unrecognized(e)
			break
		}
		args := make([]expr.SetValue, len(e.Args))
		for i := range e.Args {
			args[i] = tr.assigned(e.Args[i])
		}
		return tr.build.UpdateFunction(e.Name, args...)
	default:
		return tr.build.SetTo(tr.constant(e))
	}
	return tr.build.SetTo(attr.Value{})
}

// runWrite carries out a write by itself and returns what RETURNING asked for;
// nil for nothing.
func (s *Service) runWrite(ctx context.Context, w *statementWrite, returnOnCondition string, units *capacity) (attr.Item, error) {
	w.showOld = returnOnCondition == "ALL_OLD"
	if err := w.resolveKey(); err != nil {
		return nil, err
	}
	units.table = w.t.def.ID.Name
	done, err := s.perform(ctx, &w.action, units)
	if err != nil || !w.returning.Set {
		return nil, err
	}
	return returned(returnForm(w.returning), w.update, &done), nil
}

// returnForm is the ReturnValues that says what a RETURNING does.
func returnForm(r partiql.Returning) string {
	switch {
	case r.Modified && r.New:
		return "UPDATED_NEW"
	case r.Modified:
		return "UPDATED_OLD"
	case r.New:
		return "ALL_NEW"
	}
	return "ALL_OLD"
}
