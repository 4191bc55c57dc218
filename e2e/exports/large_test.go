package exports

import (
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/demo"
)

// largePatience is what 100,000 tasks may take on a machine that does much else.
const largePatience = 10 * time.Minute

// large is how many tasks the large export has: CUMIN_TASKS=100000 asks for the
// product's.
func large(t *testing.T) int {
	t.Helper()
	v, ok := os.LookupEnv("CUMIN_TASKS")
	if !ok {
		return 10_000
	}
	n, err := strconv.Atoi(v)
	require.NoError(t, err)
	return n
}

// TestEveryTaskOfALargeProjectIsInTheFileOnce exports through the whole stack,
// under the worst legal AWS, and reads the file back.
func TestEveryTaskOfALargeProjectIsInTheFileOnce(t *testing.T) {
	t.Parallel()
	s, n := stack.Use(t), large(t)
	const owner = 0
	p, err := demo.Large(t.Context(), s.DemoStack(), owner, n, func(int) {})
	require.NoError(t, err)
	person := demo.People()[owner]
	ada := client.SignIn(t, s.SecureURL(), s.Authority(), person.Name, person.Email, person.Password)

	at := time.Now()
	e := start(t, ada, string(p.ID))
	stack.Eventually(t, largePatience, func() error {
		ada.Must(t, http.MethodGet, "/api/v1/exports/"+e.ID, nil, &e)
		if e.State != "succeeded" {
			return fmt.Errorf("the export is %s %s", e.State, e.Error)
		}
		return nil
	})
	took := time.Since(at)

	all := rows(t, ada, e)
	column := slices.Index(all[0], "number")
	require.GreaterOrEqual(t, column, 0, "%q", all[0])
	seen := make([]bool, n+1)
	for _, row := range all[1:] {
		number, err := strconv.Atoi(row[column])
		require.NoError(t, err)
		require.True(t, 1 <= number && number <= n, "there is no task %d", number)
		require.False(t, seen[number], "task %d is there twice", number)
		seen[number] = true
	}
	require.Len(t, all[1:], n, "each number once, so none is missing")
	t.Logf("figure: %d tasks exported in %.1f s; the function used %d MB at most", n, took.Seconds(), exportsPeak(t, s))
}

var maxMemoryUsed = regexp.MustCompile(`Max Memory Used: (\d+) MB`)

// exportsPeak is the most memory that a run of the exports function reported,
// in MB.
func exportsPeak(t *testing.T, s *stack.Stack) int {
	t.Helper()
	peak := 0
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(cloudwatchlogs.NewFromConfig(s.AWS()), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: aws.String("/aws/lambda/" + s.Outputs()["Stack"] + "-exports"),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, e := range page.Events {
			if found := maxMemoryUsed.FindStringSubmatch(aws.ToString(e.Message)); found != nil {
				mb, err := strconv.Atoi(found[1])
				require.NoError(t, err)
				peak = max(peak, mb)
			}
		}
	}
	return peak
}
