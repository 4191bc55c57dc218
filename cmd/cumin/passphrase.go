package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/clock"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/deploy"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/platform"
)

// makeResetLink prints a link with which somebody sets a forgotten passphrase.
// Cumin sends no mail: whoever runs it hands the link over. A link made again
// takes the place of the one before.
func makeResetLink(ctx context.Context, args []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f := flags("passphrase")
	stack := f.String("stack", "", "a data stack of the AWS that the environment names; default: that of the running `cumin up`, or of AWS_ENDPOINT_URL")
	origin := f.String("url", "", "where people open Cumin; default: the running stack's address, or the first of CUMIN_ORIGINS")
	if err := parse(f, args); err != nil {
		return err
	}
	// The address may stand before the options too, as one writes it.
	email := f.Arg(0)
	if f.NArg() > 1 {
		if err := parse(f, f.Args()[1:]); err != nil {
			return err
		}
	}
	if email == "" || f.NArg() > 1 || f.NArg() == 1 && f.Arg(0) != email {
		return errors.New("passphrase takes the e-mail address of the one who forgot it")
	}
	at, err := accountsPlace(ctx, *stack, *origin)
	if err != nil {
		return err
	}
	account, err := at.accounts.AccountByEmail(ctx, email)
	if errors.Is(err, cumin.ErrNotFound) {
		return fmt.Errorf("nobody is registered as %s", email)
	}
	if err != nil {
		return err
	}
	reset, token := cumin.NewReset(account.ID, at.clock.Now())
	if err := at.accounts.PutReset(ctx, reset); err != nil {
		return err
	}
	fmt.Printf("%s sets a new passphrase with this link, once and within an hour:\n\n  %s/reset#%s\n\nAn earlier link of theirs no longer opens.\n", account.Name, at.origin, token)
	return nil
}

// place is where accounts are kept, and how people get there.
type place struct {
	accounts cumin.AuthStore
	origin   string
	clock    cumin.Clock // that of the auth service, which compares with it
}

// accountsPlace is the stack that `cumin up` runs or, with a stack's name or
// AWS_ENDPOINT_URL, one deployed in the AWS of the environment.
func accountsPlace(ctx context.Context, stack, origin string) (place, error) {
	if stack == "" && os.Getenv(endpointSetting) == "" {
		return runningPlace(ctx, origin)
	}
	cfg, err := awsenv.Load(ctx)
	if err != nil {
		return place{}, err
	}
	outputs, err := deploy.Stack{AWS: cfg, Name: cmp.Or(stack, "cumin")}.Outputs(ctx)
	if err != nil {
		return place{}, err
	}
	now, err := clock.FromEnv(ctx)
	if err != nil {
		return place{}, err
	}
	first, _, _ := strings.Cut(os.Getenv("CUMIN_ORIGINS"), ",")
	if origin, err = plainOrigin(cmp.Or(origin, first)); err != nil {
		return place{}, err
	}
	return place{dynamo.Open(cfg, tablesOf(outputs)).Auth(), origin, now}, nil
}

func runningPlace(ctx context.Context, origin string) (place, error) {
	_, dir, err := home()
	if err != nil {
		return place{}, err
	}
	state, err := platform.ReadState(dir)
	if err != nil {
		return place{}, err
	}
	if state == nil || !state.Ready {
		return place{}, errors.New("nothing runs; start the stack with `cumin up`, set AWS_ENDPOINT_URL, or name a deployed stack with --stack")
	}
	cfg, err := state.Home.Config(ctx)
	if err != nil {
		return place{}, err
	}
	now := cumin.Clock(clock.Wall{})
	if state.Home.ClockURL != "" {
		if now, err = clock.Follow(ctx, state.Home.ClockURL); err != nil {
			return place{}, err
		}
	}
	if origin, err = plainOrigin(cmp.Or(origin, state.URL)); err != nil {
		return place{}, err
	}
	return place{dynamo.Open(cfg, tablesOf(state.Home.Outputs)).Auth(), origin, now}, nil
}

func tablesOf(outputs deploy.Outputs) dynamo.Tables { return dynamo.Tables{Auth: outputs["TableAuth"]} }

// plainOrigin is an address without a path: the link's fragment follows a path
// of ours.
func plainOrigin(address string) (string, error) {
	if address == "" {
		return "", errors.New("where do people open Cumin? Say it with --url https://…")
	}
	u, err := url.Parse(strings.TrimSuffix(address, "/"))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.String() != u.Scheme+"://"+u.Host {
		return "", fmt.Errorf("%q is not an address such as https://cumin.example.com", address)
	}
	return u.String(), nil
}
