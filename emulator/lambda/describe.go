package lambda

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

// configuration describes fn under an ARN, which names the qualifier it was asked
// by. The state is Pending in the answer to
// CreateFunction only: the function works by the time anyone asks again.
func configuration(fn *Function, arn, state string) *FunctionConfiguration {
	c := &FunctionConfiguration{
		FunctionName: fn.Name, FunctionArn: arn, Runtime: fn.Runtime, Role: fn.Role, Handler: fn.Handler,
		CodeSize: fn.CodeSize, CodeSha256: fn.CodeSha256, Description: fn.Description, Timeout: fn.Timeout, MemorySize: fn.MemorySize,
		LastModified: fn.LastModified.Format("2006-01-02T15:04:05.000") + "+0000", Version: fn.Version, PackageType: "Zip",
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
