package ssm

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
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
	Keys  Keys
}

// Keys encrypts what parameters hold; implemented over kms.
type Keys interface {
	Encrypt(ctx context.Context, key string, plaintext []byte, values map[string]string) ([]byte, error)
	Decrypt(ctx context.Context, blob []byte, values map[string]string) ([]byte, error)
	KeyARN(ctx context.Context, key string) (string, error)
}

// Types of a parameter.
const (
	typeString = "String"
	typeList   = "StringList"
	typeSecure = "SecureString"
)

// defaultKey encrypts SecureStrings that name no key.
const defaultKey = "alias/aws/ssm"

// maxVersions is how many versions of a parameter are kept.
const maxVersions = 100

// Parameter is a parameter as the store keeps it, oldest version first.
type Parameter struct {
	Name     string
	ARN      string
	Account  string
	Region   string
	Tags     map[string]string
	Versions []Version
}

// Version is one value of a parameter. A SecureString's is encrypted.
type Version struct {
	Number      int64
	Type        string
	Value       string // base64 of the ciphertext for a SecureString
	KeyID       string
	Description string
	Pattern     string
	Tier        string
	DataType    string
	Modified    time.Time
	By          string // ARN
	Labels      []string
}

func (p *Parameter) latest() *Version { return &p.Versions[len(p.Versions)-1] }

// Service is the Parameter Store. Build it with New.
type Service struct {
	cfg  Config
	json *wire.JSON

	mu         sync.Mutex // guards what follows
	parameters *shelf.Shelf[Parameter]
}

// New loads the parameters the store keeps.
func New(cfg Config) (_ *Service, err error) {
	s := &Service{cfg: cfg}
	s.json = &wire.JSON{Prefix: "AmazonSSM", Version: "1.1", Namespace: "com.amazonaws.ssm", MaxBody: 1 << 20, Ops: s.ops(), Log: cfg.Log}
	s.parameters, err = shelf.Open[Parameter](cfg.Store, "ssm/parameters")
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

// arnOf is a parameter's ARN, in which a hierarchy's first slash is the one
// behind "parameter".
func arnOf(ctx context.Context, name string) string {
	id := wire.IdentityFrom(ctx)
	return "arn:aws:ssm:" + id.Region + ":" + id.Account + ":parameter/" + strings.TrimPrefix(name, "/")
}

// selected splits NAME:VERSION and NAME:LABEL; an ARN is its name.
func selected(text string) (name, selector string) {
	if rest, isARN := strings.CutPrefix(text, "arn:aws:ssm:"); isARN {
		_, rest, _ = strings.Cut(rest, ":parameter")
		text = rest
		if strings.Count(text, "/") == 1 { // parameter/name is name, parameter/a/b is /a/b
			text = text[1:]
		}
	}
	name, selector, _ = strings.Cut(text, ":")
	return name, selector
}

// find returns a parameter and the version its selector names, the newest for
// none. Called with mu held. Errors: ParameterNotFound, ParameterVersionNotFound.
func (s *Service) find(ctx context.Context, text string) (*Parameter, *Version, error) {
	name, selector := selected(text)
	p, ok := s.parameters.Get(place(ctx, name))
	if !ok {
		return nil, nil, errNotFound()
	}
	if selector == "" {
		return p, p.latest(), nil
	}
	number, err := strconv.ParseInt(selector, 10, 64)
	i := slices.IndexFunc(p.Versions, func(v Version) bool {
		return err == nil && v.Number == number || err != nil && slices.Contains(v.Labels, selector)
	})
	if i < 0 {
		return nil, nil, errNoVersion(selector, name)
	}
	return p, &p.Versions[i], nil
}

// value is a version's value, decrypted when asked.
func (s *Service) value(ctx context.Context, p *Parameter, v *Version, decrypt bool) (string, error) {
	if v.Type != typeSecure || !decrypt {
		return v.Value, nil
	}
	blob, err := base64.StdEncoding.DecodeString(v.Value)
	if err != nil {
		return "", err
	}
	text, err := s.cfg.Keys.Decrypt(ctx, blob, encryptionContext(p.ARN))
	if err != nil {
		return "", errKey(err)
	}
	return string(text), nil
}

// encryptionContext binds a ciphertext to its parameter (User Guide, "How
// Parameter Store uses AWS KMS").
func encryptionContext(arn string) map[string]string {
	return map[string]string{"PARAMETER_ARN": arn}
}

// errKey is KMS's refusal in Parameter Store's words.
func errKey(err error) error {
	e := wire.AsError(err)
	if e.Status >= 500 {
		return err
	}
	return wire.Errorf(400, "InvalidKeyId", "%s (Service: AWSKMS; Status Code: %d; Error Code: %s)", e.Message, e.Status, e.Code)
}

// named lists the caller's parameters by name.
func (s *Service) named(ctx context.Context, prefix string) []*Parameter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parameters.All(place(ctx, prefix))
}
