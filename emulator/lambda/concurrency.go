package lambda

import (
	"context"
	"sync"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Concurrency of an account in a region (Lambda quotas, 2026).
const (
	defaultConcurrency = 1000
	leastUnreserved    = 100 // what reservations must leave for the others
)

// ledger counts the invocations under way in one account and region. Those of
// functions with a reservation count against that, all others against what the
// reservations leave.
type ledger struct {
	limit int

	mu       sync.Mutex // guards what follows, and the shares
	reserved int        // by all functions together
	others   int        // invocations under way of functions without a reservation
}

// share is one function's part of a ledger, over all its versions.
type share struct {
	ledger   *ledger
	reserved *int // nil: none
	running  int
}

// enter counts an invocation in, until leave, or throttles it.
func (h *share) enter() error {
	h.ledger.mu.Lock()
	defer h.ledger.mu.Unlock()
	switch {
	case h.reserved != nil && h.running >= *h.reserved:
		return errThrottled(reservedUsedUp)
	case h.reserved == nil && h.ledger.others >= h.ledger.limit-h.ledger.reserved:
		return errThrottled(accountUsedUp)
	}
	h.count(1)
	return nil
}

func (h *share) leave() {
	h.ledger.mu.Lock()
	defer h.ledger.mu.Unlock()
	h.count(-1)
}

// count is called with the ledger's mu held.
func (h *share) count(n int) {
	h.running += n
	if h.reserved == nil {
		h.ledger.others += n
	}
}

// reserve changes the reservation, nil for none, unless it leaves too little to
// the others.
func (h *share) reserve(n *int) error {
	l := h.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	total := l.reserved - valueOr(h.reserved, 0) + valueOr(n, 0)
	if n != nil && *n > valueOr(h.reserved, 0) && l.limit-total < min(leastUnreserved, l.limit) {
		return errReservation(min(leastUnreserved, l.limit))
	}
	if h.reserved == nil {
		l.others -= h.running
	}
	if n == nil {
		l.others += h.running
	}
	h.reserved, l.reserved = n, total
	return nil
}

func valueOr(n *int, otherwise int) int {
	if n == nil {
		return otherwise
	}
	return *n
}

// ledgerOf is called with s.mu held, or before anyone else has the service.
func (s *Service) ledgerOf(account, region string) *ledger {
	key := account + "/" + region
	if s.ledgers[key] == nil {
		s.ledgers[key] = &ledger{limit: s.cfg.Concurrency}
	}
	return s.ledgers[key]
}

// Concurrency is a function's reserved concurrency.
type Concurrency struct {
	ReservedConcurrentExecutions *int `json:",omitempty"`
}

// PutFunctionConcurrency reserves concurrency; 0 stops the function, nil removes
// the reservation.
func (s *Service) PutFunctionConcurrency(ctx context.Context, name string, reserved *int) error {
	e, err := s.find(ctx, name)
	if err != nil {
		return err
	}
	if reserved != nil && *reserved < 0 {
		return errConstraint(quoteInt(*reserved), "reservedConcurrentExecutions", "Member must have value greater than or equal to 0")
	}
	return s.annotate(e, func(f *Function) error {
		f.Reserved = reserved
		return e.share.reserve(reserved)
	})
}

func (s *Service) putConcurrency(ctx context.Context, r *request) (any, error) {
	in := &Concurrency{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	if in.ReservedConcurrentExecutions == nil {
		return nil, errConstraint("null", "reservedConcurrentExecutions", "Member must not be null")
	}
	return in, s.PutFunctionConcurrency(ctx, r.path("name"), in.ReservedConcurrentExecutions)
}

func (s *Service) getConcurrency(ctx context.Context, r *request) (any, error) {
	e, err := s.find(ctx, r.path("name"))
	if err != nil {
		return nil, err
	}
	return &Concurrency{e.pool.function().Reserved}, nil
}

func (s *Service) deleteConcurrency(ctx context.Context, r *request) (any, error) {
	return nil, s.PutFunctionConcurrency(ctx, r.path("name"), nil)
}

// AccountSettings is the account's limits and what it uses of them.
type AccountSettings struct {
	AccountLimit struct {
		TotalCodeSize, CodeSizeUnzipped, CodeSizeZipped      int64 // bytes
		ConcurrentExecutions, UnreservedConcurrentExecutions int
	}
	AccountUsage struct {
		TotalCodeSize, FunctionCount int64 // bytes of all versions; functions
	}
}

func (s *Service) accountSettings(ctx context.Context, _ *request) (any, error) {
	id := wire.IdentityFrom(ctx)
	out := &AccountSettings{}
	for _, fn := range s.list(id, true) {
		out.AccountUsage.TotalCodeSize += fn.CodeSize
		if fn.Version == latest {
			out.AccountUsage.FunctionCount++
		}
	}
	s.mu.Lock()
	l := s.ledgerOf(id.Account, id.Region)
	s.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	limit := &out.AccountLimit
	limit.TotalCodeSize, limit.CodeSizeUnzipped, limit.CodeSizeZipped = 75<<30, maxUnzippedBytes, maxZipBytes
	limit.ConcurrentExecutions, limit.UnreservedConcurrentExecutions = l.limit, l.limit-l.reserved
	return out, nil
}
