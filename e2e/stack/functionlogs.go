package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/anikeshk/cumin/internal/deploy"
	"github.com/anikeshk/cumin/internal/platform"
)

// printFunctionLogs shows the end of what each function said, from its log
// group, where every target keeps it.
func printFunctionLogs(p *platform.Platform) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	client := cloudwatchlogs.NewFromConfig(p.AWS())
	var errs []error
	for _, name := range deploy.FunctionNames() {
		events, err := lastEvents(ctx, client, "/aws/lambda/"+p.Outputs()["Stack"]+"-"+name)
		if _, none := errors.AsType[*logs.ResourceNotFoundException](err); none {
			continue // it never ran, and its group was not made by the template
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("logs of %s: %w", name, err))
			continue
		}
		fmt.Fprintf(os.Stderr, "--- function %s, last %d lines\n", name, len(events))
		for _, e := range events {
			fmt.Fprintln(os.Stderr, platform.Readable(name, []byte(aws.ToString(e.Message))))
		}
	}
	return errors.Join(errs...)
}

// lastEvents returns the newest lines of a group that the function wrote; the
// API gives the oldest first, page by page.
func lastEvents(ctx context.Context, client *cloudwatchlogs.Client, group string) ([]logs.FilteredLogEvent, error) {
	var last []logs.FilteredLogEvent
	for pages := cloudwatchlogs.NewFilterLogEventsPaginator(client, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		last = append(last, slices.DeleteFunc(page.Events, byLambda)...)
		last = last[max(0, len(last)-lastLines):]
	}
	return last, nil
}

// byLambda tells Lambda's own lines about an invocation, of which there are
// three each, from those of the function.
func byLambda(event logs.FilteredLogEvent) bool {
	message := aws.ToString(event.Message)
	return slices.ContainsFunc([]string{"START", "END", "REPORT"}, func(word string) bool {
		return strings.HasPrefix(message, word+" RequestId: ")
	})
}
