package emulator

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// childDir, when set in the environment, makes the test binary a durable
// emulator: the child that TestAKilledEmulator… kills.
const childDir = "CUMIN_TEST_SERVE_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		err := Serve(context.Background(), Options{Dir: dir}, func(endpoint string) { fmt.Println(endpoint) })
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// remote is the endpoint of another process.
type remote string

func (r remote) Endpoint() string { return string(r) }

// serveChild starts a durable emulator in a process of its own.
func serveChild(t *testing.T, dir string) (remote, *exec.Cmd) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // dead already, when the test went well
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the child said nothing: %v", err)
	}
	return remote(strings.TrimSpace(line)), cmd
}

func TestAKilledEmulatorLosesNothingAndLeavesNoProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	aws, child := serveChild(t, dir)
	createFunction(t, aws, "f", nil)
	createTable(t, aws, "table")
	put(t, aws, "table", 1)
	queue := createQueue(t, aws, "q", nil)
	send(t, aws, queue, "kept")
	if a := rest(t, aws, "s3", "PUT", "/bucket", nil); a.status != 200 {
		t.Fatalf("bucket: %d %s", a.status, a.body)
	}
	if a := rest(t, aws, "s3", "PUT", "/bucket/key", "an object"); a.status != 200 {
		t.Fatalf("object: %d %s", a.status, a.body)
	}
	var pid int
	invoke(t, aws, "f", order{Do: "pid"}).into(t, &pid)
	if err := child.Process.Kill(); err != nil { // SIGKILL: nobody cleans up
		t.Fatal(err)
	}
	_ = child.Wait()
	eventually(t, "the function's process to be gone", func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })

	back, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if a := invoke(t, back, "f", order{Do: "echo"}); string(a.body) != `{"do":"echo"}` {
		t.Errorf("function: %d %s", a.status, a.body)
	}
	var item struct{ Item map[string]map[string]string }
	target(t, back, "DynamoDB_20120810.GetItem", map[string]any{"TableName": "table", "Key": map[string]any{"pk": map[string]string{"S": "item"}}}, &item)
	if item.Item["n"]["N"] != "1" {
		t.Errorf("item: %v", item)
	}
	var got struct{ Messages []struct{ Body string } }
	target(t, back, "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": back.Endpoint() + "/" + account + "/q"}, &got)
	if len(got.Messages) != 1 || got.Messages[0].Body != "kept" {
		t.Errorf("message: %+v", got)
	}
	if a := rest(t, back, "s3", "GET", "/bucket/key", nil); string(a.body) != "an object" {
		t.Errorf("object: %d %s", a.status, a.body)
	}
}

func TestAStackSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	aws, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	query(t, aws, "cloudformation", "CreateStack", stackForm("s", small), nil)
	before := len(events(t, aws, "s"))
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}
	aws, err = Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer aws.Close()
	if st := describeStack(t, aws, "s"); st.Status != "CREATE_COMPLETE" || len(events(t, aws, "s")) != before {
		t.Fatalf("got %+v", st)
	}
	if a := query(t, aws, "cloudformation", "UpdateStack", stackForm("s", small), nil); !strings.Contains(string(a.body), "No updates are to be performed.") {
		t.Fatalf("no-op: %s", a.body)
	}
	query(t, aws, "cloudformation", "DeleteStack", url.Values{"StackName": {"s"}}, nil)
}

func TestReplacedCodeIsForgotten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	aws, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	createFunction(t, aws, "f", nil)
	zipped, err := bootstrapZip()
	if err != nil {
		t.Fatal(err)
	}
	next := append([]byte("a prefix, which zips may have"), zipped...) // another hash, the same program
	if a := rest(t, aws, "lambda", "PUT", "/2015-03-31/functions/f/code", map[string]any{"ZipFile": next}); a.status != 200 {
		t.Fatalf("update: %d %s", a.status, a.body)
	}
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}
	if aws, err = Open(Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer aws.Close()
	folders, err := os.ReadDir(filepath.Join(dir, "functions"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("%d folders of code, %v; want the one in use", len(folders), err)
	}
	if a := invoke(t, aws, "f", order{Do: "echo"}); string(a.body) != `{"do":"echo"}` {
		t.Fatalf("invoke: %d %s", a.status, a.body)
	}
}

func TestAnAcceptedEventRunsAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	aws, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	createFunction(t, aws, "f", nil)
	if a := invoke(t, aws, "f", order{Do: "sleep", Text: "500ms"}, "X-Amz-Invocation-Type", "Event"); a.status != 202 {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}
	if aws, err = Open(Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer aws.Close()
	eventually(t, "the run", func() bool { return contains(aws.FunctionLog("f"), "REPORT") })
	var v json.RawMessage
	invoke(t, aws, "f", order{Do: "pid"}).into(t, &v)
}
