// Package partiql reads the statements of DynamoDB's PartiQL into trees. It
// knows the language and nothing of tables: what a statement means is for the
// engine to say.
//
// Read are SELECT, INSERT, UPDATE (also FROM-first), DELETE and EXISTS(SELECT);
// other statements of PartiQL are refused by name, as the service does.
//
// Sources: Developer Guide, "PartiQL - a SQL-compatible query language for
// Amazon DynamoDB" (read 2026-11). Messages the guide does not give are those
// that the public suite paritysuite/dynamodb-conformance pins on AWS or, where
// that is silent, those of DynamoDB Local 3.1.
package partiql

import (
	"fmt"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Statement is a *Select, *Insert, *Update, *Delete or *Exists.
type Statement interface{ statement() }

// The statements.
type (
	// Select reads; no Items stands for *.
	Select struct {
		Items []*Path
		From  Table
		Where Expr // nil: none
		Order []Order
	}
	// Insert writes an item that is not there yet.
	Insert struct {
		Into Table
		Item Expr
	}
	// Update changes an item. Its actions stand in the statement's order.
	Update struct {
		Table     Table
		Actions   []Action
		Where     Expr // nil: none
		Returning Returning
	}
	// Delete removes an item.
	Delete struct {
		From      Table
		Where     Expr // nil: none
		Returning Returning
	}
	// Exists checks in a transaction that a Select finds its item.
	Exists struct{ Select *Select }
)

func (*Select) statement() {}
func (*Insert) statement() {}
func (*Update) statement() {}
func (*Delete) statement() {}
func (*Exists) statement() {}

// Table is a table or, with Index, one of its indexes.
type Table struct{ Name, Index string }

// Order is one term of ORDER BY.
type Order struct {
	By         Expr
	Descending bool
}

// Action is one assignment of an Update or, with a nil Value, one REMOVE.
type Action struct {
	Path  *Path
	Value Expr
}

// Returning is what a write shall answer with; the zero Returning is nothing.
type Returning struct {
	Modified bool // only what the statement names, instead of ALL
	New      bool // as it is after the write, instead of OLD
	Set      bool
}

func (r Returning) String() string {
	what, when := "ALL", "OLD"
	if r.Modified {
		what = "MODIFIED"
	}
	if r.New {
		when = "NEW"
	}
	return "RETURNING " + what + " " + when + " *"
}

// Pos is where something stands in a statement: line and column from 1, and
// its length in characters.
type Pos struct{ Line, Column, Length int }

// At is the position; it makes every node an Expr.
func (p Pos) At() Pos { return p }

func (p Pos) String() string { return fmt.Sprintf("%d:%d:%d", p.Line, p.Column, p.Length) }

// Expr is a part of a statement that stands for a value.
type Expr interface{ At() Pos }

// The expressions. Functions' names are in lower case, operators in upper.
type (
	// Path leads to an attribute or into one; its first step is a name.
	Path struct {
		Pos
		Steps []Step
	}
	// Literal is a string, number, boolean or null. A number's text is as
	// written: whether it is one of DynamoDB's is not checked.
	Literal struct {
		Pos
		Value attr.Value
	}
	// Missing is the word MISSING.
	Missing struct{ Pos }
	// Ion is a literal in backticks.
	Ion struct {
		Pos
		Text string
	}
	// Parameter is a question mark, counted from 0.
	Parameter struct {
		Pos
		Index int
	}
	// List is [a, b], and also (a, b).
	List struct {
		Pos
		Elems []Expr
	}
	// Bag is <<a, b>>.
	Bag struct {
		Pos
		Elems []Expr
	}
	// Tuple is {'name': value}.
	Tuple struct {
		Pos
		Fields []Field
	}
	// Binary is an operator between two expressions: AND, OR, = <> < <= > >=,
	// LIKE, + - * / % or ||. Its position is the operator's.
	Binary struct {
		Pos
		Op          string
		Left, Right Expr
	}
	// Not is NOT x.
	Not struct {
		Pos
		X Expr
	}
	// In is x IN list.
	In struct {
		Pos
		X, List Expr
	}
	// Between is x BETWEEN low AND high.
	Between struct {
		Pos
		X, Low, High Expr
	}
	// Is is x IS type; Type is in upper case.
	Is struct {
		Pos
		X    Expr
		Type string
	}
	// Call is a function of arguments.
	Call struct {
		Pos
		Name string
		Args []Expr
	}
)

// Step is one part of a Path: a name or, when Indexed, a list's index.
type Step struct {
	Name    string
	Index   int
	Indexed bool
}

// Field is one entry of a Tuple.
type Field struct{ Key, Value Expr }

// Error is a refused statement; Message is AWS's, complete.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }
