package secretsmanager

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
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
	Keys  Keys
	// CheckPolicy refuses a resource policy that cannot be evaluated.
	CheckPolicy func(text string) error
}

// Keys encrypts what secrets hold; implemented over kms.
type Keys interface {
	Encrypt(ctx context.Context, key string, plaintext []byte, values map[string]string) ([]byte, error)
	Decrypt(ctx context.Context, blob []byte, values map[string]string) ([]byte, error)
	KeyARN(ctx context.Context, key string) (string, error)
}

// The staging labels Secrets Manager itself moves.
const (
	current  = "AWSCURRENT"
	previous = "AWSPREVIOUS"
)

// defaultKey encrypts secrets that name no key.
const defaultKey = "alias/aws/secretsmanager"

// Secret is a secret as the store keeps it. A zero Deletion is none; when the
// clock has passed it, the secret is not there any more.
type Secret struct {
	Name        string
	ARN         string
	Account     string
	Region      string
	Description string
	KeyID       string
	Policy      string
	Tags        map[string]string
	Created     time.Time
	Changed     time.Time
	Accessed    time.Time // day of the last GetSecretValue
	Deleted     time.Time // when its deletion was asked for
	Deletion    time.Time
	Versions    map[string]Version // by id
}

// Version is one value of a secret, encrypted.
type Version struct {
	Sealed  []byte
	Binary  bool // SecretBinary, else SecretString
	Stages  []string
	Created time.Time
	KeyID   string
}

// Service is Secrets Manager. Build it with New.
type Service struct {
	cfg  Config
	json *wire.JSON

	mu      sync.Mutex // guards what follows
	secrets *shelf.Shelf[Secret]
}

// New loads the secrets the store keeps.
func New(cfg Config) (_ *Service, err error) {
	s := &Service{cfg: cfg}
	s.json = &wire.JSON{Prefix: "secretsmanager", Version: "1.1", Namespace: "com.amazonaws.secretsmanager", MaxBody: 1 << 20, Ops: s.ops(), Log: cfg.Log}
	s.secrets, err = shelf.Open[Secret](cfg.Store, "secretsmanager/secrets")
	return s, err
}

// ServeHTTP answers the JSON 1.1 protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.json.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.json.Ops.Names() }

func place(ctx context.Context, name string) string {
	id := wire.IdentityFrom(ctx)
	return shelf.Key(id.Account, id.Region, name)
}

// suffix is what AWS adds to a name in an ARN: a dash and six letters.
const suffix = 7

func newSuffix() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	text := []byte("-------")
	for i := 1; i < suffix; i++ {
		text[i] = letters[rand.IntN(len(letters))]
	}
	return string(text)
}

// find returns a secret by name, by ARN, or by an ARN without its suffix.
// Called with mu held. Errors: ResourceNotFoundException; for a secret that
// waits for its deletion, unless deleted is set, InvalidRequestException.
func (s *Service) find(ctx context.Context, id string, deleted bool) (*Secret, error) {
	if id == "" {
		return nil, errParameter("You must provide a value for the SecretId parameter.")
	}
	secret := s.lookup(ctx, id)
	if secret == nil {
		return nil, errNotFound()
	}
	if !secret.Deletion.IsZero() && !deleted {
		return nil, errDeleted()
	}
	return secret, nil
}

// lookup is find without its rules; nil when there is none any more.
func (s *Service) lookup(ctx context.Context, id string) *Secret {
	key := place(ctx, id)
	name := ""
	if parts := strings.SplitN(id, ":", 7); len(parts) == 7 && parts[0] == "arn" {
		name = parts[6]
		key = shelf.Key(parts[4], parts[3], name)
	}
	secret, ok := s.secrets.Get(key) // a name, or an ARN without its suffix
	if !ok && len(name) > suffix {
		if secret, ok = s.secrets.Get(key[:len(key)-suffix]); ok && secret.ARN != id {
			return nil // an earlier secret of this name
		}
	}
	if !ok || secret.gone(s.cfg.Clock.Now()) {
		return nil
	}
	return secret
}

func (s *Secret) gone(now time.Time) bool { return !s.Deletion.IsZero() && !now.Before(s.Deletion) }

// change replaces a secret by what edit makes of a copy.
func (s *Service) change(ctx context.Context, id string, deleted bool, edit func(*Secret) error) (*Secret, error) {
	s.mu.Lock()
	old, err := s.find(ctx, id, deleted)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	next := *old
	next.Tags, next.Versions = maps.Clone(old.Tags), maps.Clone(old.Versions)
	if next.Tags == nil {
		next.Tags = map[string]string{}
	}
	if err := edit(&next); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	next.Changed = s.cfg.Clock.Now()
	wait := s.put(&next)
	s.mu.Unlock()
	return &next, wait()
}

func (s *Service) put(secret *Secret) func() error {
	return s.secrets.Put(shelf.Key(secret.Account, secret.Region, secret.Name), secret)
}

// stage moves labels to a version, taking them from where they were. What had
// AWSCURRENT gets AWSPREVIOUS.
func (s *Secret) stage(id string, labels ...string) {
	for _, label := range labels {
		if label == current {
			if old := s.staged(current); old != "" && old != id {
				s.move(previous, old)
			}
		}
		s.move(label, id)
	}
}

func (s *Secret) move(label, to string) {
	for id, v := range s.Versions {
		if slices.Contains(v.Stages, label) {
			v.Stages = slices.DeleteFunc(slices.Clone(v.Stages), func(l string) bool { return l == label })
			s.Versions[id] = v
		}
	}
	if v, ok := s.Versions[to]; ok {
		v.Stages = append(slices.Clone(v.Stages), label)
		s.Versions[to] = v
	}
}

// staged is the id of the version that has a label; empty when none has.
func (s *Secret) staged(label string) string {
	for id, v := range s.Versions {
		if slices.Contains(v.Stages, label) {
			return id
		}
	}
	return ""
}

// trim drops the versions without a label beyond the newest hundred.
func (s *Secret) trim() {
	var loose []string
	for id, v := range s.Versions {
		if len(v.Stages) == 0 {
			loose = append(loose, id)
		}
	}
	slices.SortFunc(loose, func(a, b string) int { return s.Versions[b].Created.Compare(s.Versions[a].Created) })
	for _, id := range loose[min(len(loose), 100):] {
		delete(s.Versions, id)
	}
}
