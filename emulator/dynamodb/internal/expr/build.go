package expr

import "github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"

// The parts a Builder makes: Node is a truth-valued part of a condition,
// Operand what its operators and functions take, SetValue what an update
// assigns.
type (
	Node     = node
	Operand  = operand
	SetValue = setValue
)

// Builder makes conditions and updates of parts instead of text, for requests
// in other languages: PartiQL and the legacy parameters. Its checks are those
// of the parsers, and so are its messages, but for the opening that names a
// parameter. The first error sticks; see Err. The zero Builder is ready.
type Builder struct{ p parser }

// Err is the first error met, an *Error, or nil.
func (b *Builder) Err() error {
	if b.p.err == nil {
		return nil
	}
	return b.p.err
}

// Path is the value at a document path.
func (b *Builder) Path(p Path) Operand { return operand{path: p} }

// Value is a literal.
func (b *Builder) Value(v attr.Value) Operand { return operand{literal: v} }

// Size is the function size.
func (b *Builder) Size(args ...Operand) Operand { return b.p.sizeOf(args) }

// And holds when both do.
func (b *Builder) And(x, y Node) Node { return &and{x, y} }

// Or holds when one does.
func (b *Builder) Or(x, y Node) Node { return &or{x, y} }

// Not holds when n does not.
func (b *Builder) Not(n Node) Node { return &not{n} }

// Compare is one of = <> < <= > >=.
func (b *Builder) Compare(op string, left, right Operand) Node { return b.p.compare(op, left, right) }

// Between is the operator BETWEEN.
func (b *Builder) Between(o, low, high Operand) Node { return b.p.between(o, low, high) }

// In is the operator IN.
func (b *Builder) In(o Operand, list []Operand) Node { return b.p.in(o, list) }

// IsFunction reports whether a condition has a truth-valued function of the name.
func IsFunction(name string) bool { return conditionFunctions[name] > 0 }

// Function is a call of a truth-valued function; see IsFunction.
func (b *Builder) Function(name string, args ...Operand) Node { return b.p.function(name, args) }

// Condition is the condition whose root is n.
func (b *Builder) Condition(n Node) *Condition { return &Condition{n} }

// SetTo assigns a literal.
func (b *Builder) SetTo(v attr.Value) SetValue { return &setLiteral{v} }

// SetFrom assigns the value at a path.
func (b *Builder) SetFrom(p Path) SetValue { return &setPath{p} }

// Sum assigns x+y or, with the operator "-", x-y.
func (b *Builder) Sum(operator string, x, y SetValue) SetValue { return b.p.sum(operator, x, y) }

// IsUpdateFunction reports whether an update has a function of the name.
func IsUpdateFunction(name string) bool { return updateFunctions[name] }

// UpdateFunction is a call of a function on the right side of SET; see
// IsUpdateFunction.
func (b *Builder) UpdateFunction(name string, args ...SetValue) SetValue {
	return b.p.updateFunction(name, args)
}

// Set adds the assignment of v to what is at p.
func (u *Update) Set(p Path, v SetValue) { u.sets = append(u.sets, setAction{p, v}) }

// Remove adds the removal of what is at p.
func (u *Update) Remove(p Path) { u.removes = append(u.removes, p) }

// Add adds a number to the number, or members to the set, at p.
func (u *Update) Add(p Path, v attr.Value) { u.adds = append(u.adds, memberAction{p, v}) }

// Delete takes members out of the set at p.
func (u *Update) Delete(p Path, v attr.Value) { u.deletes = append(u.deletes, memberAction{p, v}) }

// Check refuses an update whose paths cannot stand together. Errors are *Error.
func (u *Update) Check() error { return CheckPaths(u.Paths()) }

// CheckPaths refuses paths that cannot be written, or selected, together.
// Errors are *Error.
func CheckPaths(paths []Path) error {
	if err := checkClashes("", paths); err != nil {
		return err
	}
	return nil
}
