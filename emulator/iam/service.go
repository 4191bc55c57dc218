package iam

import (
	"crypto/rand"
	"encoding/base64"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Config is what a Service needs; all fields but Unevaluated are required.
type Config struct {
	Clock *clock.Clock
	Store store.Store
	Log   *slog.Logger
	NewID func() string
	// Unevaluated: nobody asks for decisions, so any JSON is taken for a policy.
	Unevaluated bool
}

// Service is IAM. Build it with New.
type Service struct {
	cfg   Config
	query *wire.Query

	mu       sync.Mutex // guards what follows
	roles    *shelf.Shelf[Role]
	users    *shelf.Shelf[User]
	keys     *shelf.Shelf[AccessKey]     // by id: every user's
	sessions *shelf.Shelf[Session]       // by access key
	policies *shelf.Shelf[ManagedPolicy] // by ARN: the accounts' own
	profiles *shelf.Shelf[InstanceProfile]
}

// New loads what the store keeps.
func New(cfg Config) (_ *Service, err error) {
	s := &Service{cfg: cfg}
	s.query = &wire.Query{Namespace: "https://iam.amazonaws.com/doc/2010-05-08/", Version: "2010-05-08", MaxBody: 1 << 20, Ops: s.ops(), Log: cfg.Log}
	if s.roles, err = shelf.Open[Role](cfg.Store, "iam/roles"); err != nil {
		return nil, err
	}
	if s.users, err = shelf.Open[User](cfg.Store, "iam/users"); err != nil {
		return nil, err
	}
	if s.keys, err = shelf.Open[AccessKey](cfg.Store, "iam/keys"); err != nil {
		return nil, err
	}
	if s.sessions, err = shelf.Open[Session](cfg.Store, "iam/sessions"); err != nil {
		return nil, err
	}
	if s.policies, err = shelf.Open[ManagedPolicy](cfg.Store, "iam/policies"); err != nil {
		return nil, err
	}
	if s.profiles, err = shelf.Open[InstanceProfile](cfg.Store, "iam/profiles"); err != nil {
		return nil, err
	}
	s.recompile()
	return s, nil
}

// recompile reads the policies of what was loaded. Who has one that cannot be
// read, from another version of this package, may do nothing.
func (s *Service) recompile() {
	warn := func(arn string, err error) {
		if err != nil && !s.cfg.Unevaluated {
			s.cfg.Log.Warn("a stored policy cannot be evaluated: it allows nothing", slog.String("of", arn), slog.Any("err", err))
		}
	}
	for _, p := range s.policies.All("") {
		warn(p.ARN, p.compile())
	}
	for _, r := range s.roles.All("") {
		warn(r.ARN, r.compile())
	}
	for _, u := range s.users.All("") {
		warn(u.ARN, u.compile())
	}
}

// ServeHTTP answers the query protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.query.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.query.Ops.Names() }

// Codes and texts as in the API Reference, "Errors" of each operation.

func errNone(kind, name string) *wire.Error {
	return wire.Errorf(404, "NoSuchEntity", "The %s with name %s cannot be found.", kind, name)
}

func errPolicyNone(arn string) *wire.Error {
	return wire.Errorf(404, "NoSuchEntity", "Policy %s was not found.", arn)
}

func errExists(kind, name string) *wire.Error {
	return wire.Errorf(409, "EntityAlreadyExists", "%s with name %s already exists.", kind, name)
}

func errMalformed() *wire.Error {
	return wire.Errorf(400, "MalformedPolicyDocument", "This policy contains invalid Json")
}

func errConflict(what string) *wire.Error {
	return wire.Errorf(409, "DeleteConflict", "Cannot delete entity, must %s first.", what)
}

func errName(member string) *wire.Error {
	return wire.Errorf(400, "ValidationError", "The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-", member)
}

func key(account, name string) string { return shelf.Key(account, name) }

var nameForm = pattern.New(`^[\w+=,.@-]{1,128}$`)

// newID is AWS's form of an entity's id: four letters for its kind, then
// seventeen more.
func (s *Service) newID(kind string) string {
	return kind + strings.ToUpper(strings.ReplaceAll(s.cfg.NewID(), "-", ""))[:17]
}

// newAccessKey returns a key of a kind (AKIA of users, ASIA of sessions) that
// nobody has, and its secret.
func newAccessKey(kind string) (id, secret string) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var b [46]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // crypto/rand does not fail (Go 1.24)
	}
	name := []byte(kind)
	for _, v := range b[:16] {
		name = append(name, letters[int(v)%len(letters)])
	}
	return string(name), base64.StdEncoding.EncodeToString(b[16:])
}

func epoch(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
