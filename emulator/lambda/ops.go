package lambda

import (
	"context"

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
		{"PublishVersion", "POST", one + "/versions", 201, s.publishVersion},
		{"ListVersionsByFunction", "GET", one + "/versions", 200, s.listVersions},
		{"CreateAlias", "POST", one + "/aliases", 201, s.createAlias},
		{"ListAliases", "GET", one + "/aliases", 200, s.listAliases},
		{"GetAlias", "GET", one + "/aliases/{alias}", 200, s.getAlias},
		{"UpdateAlias", "PUT", one + "/aliases/{alias}", 200, s.updateAlias},
		{"DeleteAlias", "DELETE", one + "/aliases/{alias}", 204, s.deleteAlias},
		{"AddPermission", "POST", one + "/policy", 201, s.addPermission},
		{"GetPolicy", "GET", one + "/policy", 200, s.getPolicy},
		{"RemovePermission", "DELETE", one + "/policy/{statement}", 204, s.removePermission},
		{"GetAccountSettings", "GET", "/2016-08-19/account-settings", 200, s.accountSettings},
		{"GetAccountSettings", "GET", "/2016-08-19/account-settings/{$}", 200, s.accountSettings},
		{"PutFunctionConcurrency", "PUT", "/2017-10-31/functions/{name}/concurrency", 200, s.putConcurrency},
		{"GetFunctionConcurrency", "GET", "/2019-09-30/functions/{name}/concurrency", 200, s.getConcurrency},
		{"DeleteFunctionConcurrency", "DELETE", "/2017-10-31/functions/{name}/concurrency", 204, s.deleteConcurrency},
		{"PutFunctionEventInvokeConfig", "PUT", "/2019-09-25/functions/{name}/event-invoke-config", 200, s.putAsync},
		{"UpdateFunctionEventInvokeConfig", "POST", "/2019-09-25/functions/{name}/event-invoke-config", 200, s.updateAsync},
		{"GetFunctionEventInvokeConfig", "GET", "/2019-09-25/functions/{name}/event-invoke-config", 200, s.getAsync},
		{"DeleteFunctionEventInvokeConfig", "DELETE", "/2019-09-25/functions/{name}/event-invoke-config", 204, s.deleteAsync},
		{"ListFunctionEventInvokeConfigs", "GET", "/2019-09-25/functions/{name}/event-invoke-config/list", 200, s.listAsync},
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
		return errRevision()
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
	if ref.Qualifier != "" {
		return nil, errQualified()
	}
	fn := &Function{
		Name: ref.Name, ARN: ref.arn(), Version: latest, Account: ref.Account, Region: ref.Region,
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
		if err := s.checkDeadLetter(fn.DeadLetter); err != nil {
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
	e, err := s.create(fn, zipped)
	if err != nil {
		return nil, err
	}
	if !in.Publish {
		return configuration(fn, fn.ARN, "Pending"), nil
	}
	version, err := s.publish(e, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	return configuration(version, version.qualifiedARN(), "Pending"), nil
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
	c, err := s.resolve(ctx, name, qualifier)
	if err != nil {
		return nil, err
	}
	fn, err := s.function(c)
	if err != nil {
		return nil, err
	}
	own := c.e.pool.function()
	out := &GetFunctionOutput{Configuration: configuration(fn, c.arn(), "Active"), Tags: own.Tags}
	out.Code.RepositoryType = "S3"
	if own.Reserved != nil {
		out.Concurrency = &Concurrency{own.Reserved}
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
	e, err := s.find(ctx, name)
	if err != nil {
		return nil, err
	}
	zipped, err := s.code(ctx, in.FunctionCode)
	if err != nil {
		return nil, err
	}
	edit := func(f *Function) error {
		f.CodeSha256, f.CodeSize = sumOf(zipped), int64(len(zipped))
		return (&Settings{Architectures: in.Architectures, RevisionId: in.RevisionId}).apply(f)
	}
	if in.DryRun {
		fn := e.pool.function().clone()
		if err := edit(fn); err != nil {
			return nil, err
		}
		return configuration(fn, fn.ARN, "Active"), nil
	}
	fn, err := s.change(e, zipped, edit)
	if err != nil {
		return nil, err
	}
	if !in.Publish {
		return configuration(fn, fn.ARN, "Active"), nil
	}
	version, err := s.publish(e, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	return configuration(version, version.qualifiedARN(), "Active"), nil
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
	e, err := s.find(ctx, name)
	if err != nil {
		return nil, err
	}
	if in.Architectures != nil || in.PackageType != nil {
		return nil, errUnsupported("the parameters Architectures and PackageType of this operation") // nor does AWS
	}
	if d := in.DeadLetterConfig; d != nil && d.TargetArn != "" {
		if err := s.checkDeadLetter(d.TargetArn); err != nil {
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
	return configuration(fn, fn.ARN, "Active"), nil
}

func (s *Service) updateFunctionConfiguration(ctx context.Context, r *request) (any, error) {
	in := &Settings{}
	if err := r.body(in); err != nil {
		return nil, err
	}
	return s.UpdateFunctionConfiguration(ctx, r.path("name"), in)
}

// DeleteFunction removes a function with all its versions and aliases, or, with
// a qualifier, one published version. Their processes are killed.
func (s *Service) DeleteFunction(ctx context.Context, name, qualifier string) error {
	ref, err := qualified(ctx, name, qualifier)
	if err != nil {
		return err
	}
	e, err := s.entryOf(ref.arn())
	switch {
	case err != nil:
		return err
	case ref.Qualifier == "":
		return s.remove(e)
	case ref.Qualifier == latest:
		return errInvalid("$LATEST version cannot be deleted without deleting the function.")
	case !isVersion(ref.Qualifier):
		return errInvalid("Deletion of aliases is not currently supported.")
	}
	return s.removeVersion(e, ref.Qualifier)
}

func (s *Service) deleteFunction(ctx context.Context, r *request) (any, error) {
	return nil, s.DeleteFunction(ctx, r.path("name"), r.query("Qualifier"))
}

func (s *Service) listFunctions(ctx context.Context, r *request) (any, error) {
	all := r.query("FunctionVersion") == "ALL"
	if which := r.query("FunctionVersion"); which != "" && !all {
		return nil, errConstraint("'"+which+"'", "functionVersion", "Member must satisfy enum value set: [ALL]")
	}
	fns, next, err := page(r, s.list(wire.IdentityFrom(ctx), all), 50)
	if err != nil {
		return nil, err
	}
	out := struct {
		Functions  []*FunctionConfiguration
		NextMarker string `json:",omitempty"`
	}{[]*FunctionConfiguration{}, next}
	for _, fn := range fns {
		arn := fn.ARN
		if all {
			arn = fn.qualifiedARN()
		}
		out.Functions = append(out.Functions, configuration(fn, arn, ""))
	}
	return out, nil
}
