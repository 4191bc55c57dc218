package kms

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Config is what a Service needs; all fields are required.
type Config struct {
	Clock *clock.Clock
	Store store.Store
	Log   *slog.Logger
	NewID func() string // UUIDs
	// CheckPolicy refuses a key policy that cannot be evaluated.
	CheckPolicy func(text string) error
}

// Key is a key as the store keeps it. A zero Deletion is none; when the clock
// has passed it, the key is not there any more.
type Key struct {
	ID          string
	ARN         string
	Account     string
	Region      string
	Spec        string
	Usage       string
	Description string
	Manager     string // CUSTOMER or AWS
	Policy      string
	Disabled    bool
	Rotation    int // days; 0: not rotated
	Created     time.Time
	Deletion    time.Time
	Tags        map[string]string
	Material    []byte // raw for symmetric and HMAC keys, else PKCS #8
}

// alias is another name of a key.
type alias struct {
	Name    string // alias/…
	ARN     string
	KeyID   string
	Created time.Time
	Updated time.Time
}

// Service is KMS. Build it with New.
type Service struct {
	cfg  Config
	json *wire.JSON

	mu      sync.Mutex          // guards what follows
	keys    *shelf.Shelf[Key]   // account, region, id
	aliases *shelf.Shelf[alias] // account, region, name
}

// New loads the keys the store keeps.
func New(cfg Config) (_ *Service, err error) {
	s := &Service{cfg: cfg}
	s.json = &wire.JSON{Prefix: "TrentService", Version: "1.1", Namespace: "com.amazonaws.kms", MaxBody: 1 << 20, Ops: s.ops(), Log: cfg.Log}
	if s.keys, err = shelf.Open[Key](cfg.Store, "kms/keys"); err != nil {
		return nil, err
	}
	s.aliases, err = shelf.Open[alias](cfg.Store, "kms/aliases")
	return s, err
}

// ServeHTTP answers the JSON 1.1 protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.json.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.json.Ops.Names() }

// scope is the part of a key's place that its caller has.
func scope(ctx context.Context) (account, region string) {
	id := wire.IdentityFrom(ctx)
	return id.Account, id.Region
}

func arn(account, region, resource string) string {
	return "arn:aws:kms:" + region + ":" + account + ":" + resource
}

// key finds a key by id, ARN, alias or alias ARN. Called with mu held. Errors:
// NotFoundException.
func (s *Service) key(ctx context.Context, name string) (*Key, error) {
	if name == "" || len(name) > 2048 {
		return nil, errMember(name, "keyId", "Member must have length greater than or equal to 1")
	}
	account, region := scope(ctx)
	resource := name
	if rest, isARN := strings.CutPrefix(name, "arn:"); isARN {
		parts := strings.SplitN(rest, ":", 5) // partition, service, region, account, resource
		if len(parts) != 5 || parts[1] != "kms" {
			return nil, wire.Errorf(400, "InvalidArnException", "Invalid arn %s", name)
		}
		region, account, resource = parts[2], parts[3], parts[4]
	}
	if strings.HasPrefix(resource, "alias/") {
		a, ok := s.aliases.Get(shelf.Key(account, region, resource))
		if !ok {
			return nil, errNoAlias(arn(account, region, resource))
		}
		resource = a.KeyID
	}
	id := strings.TrimPrefix(resource, "key/")
	k, ok := s.keys.Get(shelf.Key(account, region, id))
	if !ok || k.gone(s.cfg.Clock.Now()) {
		return nil, errNoKey(arn(account, region, "key/"+id))
	}
	return k, nil
}

func (k *Key) gone(now time.Time) bool { return !k.Deletion.IsZero() && !now.Before(k.Deletion) }

// usable finds a key to work with. Errors: those of key, DisabledException,
// KMSInvalidStateException, and InvalidKeyUsageException for another usage.
func (s *Service) usable(ctx context.Context, name, usage, operation string) (*Key, error) {
	s.mu.Lock()
	k, err := s.key(ctx, name)
	s.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case !k.Deletion.IsZero():
		return nil, errPending(k.ARN)
	case k.Disabled:
		return nil, errDisabled(k.ARN)
	case k.Usage != usage:
		return nil, errUsage(k, operation)
	}
	return k, nil
}

// change replaces a key by what edit makes of a copy.
func (s *Service) change(ctx context.Context, name string, edit func(*Key) error) (*Key, error) {
	s.mu.Lock()
	old, err := s.key(ctx, name)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	next := *old
	if err := edit(&next); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	wait := s.put(&next)
	s.mu.Unlock()
	return &next, wait()
}

func (s *Service) put(k *Key) func() error {
	return s.keys.Put(shelf.Key(k.Account, k.Region, k.ID), k)
}
