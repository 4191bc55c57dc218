// Package containers starts the targets that live in Docker, through
// Testcontainers: whatever becomes of the program that asked, its reaper
// removes the containers.
package containers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

const (
	// startTimeout is generous: LocalStack takes 9 s on two idle cores, and took
	// more than two minutes where forty processes wanted them.
	startTimeout = 5 * time.Minute

	// stopTimeout is what a container has to end by itself. LocalStack stops the
	// functions' containers first; 16 s were seen.
	stopTimeout = 30 * time.Second
)

// Container is a running target.
type Container struct {
	Endpoint string        // base URL as this machine reaches it
	Ready    time.Duration // from asking for the container to its first good answer
	own      testcontainers.Container
}

// Stop ends the container and removes it.
func (c *Container) Stop(ctx context.Context) error {
	return c.own.Terminate(ctx, testcontainers.StopTimeout(stopTimeout))
}

// Available is nil when a Docker engine answers, and else says why containers
// cannot be had.
func Available(ctx context.Context) (err error) {
	defer func() { // how Testcontainers says that it finds no engine's socket
		if r := recover(); r != nil {
			err = fmt.Errorf("no Docker engine answers: %v", r)
		}
	}()
	log.SetDefault(log.NewNoopLogger()) // its steps are not the reader's
	engine, err := testcontainers.NewDockerProvider()
	if err != nil {
		return fmt.Errorf("no Docker engine answers: %w", err)
	}
	if err := engine.Health(ctx); err != nil { // closes it
		return fmt.Errorf("no Docker engine answers: %w", err)
	}
	return nil
}

// run starts a container and waits until it answers 200 at the path health. What
// it prints goes to out.
func run(ctx context.Context, out io.Writer, port int, health string, start func(...testcontainers.ContainerCustomizer) (testcontainers.Container, error)) (*Container, error) {
	if err := Available(ctx); err != nil {
		return nil, err
	}
	if err := publishedHere(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	asked := time.Now()
	exposed := fmt.Sprintf("%d/tcp", port)
	c, err := start(
		testcontainers.WithHostConfigModifier(func(h *container.HostConfig) {
			loopback := network.PortBinding{HostIP: netip.MustParseAddr("127.0.0.1")}
			h.PortBindings = network.PortMap{network.MustParsePort(exposed): {loopback}}
		}),
		testcontainers.WithLogConsumers(consumer{out}),
		testcontainers.WithWaitStrategyAndDeadline(startTimeout, wait.ForHTTP(health).WithPort(exposed).WithStartupTimeout(startTimeout)),
	)
	if err == nil {
		var endpoint string
		if endpoint, err = c.PortEndpoint(ctx, exposed, "http"); err == nil {
			return &Container{Endpoint: endpoint, Ready: time.Since(asked), own: c}, nil
		}
	}
	return nil, errors.Join(err, testcontainers.TerminateContainer(c, testcontainers.StopTimeout(stopTimeout)))
}

// publishedHere tells Testcontainers where ports of containers are when this
// process is in a container itself: it would take the default gateway, that is
// the engine's machine, also where the engine runs beside this process.
func publishedHere() error {
	const override, engineBridge = "TESTCONTAINERS_HOST_OVERRIDE", "docker0"
	if os.Getenv(override) != "" {
		return nil
	}
	if _, err := net.InterfaceByName(engineBridge); err != nil {
		return nil
	}
	return os.Setenv(override, "localhost")
}

// consumer copies what a container prints.
type consumer struct{ to io.Writer }

func (c consumer) Accept(l testcontainers.Log) { _, _ = c.to.Write(l.Content) } // a lost line fails no test
