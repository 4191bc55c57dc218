package lambda

import (
	"maps"
	"slices"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
)

// Limits of a function's settings (Lambda quotas, 2026).
const (
	minMemoryMB       = 128
	maxMemoryMB       = 10_240
	maxTimeoutSeconds = 900
	maxEnvBytes       = 4096
	maxZipBytes       = 50 << 20
	maxSyncBytes      = 6 << 20 // request and response of a synchronous invocation
	maxAsyncBytes     = 1 << 20
)

// latest is the version that can be changed.
const latest = "$LATEST"

// Function is one version of a function as the store keeps it. Values are never
// changed once shared: an update makes a copy.
type Function struct {
	Name          string
	ARN           string // unqualified
	Version       string // $LATEST or a number
	Account       string
	Region        string
	Runtime       string
	Handler       string
	Role          string
	Description   string
	Timeout       int // seconds
	MemorySize    int // MB
	Environment   map[string]string
	Architectures []string
	Tags          map[string]string
	LogGroup      string
	Ephemeral     int    // MB of /tmp; kept, not enforced
	DeadLetter    string // ARN of a queue or topic for events given up
	CodeSha256    string // base64, as AWS shows it
	CodeSize      int64
	LastModified  time.Time
	RevisionID    string

	// PublishedFrom, of a published version, is the fingerprint of the $LATEST it
	// was made of.
	PublishedFrom string `json:",omitempty"`

	// What follows belongs to the function, not to one version of it, and is kept
	// with $LATEST only.

	Reserved     *int
	Published    int                    // the number of the last version published
	AsyncConfigs map[string]AsyncConfig // by qualifier; none: the defaults
	Policies     map[string][]Statement // by qualifier, "" the function's own

	generation int // rises with each change that running environments must heed
}

func (f *Function) clone() *Function {
	c := *f
	c.Environment, c.Tags, c.Architectures = maps.Clone(f.Environment), maps.Clone(f.Tags), slices.Clone(f.Architectures)
	c.AsyncConfigs, c.Policies = maps.Clone(f.AsyncConfigs), maps.Clone(f.Policies)
	if f.Reserved != nil {
		n := *f.Reserved
		c.Reserved = &n
	}
	return &c
}

// qualifiedARN names this version.
func (f *Function) qualifiedARN() string { return f.ARN + ":" + f.Version }

// runtimes are the ones whose code is a bootstrap binary. The managed ones
// would need their interpreters.
var runtimes = []string{"provided.al2023", "provided.al2"}

// inProcess is the Runtime of a Go handler of the hosting process (HandleFunc).
const inProcess = "cumin.inprocess"

var rolePattern = pattern.New(`^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+$`)

// reservedKeys are the environment variables a function may not set
// (Developer Guide, "Defined runtime environment variables").
var reservedKeys = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
	"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

// check says what is wrong with the settings, in AWS's words.
func (f *Function) check() error {
	if f.Runtime != inProcess && !slices.Contains(runtimes, f.Runtime) {
		return errUnsupported("the runtime " + f.Runtime + "; it runs provided.al2023, whose code is a bootstrap binary")
	}
	if !rolePattern.MatchString(f.Role) {
		return errConstraint("'"+f.Role+"'", "role", `Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+`)
	}
	if f.Timeout < 1 || f.Timeout > maxTimeoutSeconds {
		return errConstraint(quoteInt(f.Timeout), "timeout", bound(f.Timeout < 1, 1, maxTimeoutSeconds))
	}
	if f.MemorySize < minMemoryMB || f.MemorySize > maxMemoryMB {
		return errConstraint(quoteInt(f.MemorySize), "memorySize", bound(f.MemorySize < minMemoryMB, minMemoryMB, maxMemoryMB))
	}
	if len(f.Architectures) != 1 || f.Architectures[0] != "x86_64" && f.Architectures[0] != "arm64" {
		return errConstraint("'"+sprintList(f.Architectures)+"'", "architectures", "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]")
	}
	return f.checkEnvironment()
}

func (f *Function) checkEnvironment() error {
	size := 0
	var reserved []string
	for k, v := range f.Environment {
		size += len(k) + len(v)
		if slices.Contains(reservedKeys, k) {
			reserved = append(reserved, k)
		}
	}
	if len(reserved) > 0 {
		slices.Sort(reserved)
		return errReservedKeys(reserved)
	}
	if size > maxEnvBytes {
		return errInvalid("Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: %d bytes", size)
	}
	return nil
}
