package lambda

import (
	"context"
	"slices"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// operations is the support matrix.
func (s *Service) operations() []operation {
	const functions, one = "/2015-03-31/functions", "/2015-03-31/functions/{name}"
	const mappings, mapping = "/2015-03-31/event-source-mappings", "/2015-03-31/event-source-mappings/{uuid}"
	return []operation{
		{"CreateFunction", "POST", functions, 201, s.createFunction},
		{"GetFunction", "GET", one, 200, s.getFunction},
		{"GetFunctionConfiguration", "GET", one + "/configuration", 200, s.getFunctionConfiguration},
		{"UpdateFunctionCode", "PUT", one + "/code", 200, s.updateFunctionCode},
		{"UpdateFunctionConfiguration", "PUT", one + "/configuration", 200, s.updateFunctionConfiguration},
		{"DeleteFunction", "DELETE", one, 204, s.deleteFunction},
		{"ListFunctions", "GET", functions, 200, s.listFunctions},
		{"ListFunctions", "GET", functions + "/{$}", 200, s.listFunctions},
		{"Invoke", "POST", one + "/invocations", 200, s.invoke},
		{"PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{name}/concurrency", 200, s.putConcurrency},
		{"GetFunctionConcurrency", "GET", "/2019-09-30/functions/{name}/concurrency", 200, s.getConcurrency},
		{"DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{name}/concurrency", 204, s.deleteConcurrency},
		{"PutFunctionEventInvokeConfig", "PUT", "/2019-09-25/functions/{name}/event-invoke-config", 200, s.putAsync},
		{"UpdateFunctionEventInvokeConfig", "POST", "/2019-09-25/functions/{name}/event-invoke-config", 200, s.updateAsync},
		{"GetFunctionEventInvokeConfig", "GET", "/2019-09-25/functions/{name}/event-invoke-config", 200, s.getAsync},
		{"DeleteFunctionEventInvokeConfig", "DELETE", "/2019-09-25/functions/{name}/event-invoke-config", 204, s.deleteAsync},
		{"ListTags", "GET", "/2017-03-31/tags/{arn}", 200, s.listTags},
		{"TagResource", "POST", "/2017-03-31/tags/{arn}", 204, s.tagResource},
		{"UntagResource", "DELETE", "/2017-03-31/tags/{arn}", 204, s.untagResource},
		{"CreateEventSourceMapping", "POST", mappings, 202, s.createMapping},
		{"CreateEventSourceMapping", "POST", mappings + "/{$}", 202, s.createMapping},
		{"GetEventSourceMapping", "GET", mapping, 200, s.getMapping},
		{"ListEventSourceMappings", "GET", mappings, 200, s.listMappings},
		{"ListEventSourceMappings", "GET", mappings + "/{$}", 200, s.listMappings},
		{"UpdateEventSourceMapping", "PUT", mapping, 202, s.updateMapping},
		{"DeleteEventSourceMapping", "DELETE", mapping, 202, s.deleteMapping},
	}
}

// FunctionCode is where a deployment package comes from.
type FunctionCode struct {
	ZipFile         []byte
	S3Bucket        string
	S3Key           string
	S3ObjectVersion string
	ImageUri        string
}

// CreateFunctionInput has the documented members this package understands;
// those it knows and does not build are checked in apply.
type CreateFunctionInput struct {
	FunctionName string
	Code         FunctionCode
	Publish      bool
	Tags         map[string]string
	Settings
}

// Settings are the members CreateFunction and UpdateFunctionConfiguration
// share. Nil leaves a setting as it is.
type Settings struct {
	Runtime           *string
	Role              *string
	Handler           *string
	Description       *string
	Timeout           *int
	MemorySize        *int
	PackageType       *string
	Environment       *struct{ Variables map[string]string }
	Architectures     []string
	EphemeralStorage  *struct{ Size int }
	LoggingConfig     *LoggingConfig
	TracingConfig     *struct{ Mode string }
	SnapStart         *struct{ ApplyOn string }
	Layers            []string
	VpcConfig         *struct{ SubnetIds, SecurityGroupIds []string }
	DeadLetterConfig  *struct{ TargetArn string }
	FileSystemConfigs []struct{ Arn, LocalMountPath string }
	KMSKeyArn         *string
	RevisionId        *string
}

// LoggingConfig names the log group; only the text format is built.
type LoggingConfig struct {
	LogFormat           string `json:",omitempty"`
	LogGroup            string `json:",omitempty"`
	ApplicationLogLevel string `json:",omitempty"`
	SystemLogLevel      string `json:",omitempty"`
}

// apply writes the settings into f, refusing what is not built.
func (in *Settings) apply(f *Function) error {
	switch {
	case len(in.Layers) > 0:
		return errUnsupported("layers")
	case in.VpcConfig != nil && len(in.VpcConfig.SubnetIds) > 0:
		return errUnsupported("functions in a VPC")
	case len(in.FileSystemConfigs) > 0:
		return errUnsupported("file systems")
	case in.SnapStart != nil && in.SnapStart.ApplyOn != "None":
		return errUnsupported("SnapStart")
	case in.TracingConfig != nil && in.TracingConfig.Mode != "PassThrough":
		return errUnsupported("active tracing")
	case in.PackageType != nil && *in.PackageType != "Zip":
		return errUnsupported("the package type " + *in.PackageType)
	case in.KMSKeyArn != nil && *in.KMSKeyArn != "":
		return errUnsupported("KMSKeyArn")
	case in.LoggingConfig != nil && (in.LoggingConfig.LogFormat != "" && in.LoggingConfig.LogFormat != "Text" || in.LoggingConfig.ApplicationLogLevel != "" || in.LoggingConfig.SystemLogLevel != ""):
		return errUnsupported("the log format JSON and log levels")
	case in.RevisionId != nil && *in.RevisionId != f.RevisionID:
		return wire.Errorf(412, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id")
	}
	set(&f.Runtime, in.Runtime)
	set(&f.Role, in.Role)
	set(&f.Handler, in.Handler)
	set(&f.Description, in.Description)
	set(&f.Timeout, in.Timeout)
	set(&f.MemorySize, in.MemorySize)
	if in.Environment != nil {
		f.Environment = in.Environment.Variables
	}
	if in.Architectures != nil {
		f.Architectures = in.Architectures
	}
	if in.EphemeralStorage != nil {
		f.Ephemeral = in.EphemeralStorage.Size
	}
	if in.DeadLetterConfig != nil {
		f.DeadLetter = in.DeadLetterConfig.TargetArn
	}
	if in.LoggingConfig != nil && in.LoggingConfig.LogGroup != "" {
		f.LogGroup = in.LoggingConfig.LogGroup
	}
	return f.check()
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// CreateFunction adds a function and returns its configuration.
func (s *Service) CreateFunction(ctx context.Context, in *CreateFunctionInput) (*FunctionConfiguration, error) {
	ref, err := parseReference(in.FunctionName, wire.IdentityFrom(ctx))
	if err != nil {
		return nil, err
	}
	if in.Publish {
		return nil, errUnsupported("published versions")
	}
	fn := &Function{
		Name: ref.Name, ARN: ref.arn(), Account: ref.Account, Region: ref.Region,
		Timeout: 3, MemorySize: minMemoryMB, Ephemeral: 512, Architectures: []string{"x86_64"},
		LogGroup: "/aws/lambda/" + ref.Name, Tags: in.Tags,
		LastModified: s.cfg.Clock.Now(), RevisionID: s.cfg.NewID(),
	}
	if in.Runtime == nil || in.Handler == nil {
		return nil, errInvalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.")
	}
	if err := in.apply(fn); err != nil {
		return nil, err
	}
	if fn.DeadLetter != "" {
		if err := s.checkQueueTarget(fn.DeadLetter); err != nil {
			return nil, err
		}
	}
	if _, err := s.entryOf(fn.ARN); err == nil {
		return nil, errFunctionExists(fn.Name) // before a large object is fetched in vain
	}
	zipped, err := s.code(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	if err := s.checkRole(fn); err != nil {
		return nil, err
	}
	fn.CodeSha256, fn.CodeSize = sumOf(zipped), int64(len(zipped))
	if err := s.create(fn, zipped, s.newEntry(fn)); err != nil {
		return nil, err
	}
	return configuration(fn, "Pending"), nil
}

func (s *Service) createFunction(ctx context.Context, r *request) (any, error) {
	in := &CreateFunctionInput{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.CreateFunction(ctx, in)
}

// GetFunctionOutput is a function with where its code is. The code itself is
// not offered for download; AWS's presigned URL has no counterpart here.
type GetFunctionOutput struct {
	Configuration *FunctionConfiguration
	Code          struct{ RepositoryType string }
	Tags          map[string]string `json:",omitempty"`
	Concurrency   *Concurrency      `json:",omitempty"`
}

// GetFunction describes a function by name or ARN.
func (s *Service) GetFunction(ctx context.Context, name, qualifier string) (*GetFunctionOutput, error) {
	e, err := s.find(ctx, name, qualifier)
	if err != nil {
		return nil, err
	}
	fn := e.pool.function()
	out := &GetFunctionOutput{Configuration: configuration(fn, "Active"), Tags: fn.Tags}
	out.Code.RepositoryType = "S3"
	if fn.Reserved != nil {
		out.Concurrency = &Concurrency{fn.Reserved}
	}
	return out, nil
}

func (s *Service) getFunction(ctx context.Context, r *request) (any, error) {
	return s.GetFunction(ctx, r.path("name"), r.query("Qualifier"))
}

func (s *Service) getFunctionConfiguration(ctx context.Context, r *request) (any, error) {
	out, err := s.GetFunction(ctx, r.path("name"), r.query("Qualifier"))
	if err != nil {
		return nil, err
	}
	return out.Configuration, nil
}

// UpdateFunctionCodeInput replaces the code.
type UpdateFunctionCodeInput struct {
	FunctionCode
	Architectures []string
	DryRun        bool
	Publish       bool
	RevisionId    *string
}

// UpdateFunctionCode replaces a function's code; the next invocation runs it.
func (s *Service) UpdateFunctionCode(ctx context.Context, name string, in *UpdateFunctionCodeInput) (*FunctionConfiguration, error) {
	e, err := s.find(ctx, name, "")
	if err != nil {
		return nil, err
	}
	if in.Publish || in.DryRun {
		return nil, errUnsupported("published versions and dry runs of code updates")
	}
	zipped, err := s.code(ctx, in.FunctionCode)
	if err != nil {
		return nil, err
	}
	fn, err := s.change(e, zipped, func(f *Function) error {
		f.CodeSha256, f.CodeSize = sumOf(zipped), int64(len(zipped))
		return (&Settings{Architectures: in.Architectures, RevisionId: in.RevisionId}).apply(f)
	})
	if err != nil {
		return nil, err
	}
	return configuration(fn, "Active"), nil
}

func (s *Service) updateFunctionCode(ctx context.Context, r *request) (any, error) {
	in := &UpdateFunctionCodeInput{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.UpdateFunctionCode(ctx, r.path("name"), in)
}

// UpdateFunctionConfiguration changes settings; environments that run with the
// old ones finish their invocation and end.
func (s *Service) UpdateFunctionConfiguration(ctx context.Context, name string, in *Settings) (*FunctionConfiguration, error) {
	e, err := s.find(ctx, name, "")
	if err != nil {
		return nil, err
	}
	if in.Architectures != nil || in.PackageType != nil {
		return nil, errUnsupported("the parameters Architectures and PackageType of this operation") // nor does AWS
	}
	if d := in.DeadLetterConfig; d != nil && d.TargetArn != "" {
		if err := s.checkQueueTarget(d.TargetArn); err != nil {
			return nil, err
		}
	}
	fn, err := s.change(e, nil, func(f *Function) error {
		if err := in.apply(f); err != nil {
			return err
		}
		if in.Role == nil && in.DeadLetterConfig == nil {
			return nil
		}
		return s.checkRole(f)
	})
	if err != nil {
		return nil, err
	}
	return configuration(fn, "Active"), nil
}

func (s *Service) updateFunctionConfiguration(ctx context.Context, r *request) (any, error) {
	in := &Settings{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.UpdateFunctionConfiguration(ctx, r.path("name"), in)
}

// DeleteFunction removes a function and kills its processes.
func (s *Service) DeleteFunction(ctx context.Context, name, qualifier string) error {
	e, err := s.find(ctx, name, qualifier)
	if err != nil {
		return err
	}
	return s.remove(e)
}

func (s *Service) deleteFunction(ctx context.Context, r *request) (any, error) {
	return nil, s.DeleteFunction(ctx, r.path("name"), r.query("Qualifier"))
}

func (s *Service) listFunctions(ctx context.Context, r *request) (any, error) {
	fns, next, err := page(r, s.list(wire.IdentityFrom(ctx)), 50)
	if err != nil {
		return nil, err
	}
	out := struct {
		Functions  []*FunctionConfiguration
		NextMarker string `json:",omitempty"`
	}{[]*FunctionConfiguration{}, next}
	for _, fn := range fns {
		out.Functions = append(out.Functions, configuration(fn, ""))
	}
	return out, nil
}

// Concurrency is a function's reserved concurrency.
type Concurrency struct {
	ReservedConcurrentExecutions *int `json:",omitempty"`
}

// PutFunctionConcurrency reserves concurrency; nil removes the reservation.
func (s *Service) PutFunctionConcurrency(ctx context.Context, name string, reserved *int) error {
	e, err := s.find(ctx, name, "")
	if err != nil {
		return err
	}
	if reserved != nil && *reserved < 0 {
		return errConstraint(quoteInt(*reserved), "reservedConcurrentExecutions", "Member must have value greater than or equal to 0")
	}
	_, err = s.change(e, nil, func(f *Function) error {
		f.Reserved = reserved
		return nil
	})
	return err
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
	e, err := s.find(ctx, r.path("name"), "")
	if err != nil {
		return nil, err
	}
	return &Concurrency{e.pool.function().Reserved}, nil
}

func (s *Service) deleteConcurrency(ctx context.Context, r *request) (any, error) {
	return nil, s.PutFunctionConcurrency(ctx, r.path("name"), nil)
}

func (s *Service) listTags(ctx context.Context, r *request) (any, error) {
	e, err := s.find(ctx, r.path("arn"), "")
	if err != nil {
		return nil, err
	}
	return map[string]any{"Tags": merge(nil, e.pool.function().Tags)}, nil
}

func (s *Service) tagResource(ctx context.Context, r *request) (any, error) {
	var in struct{ Tags map[string]string }
	if err := r.body(&in); err != nil {
		return nil, err
	}
	return nil, s.retag(ctx, r.path("arn"), func(tags map[string]string) map[string]string { return merge(tags, in.Tags) })
}

func (s *Service) untagResource(ctx context.Context, r *request) (any, error) {
	keys := r.http.URL.Query()["tagKeys"]
	return nil, s.retag(ctx, r.path("arn"), func(tags map[string]string) map[string]string {
		out := map[string]string{}
		for k, v := range tags {
			if !slices.Contains(keys, k) {
				out[k] = v
			}
		}
		return out
	})
}

// SetTags replaces a function's tags.
func (s *Service) SetTags(ctx context.Context, name string, tags map[string]string) error {
	return s.retag(ctx, name, func(map[string]string) map[string]string { return tags })
}

func (s *Service) retag(ctx context.Context, name string, edit func(map[string]string) map[string]string) error {
	e, err := s.find(ctx, name, "")
	if err != nil {
		return err
	}
	_, err = s.change(e, nil, func(f *Function) error {
		f.Tags = edit(f.Tags)
		return nil
	})
	return err
}

// FunctionConfiguration is AWS's description of a function.
type FunctionConfiguration struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string
	Role             string
	Handler          string
	CodeSize         int64
	CodeSha256       string
	Description      string
	Timeout          int
	MemorySize       int
	LastModified     string
	Version          string
	PackageType      string
	Architectures    []string
	Environment      *environment `json:",omitempty"`
	DeadLetterConfig *deadLetter  `json:",omitempty"`
	EphemeralStorage struct{ Size int }
	LoggingConfig    LoggingConfig
	TracingConfig    struct{ Mode string }
	SnapStart        struct{ ApplyOn, OptimizationStatus string }
	RevisionId       string
	State            string `json:",omitempty"`
	StateReason      string `json:",omitempty"`
	StateReasonCode  string `json:",omitempty"`
	LastUpdateStatus string `json:",omitempty"`
}

type environment struct{ Variables map[string]string }

type deadLetter struct{ TargetArn string }

// configuration describes fn. The state is Pending in the answer to
// CreateFunction only: the function works by the time anyone asks again.
func configuration(fn *Function, state string) *FunctionConfiguration {
	c := &FunctionConfiguration{
		FunctionName: fn.Name, FunctionArn: fn.ARN, Runtime: fn.Runtime, Role: fn.Role, Handler: fn.Handler,
		CodeSize: fn.CodeSize, CodeSha256: fn.CodeSha256, Description: fn.Description, Timeout: fn.Timeout, MemorySize: fn.MemorySize,
		LastModified: fn.LastModified.Format("2006-01-02T15:04:05.000") + "+0000", Version: latest, PackageType: "Zip",
		Architectures: fn.Architectures, LoggingConfig: LoggingConfig{LogFormat: "Text", LogGroup: fn.LogGroup}, RevisionId: fn.RevisionID,
		State: state,
	}
	if fn.DeadLetter != "" {
		c.DeadLetterConfig = &deadLetter{fn.DeadLetter}
	}
	c.EphemeralStorage.Size = fn.Ephemeral
	c.TracingConfig.Mode = "PassThrough"
	c.SnapStart.ApplyOn, c.SnapStart.OptimizationStatus = "None", "Off"
	if len(fn.Environment) > 0 {
		c.Environment = &environment{fn.Environment}
	}
	switch state {
	case "Pending":
		c.StateReason, c.StateReasonCode = "The function is being created.", "Creating"
		c.LastUpdateStatus = "InProgress"
	case "Active":
		c.LastUpdateStatus = "Successful"
	}
	return c
}
