package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"text/tabwriter"
	"time"
)

// showTrace draws what a request caused inside the embedded AWS, with its bill;
// without an id it lists the newest.
func showTrace(ctx context.Context, args []string) error {
	f := flags("trace")
	if err := parse(f, args); err != nil {
		return err
	}
	args = f.Args()
	if len(args) > 1 {
		return errors.New("trace takes one id: of a request, a record, a message or a run")
	}
	if len(args) == 0 {
		return listTraces(ctx)
	}
	var answer struct {
		Drawn string
		Roots []struct{ ID string }
	}
	if err := askAWS(ctx, "trace?request="+url.QueryEscape(args[0]), nil, &answer); err != nil {
		return err
	}
	fmt.Print(answer.Drawn)
	for _, root := range answer.Roots {
		if root.ID != args[0] {
			fmt.Printf("came from %s\n", root.ID)
		}
	}
	return nil
}

func listTraces(ctx context.Context) error {
	var answer struct {
		Recent []struct {
			ID, Name       string
			At             time.Time
			Events, Failed int
		}
	}
	if err := askAWS(ctx, "trace?limit=30", nil, &answer); err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, r := range answer.Recent {
		failed := ""
		if r.Failed > 0 {
			failed = fmt.Sprintf("%d failed", r.Failed)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d events\t%s\n", r.At.Local().Format(time.TimeOnly), r.ID, r.Name, r.Events, failed)
	}
	return table.Flush()
}
