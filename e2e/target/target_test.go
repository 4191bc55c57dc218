package target

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/platform"
)

func TestATargetIsKnownByItsName(t *testing.T) {
	t.Parallel()
	n, err := Parse("")
	require.NoError(t, err)
	require.Equal(t, Embedded, n)
	n, err = Parse("localstack")
	require.NoError(t, err)
	require.Equal(t, LocalStack, n)
	_, err = Parse("local-stack")
	require.ErrorContains(t, err, `no target "local-stack"; there are [embedded emulator-container localstack aws]`)
}

// Not parallel: it sets environment variables.
func TestAWSIsRefusedInWordsUntilEverythingIsSet(t *testing.T) {
	template := []byte("Outputs:\n  TableAuth: {Value: x}\n  Stack: {Value: y}\n")
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "CUMIN_TABLE_AUTH", "CUMIN_STACK"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", "none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	_, err := AWS.Home(t.Context(), template)
	for _, word := range []string{"AWS_REGION is not set", "no AWS credentials", "CUMIN_STACK, CUMIN_TABLE_AUTH"} {
		require.ErrorContains(t, err, word)
	}
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("CUMIN_STACK", "prod")
	t.Setenv("CUMIN_TABLE_AUTH", "prod-auth")
	home, err := AWS.Home(t.Context(), template)
	require.NoError(t, err)
	require.Equal(t, &platform.Home{Region: "eu-west-1", Outputs: map[string]string{"Stack": "prod", "TableAuth": "prod-auth"}}, home)
}

// Not parallel: as above.
func TestATargetInAContainerWantsToBeStarted(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "")
	for _, n := range []Name{LocalStack, EmulatorContainer} {
		_, err := n.Home(t.Context(), nil)
		require.ErrorContains(t, err, "cumin e2e --target "+string(n))
	}
}

func TestATestThatCannotRunSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		on    Name
		needs []Need
		lacks []Need
	}{
		"the embedded AWS has all":            {Embedded, []Need{Clock, Faults, Trace, Kill, Restart, TTL, IAM, Instant}, []Need{}},
		"its image keeps nothing when killed": {EmulatorContainer, []Need{Clock, Restart}, []Need{Restart}},
		"LocalStack has none":                 {LocalStack, []Need{Clock, IAM}, []Need{Clock, IAM}},
		"AWS enforces roles":                  {AWS, []Need{IAM, Faults}, []Need{Faults}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.lacks, c.on.Lacks(c.needs...))
		})
	}
	require.Equal(t, "clock, kill", MissingNeed("    x_test.go:9: "+reason(LocalStack, []Need{Clock, Kill})+"\n--- SKIP"))
	require.Empty(t, MissingNeed("    x_test.go:9: only on Sundays\n"))
}

// fake is a test whose end is looked at.
type fake struct {
	testing.TB
	name            string
	failed, skipped string
}

func (f *fake) Helper()      {}
func (f *fake) Name() string { return f.name }
func (f *fake) Fatalf(format string, args ...any) {
	f.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
func (f *fake) Skipf(format string, args ...any) {
	f.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// run is a test function's life.
func (f *fake) run(test func()) {
	var wg sync.WaitGroup
	wg.Go(test)
	wg.Wait()
}

// These two are what TestAKnownDifference starts; by themselves they do nothing.
func TestStartedAndFails(t *testing.T) {
	t.Run("a part", func(t *testing.T) {
		if os.Getenv(expecting) == t.Name() {
			t.Error("as expected")
		}
	})
}

func TestStartedAndWorks(*testing.T) {}

// Not parallel: it sets TARGET.
func TestAKnownDifference(t *testing.T) {
	t.Setenv("TARGET", "localstack")
	for name, c := range map[string]struct {
		on, test        string
		failed, skipped string
	}{
		"fails as expected":                    {"localstack", "TestStartedAndFails/a_part", "", "known difference on localstack: it is odd"},
		"works, and the expectation has to go": {"localstack", "TestStartedAndWorks", "works now and is no known difference on localstack: it is odd", ""},
		"of another target changes nothing":    {"aws", "TestStartedAndFails/a_part", "", ""},
		"of a test that there is not":          {"localstack", "TestNowhere", "works now", ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := &fake{TB: t, name: c.test}
			f.run(func() { KnownDifference(f, Name(c.on), "it is odd") })
			require.Equal(t, c.failed != "", f.failed != "", f.failed)
			require.Contains(t, f.failed, c.failed)
			require.Contains(t, f.skipped, c.skipped)
			if c.skipped != "" {
				require.Equal(t, "it is odd", Difference(f.skipped))
				require.Contains(t, f.skipped, "as expected", "with what the test said")
			}
		})
	}
}

func TestWhatIsUsedHasToBeDeclared(t *testing.T) {
	t.Parallel()
	f := &fake{TB: t, name: "TestFake/below"}
	f.run(func() { Require(f, Clock) })
	require.Contains(t, f.failed, "does not say that it needs it")
	declared.Lock()
	declared.needs["TestFake"] = []Need{Clock}
	declared.Unlock()
	f = &fake{TB: t, name: "TestFake/below"}
	f.run(func() { Require(f, Clock) })
	require.Empty(t, f.failed, "a test around it has said so")
}
