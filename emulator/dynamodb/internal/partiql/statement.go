package partiql

// Parse reads one statement, with or without a semicolon after it. It returns
// the number of parameters, the question marks, too. Errors are *Error.
func Parse(text string) (_ Statement, parameters int, err error) {
	p := &parser{tokens: lex(text)}
	s := p.statement()
	p.accept(";")
	p.finish()
	if p.err != nil {
		return nil, 0, p.err
	}
	return s, p.parameters, nil
}

func (p *parser) statement() Statement {
	switch t := p.next(); {
	case t.word("SELECT"):
		return p.selectStatement()
	case t.word("INSERT"):
		return p.insert()
	case t.word("UPDATE"):
		return p.update()
	case t.word("DELETE"):
		return p.delete()
	case t.word("FROM"):
		return p.fromFirst()
	case t.word("EXISTS"):
		return p.exists()
	case t.word("CREATE"), t.word("DROP"):
		return p.definition(t)
	default:
		p.malformed("Expected data manipulation")
		return nil
	}
}

// definition refuses statements about tables and indexes by name.
func (p *parser) definition(verb token) Statement {
	name := "Create"
	if verb.word("DROP") {
		name = "Drop"
	}
	switch what := p.next(); {
	case what.word("TABLE"):
		p.fail("Unsupported operation: %sTable", name)
	case what.word("INDEX"):
		p.fail("Unsupported operation: %sIndex", name)
	default:
		p.malformed("Unexpected token")
	}
	return nil
}

func (p *parser) selectStatement() *Select {
	s := &Select{}
	switch t := p.peek(); {
	case t.word("DISTINCT"), t.word("ALL"):
		p.fail("Unsupported token in expression: %s", upper(t.text))
	case t.word("VALUE"), t.word("PIVOT"):
		p.fail("Select projection doesn't support value or pivot keywords")
	}
	if !p.accept("*") {
		s.Items = p.projection()
	}
	if !p.acceptWord("FROM") {
		p.malformed("Expected FROM after the select list")
	}
	s.From = p.source()
	s.Where = p.where()
	if p.acceptWord("GROUP") {
		p.fail("Unsupported clause: GROUP BY")
	}
	if p.acceptWord("ORDER") {
		s.Order = p.order()
	}
	for _, clause := range []string{"HAVING", "LIMIT"} {
		if p.acceptWord(clause) {
			p.fail("Unsupported clause: %s at %s", clause, p.peek().pos)
		}
	}
	return s
}

// projection reads the list of paths after SELECT.
func (p *parser) projection() []*Path {
	var items []*Path
	for p.err == nil {
		e := p.expr()
		if p.err != nil {
			return nil
		}
		path, ok := e.(*Path)
		if !ok {
			p.fail("Unexpected path component at %s", e.At())
			return nil
		}
		items = append(items, path)
		p.noAlias()
		if !p.accept(",") {
			break
		}
	}
	return items
}

// noAlias refuses a name given to what has just been read.
func (p *parser) noAlias() {
	if t := p.peek(); t.word("AS") || t.kind == tokenQuoted || t.kind == tokenWord && !t.keyword() {
		p.fail("Aliasing is not supported")
	}
}

// source reads what a SELECT reads from.
func (p *parser) source() Table {
	switch t := p.peek(); t.kind {
	case tokenString, tokenNumber:
		p.fail("Unexpected from source")
	case tokenEnd:
		p.malformed("Unexpected term")
	}
	table := p.table("A path may contain at most 2 components in the FROM clause")
	p.noAlias()
	for _, join := range []string{"JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS"} {
		if p.peek().word(join) {
			p.fail("Only select from a single table or index is supported.")
		}
	}
	if p.peek().is(",") {
		p.fail("Only select from a single table or index is supported.")
	}
	return table
}

