package compose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/deploy"
	"github.com/anikeshk/cumin/internal/platform"
	"github.com/anikeshk/cumin/localstack"
)

// Profile chooses the AWS of the stack.
type Profile string

// The profiles of docker-compose.yml.
const (
	LocalStack Profile = "localstack"
	Emulator   Profile = "emulator"
)

const (
	stackName = "cumin" // the data stack's, in docker-compose.yml

	// FunctionsLabel is on the containers that LocalStack runs functions in;
	// compose does not know them.
	FunctionsLabel = "cumin.functions-of=compose"

	// endpoint is where this machine and its browser reach the AWS.
	endpoint = "http://localhost:4566"

	startTimeout = 5 * time.Minute // LocalStack on a busy machine
	stopTimeout  = 2 * time.Minute
)

// Stack is the composed stack of a checkout. There is one at a time: its ports
// are fixed, and so is the project's name.
type Stack struct {
	Root    string
	Profile Profile
	Out     io.Writer // takes what docker says
}

// Up starts what is not running and returns when all of it is healthy. The
// images are those that Build made.
func (s Stack) Up(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	// The edge depends on all others, directly or not.
	if err := s.compose(ctx, "up", "--detach", "--wait", "--quiet-pull", "edge"); err != nil {
		return errors.Join(fmt.Errorf("start the stack: %w", err), s.compose(context.WithoutCancel(ctx), "logs", "--tail", "30"))
	}
	return nil
}

// Logs follows what the services say until ctx ends.
func (s Stack) Logs(ctx context.Context) error {
	err := s.compose(ctx, "logs", "--follow", "--tail", "0")
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// Down stops and removes the containers and the network, those that LocalStack
// made for functions too. The volumes stay, with keys and the emulator's data;
// with all they go as well.
func (s Stack) Down(ctx context.Context, all bool) error {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	stop := s.compose(ctx, "stop") // LocalStack ends its functions' containers
	args := []string{"down", "--remove-orphans"}
	if all {
		args = append(args, "--volumes")
	}
	return errors.Join(stop, s.removeFunctions(ctx), s.compose(ctx, args...))
}

// removeFunctions removes the containers of a LocalStack that was killed.
func (s Stack) removeFunctions(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "docker", "ps", "--all", "--quiet", "--filter", "label="+FunctionsLabel).Output()
	if err != nil {
		return fmt.Errorf("list the functions' containers: %w", err)
	}
	ids := strings.Fields(string(out))
	if len(ids) == 0 {
		return nil
	}
	return s.docker(ctx, append([]string{"rm", "--force", "--volumes"}, ids...)...)
}

// Kill ends one service as SIGKILL does; compose does not start it again.
func (s Stack) Kill(ctx context.Context, service string) error {
	return s.compose(ctx, "kill", service)
}

// Start starts a service that was killed and waits until it is healthy.
func (s Stack) Start(ctx context.Context, service string) error {
	return s.compose(ctx, "up", "--detach", "--wait", "--no-deps", service)
}

// URL is where the edge serves plain HTTP, on loopback.
func (s Stack) URL() string { return fmt.Sprintf("http://localhost:%d", httpPort) }

// SecureURL is the HTTPS address.
func (s Stack) SecureURL() string { return fmt.Sprintf("https://localhost:%d", httpsPort) }

// Home is the stack's AWS as this machine reaches it.
func (s Stack) Home() platform.Home {
	if s.Profile == Emulator {
		return platform.EmulatorHome(endpoint, "http://aws:4566")
	}
	return platform.Home{Endpoint: endpoint, Region: platform.Region, Key: localstack.Key, Secret: localstack.Secret}
}

// Seed fills the running stack with the demo data, unless it had it before.
func (s Stack) Seed(ctx context.Context) error {
	home := s.Home()
	cfg, err := home.Config(ctx)
	if err != nil {
		return err
	}
	if home.Outputs, err = (deploy.Stack{AWS: cfg, Name: stackName}).Outputs(ctx); err != nil {
		return err
	}
	to, err := platform.State{URL: s.URL(), Home: home}.DemoStack(ctx)
	if err != nil {
		return err
	}
	return demo.Seed(ctx, to)
}

// compose runs docker compose on the checkout's file. Every service of the
// profile is meant when none is named, so the other profile's AWS too.
func (s Stack) compose(ctx context.Context, args ...string) error {
	return s.docker(ctx, append([]string{"compose", "--profile", string(s.Profile)}, args...)...)
}

func (s Stack) docker(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.Root, s.Out, s.Out
	home := s.Home()
	cmd.Env = append(slices.Clone(os.Environ()), "CUMIN_AWS_KEY="+home.Key, "CUMIN_AWS_SECRET="+home.Secret)
	if home.FunctionsClockURL != "" {
		cmd.Env = append(cmd.Env, "CUMIN_CLOCK_URL="+home.FunctionsClockURL)
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopTimeout
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("docker %s: %w", strings.Join(args, " "), err)
	}
	return nil
}
