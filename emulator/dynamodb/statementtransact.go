package dynamodb

import (
	"context"
	"strconv"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type executeTransactionInput struct {
	statements     []*statementInput
	token          optional
	returnCapacity string
}

func (in *executeTransactionInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "TransactStatements":
		r.Array(func() {
			st := &statementInput{}
			readMembers(r, st.decode)
			in.statements = append(in.statements, st)
		})
	case "ClientRequestToken":
		in.token = readOptional(r)
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	default:
		return false
	}
	return true
}

// executeTransaction runs statements as TransactGetItems or TransactWriteItems
// does: all of them read, or all of them write.
func (s *Service) executeTransaction(ctx context.Context, in *executeTransactionInput) (*transactGetOutput, error) {
	if err := checkStatements(in.statements, "transactStatements", maxTransactActions, in.returnCapacity, in.token); err != nil {
		return nil, err
	}
	all := make([]*prepared, len(in.statements))
	reads := 0
	for i, st := range in.statements {
		p, err := s.prepareStatement(ctx, st)
		if err == nil {
			err = p.fitsTransaction()
		}
		if err != nil {
			return nil, inStatement(i, err)
		}
		if p.selection != nil {
			reads++
		}
		all[i] = p
	}
	switch reads {
	case len(all):
		return s.selectTogether(ctx, all, in.returnCapacity)
	case 0:
		return s.writeTogether(ctx, in, all)
	}
	return nil, errValidation("ExecuteTransaction API does not support both read and write operations in the same request.")
}

// fitsTransaction refuses what a statement may not do inside a transaction.
func (p *prepared) fitsTransaction() error {
	switch {
	case p.selection != nil && p.selection.ix != nil:
		return errIndexInTransaction()
	case p.selection != nil && p.selection.key == nil:
		return errValidation("Select statements within ExecuteTransaction must specify the primary key in the where clause.")
	case p.write != nil && p.write.returning.Set:
		return errValidation("RETURNING clause is not supported in ExecuteTransaction.")
	}
	return nil
}

// inStatement says which statement a transaction is refused for.
func inStatement(i int, err error) error {
	e := wire.AsError(err)
	if e.Code != "ValidationException" {
		return err
	}
	return errValidation("Validation failed in TransactStatements[%d]: %s", i, e.Message)
}

// selectTogether reads all items in one instant.
func (s *Service) selectTogether(ctx context.Context, all []*prepared, returnCapacity string) (*transactGetOutput, error) {
	gets := make([]*transactGet, len(all))
	for i, p := range all {
		gets[i] = &transactGet{tableName: p.table, t: p.selection.t, key: p.selection.key}
	}
	out, err := s.getTogether(ctx, gets, returnCapacity)
	if err != nil {
		return nil, err
	}
	for i, it := range out.items {
		if it != nil {
			out.items[i] = all[i].selection.row(it)
		}
	}
	return out, nil
}

// writeTogether makes all writes or none. Its answer has no items.
func (s *Service) writeTogether(ctx context.Context, in *executeTransactionInput, all []*prepared) (*transactGetOutput, error) {
	tx := &transactWriteInput{token: in.token, returnCapacity: in.returnCapacity}
	for i, p := range all {
		st := in.statements[i]
		a := &transactAction{action: p.write.action, statement: optional{st.text, true}}
		a.showOld = st.returnOnCondition == "ALL_OLD"
		for n, v := range st.parameters { // what the request's digest is made of
			a.scope.Values = append(a.scope.Values, expr.Value{Key: strconv.Itoa(n), Value: v})
		}
		tx.actions = append(tx.actions, a)
	}
	if err := tx.check(); err != nil {
		return nil, err
	}
	done, err := s.writeAll(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &transactGetOutput{items: []attr.Item{}, capacity: done.capacity}, nil
}