// table reads a table's name, and an index's after a dot.
func (p *parser) table(tooLong string) Table {
	t := Table{Name: p.name("Expected identifier for simple path")}
	if p.accept(".") {
		t.Index = p.name("Expected identifier for simple path")
	}
	if p.peek().is(".") {
		p.fail("%s", tooLong)
	}
	return t
}

// target reads the table of a write.
func (p *parser) target() Table {
	t := p.table("A path may contain at most 2 components in the FROM clause")
	p.noAlias()
	return t
}

func (p *parser) where() Expr {
	if !p.acceptWord("WHERE") {
		return nil
	}
	return p.expr()
}

func (p *parser) order() []Order {
	if !p.acceptWord("BY") {
		p.malformed("Expected BY")
	}
	var order []Order
	for p.err == nil {
		o := Order{By: p.expr()}
		if !p.acceptWord("ASC") {
			o.Descending = p.acceptWord("DESC")
		}
		order = append(order, o)
		if !p.accept(",") {
			break
		}
	}
	return order
}

func (p *parser) insert() *Insert {
	s := &Insert{}
	if !p.acceptWord("INTO") {
		p.malformed("Expected INTO")
	}
	s.Into = Table{Name: p.name("Expected identifier for simple path")}
	if p.peek().is(".") {
		p.fail("FROM clause may only contain a single table name in data manipulation statements")
	}
	if !p.acceptWord("VALUE") {
		if t := p.peek(); t.word("VALUES") || t.is("<<") || t.is("(") || t.is("{") || t.is("[") {
			p.acceptWord("VALUES")
			p.expr()
			p.fail("Unsupported operation: InsertOp")
		}
		p.leftover()
		return s
	}
	s.Item = p.expr()
	if p.peek().word("RETURNING") {
		p.fail("RETURNING is not supported in INSERT")
	}
	return s
}

func (p *parser) update() *Update {
	s := &Update{Table: p.target()}
	s.Actions = p.actions()
	s.Where = p.where()
	s.Returning = p.returning()
	return s
}

// fromFirst is UPDATE with its clauses in another order.
func (p *parser) fromFirst() *Update {
	s := &Update{Table: p.target()}
	s.Where = p.where()
	s.Actions = p.actions()
	s.Returning = p.returning()
	return s
}

// actions reads one SET or REMOVE after another, at least one.
func (p *parser) actions() []Action {
	var actions []Action
	for p.err == nil {
		switch {
		case p.acceptWord("SET"):
			for p.err == nil {
				a := Action{Path: p.simplePath()}
				if !p.accept("=") {
					p.malformed("Expected '=' in the assignment")
				}
				a.Value = p.expr()
				actions = append(actions, a)
				if !p.accept(",") {
					break
				}
			}
		case p.acceptWord("REMOVE"):
			actions = append(actions, Action{Path: p.simplePath()})
		default:
			if len(actions) == 0 {
				p.malformed("Expected data manipulation")
			}
			return actions
		}
	}
	return actions
}

func (p *parser) delete() *Delete {
	if !p.acceptWord("FROM") {
		p.malformed("Expected FROM")
	}
	s := &Delete{From: p.target()}
	s.Where = p.where()
	s.Returning = p.returning()
	return s
}

func (p *parser) returning() Returning {
	var r Returning
	if !p.acceptWord("RETURNING") {
		return r
	}
	r.Set = true
	switch {
	case p.acceptWord("MODIFIED"):
		r.Modified = true
	case !p.acceptWord("ALL"):
		p.malformed("Expected ALL or MODIFIED in the RETURNING clause")
	}
	switch {
	case p.acceptWord("NEW"):
		r.New = true
	case !p.acceptWord("OLD"):
		p.malformed("Expected OLD or NEW in the RETURNING clause")
	}
	if !p.accept("*") {
		p.fail("Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause")
	}
	return r
}

func (p *parser) exists() *Exists {
	p.expect("(")
	if !p.acceptWord("SELECT") {
		p.malformed("Expected SELECT")
	}
	s := &Exists{p.selectStatement()}
	p.expect(")")
	return s
}
