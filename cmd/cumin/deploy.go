package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/deploy"
	"github.com/anikeshk/cumin/internal/localca"
	"github.com/anikeshk/cumin/internal/platform"
)

// applyTemplate brings the data stack of the AWS that the environment names to
// what deploy/data.yaml says, and tells its outputs as the services' settings.
func applyTemplate(ctx context.Context, args []string) error {
	f := flags("deploy")
	name := f.String("stack", "cumin", "name of the stack; every resource's name begins with it")
	template := f.String("template", "", "the template; default: deploy/data.yaml of the checkout")
	functions := f.String("functions", "", "folder with the functions' zips; default: they are built from the checkout")
	architecture := f.String("architecture", runtime.GOARCH, "processor of the functions: arm64 or amd64")
	outputs := f.String("outputs", "", "file to write the outputs to, as NAME=value lines for CUMIN_ENV_FILE; default: they are printed")
	certificate := f.String("certificate", "", "folder to keep a local authority and its certificate for localhost in, for an edge in containers")
	if err := parseAlone(f, args); err != nil {
		return err
	}
	if *template == "" || *functions == "" {
		if err := fromCheckout(ctx, template, functions, *architecture); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(*template)
	if err != nil {
		return err
	}
	built, err := deploy.Packaged(*functions)
	if err != nil {
		return err
	}
	cfg, err := awsenv.Load(ctx)
	if err != nil {
		return err
	}
	if *certificate != "" {
		if err := os.MkdirAll(*certificate, 0o700); err != nil {
			return err
		}
		if _, err := localca.Ensure(*certificate, time.Now()); err != nil {
			return err
		}
	}
	got, err := deploy.Stack{
		AWS: cfg, Name: *name, Template: text, Functions: built,
		Parameters: map[string]string{"Architecture": deploy.Architecture(*architecture)},
	}.Apply(ctx)
	if err != nil {
		return err
	}
	lines := got.Env()
	slices.Sort(lines)
	settings := strings.Join(lines, "\n") + "\n"
	if *outputs == "" {
		fmt.Print(settings)
		return nil
	}
	return os.WriteFile(*outputs, []byte(settings), 0o644)
}

// fromCheckout fills in what was not given: the checkout's template, and its
// functions built for the processor.
func fromCheckout(ctx context.Context, template, functions *string, architecture string) error {
	root, err := platform.Repository()
	if err != nil {
		return err
	}
	if *template == "" {
		*template = filepath.Join(root, "deploy", "data.yaml")
	}
	if *functions != "" {
		return nil
	}
	*functions = filepath.Join(root, ".local", "build", "lambdas-"+architecture)
	if err := deploy.Compile(ctx, root, *functions, architecture); err != nil {
		return err
	}
	return deploy.Package(*functions)
}
