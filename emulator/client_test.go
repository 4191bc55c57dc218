package emulator

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// into decodes the body.
func (a answer) into(t *testing.T, v any) {
	t.Helper()
	if err := json.Unmarshal(a.body, v); err != nil {
		t.Fatalf("decode %s: %v", a.body, err)
	}
}

// code is AWS's error code of an answer.
func (a answer) code() string { return a.header.Get("X-Amzn-Errortype") }

// server is an AWS in this process or another.
type server interface{ Endpoint() string }

// rest sends a signed request of a REST service.
func rest(t *testing.T, aws server, service, method, path string, body any, header ...string) answer {
	t.Helper()
	if text, ok := body.(string); ok {
		body = []byte(text)
	}
	raw, ok := body.([]byte)
	if !ok && body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			t.Fatal(err)
		}
	}
	r, err := http.NewRequest(method, aws.Endpoint()+path, bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", auth(service))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return do(t, r)
}

// target sends a request of a JSON protocol and decodes the answer into out.
func target(t *testing.T, aws server, name string, in, out any) answer {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("POST", aws.Endpoint(), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", name)
	a := do(t, r)
	if a.status != 200 {
		t.Fatalf("%s: %d %s", name, a.status, a.body)
	}
	if out != nil {
		a.into(t, out)
	}
	return a
}

func do(t *testing.T, r *http.Request) answer {
	t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, body}
}

// bootstrapZip is the test function, built once.
var bootstrapZip = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "cumin-bootstrap-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "bootstrap")
	cmd := exec.Command("go", "build", "-o", bin, "./testdata/bootstrap")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return out, err
	}
	code, err := os.ReadFile(bin)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Store}
	h.SetMode(0o755)
	f, err := w.CreateHeader(h)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(code); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
})

const testRole = "arn:aws:iam::000000000000:role/function"

// The policies and the trust of roles in tests.
const (
	everythingPolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	lambdaTrust      = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`
)

// createRole adds a role that Lambda may assume, with one inline policy, or
// gives an existing one this policy, and returns its ARN.
func createRole(t *testing.T, aws server, name, policy string) (arn string) {
	t.Helper()
	for _, form := range []url.Values{
		{"Action": {"CreateRole"}, "RoleName": {name}, "AssumeRolePolicyDocument": {lambdaTrust}},
		{"Action": {"PutRolePolicy"}, "RoleName": {name}, "PolicyName": {"own"}, "PolicyDocument": {policy}},
	} {
		form.Set("Version", "2010-05-08")
		res, err := http.PostForm(aws.Endpoint(), form)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 && res.StatusCode != 409 {
			t.Fatalf("%s: %d %s", form.Get("Action"), res.StatusCode, body)
		}
	}
	return "arn:aws:iam::000000000000:role/" + name
}

func machineArchitecture() string {
	if runtime.GOARCH == "amd64" {
		return "x86_64"
	}
	return runtime.GOARCH
}

// createFunction adds the test function; settings override the defaults.
func createFunction(t *testing.T, aws server, name string, settings map[string]any) {
	t.Helper()
	zipped, err := bootstrapZip()
	if err != nil {
		t.Fatalf("build the test function: %v\n%s", err, zipped)
	}
	in := map[string]any{
		"FunctionName": name, "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": testRole, "Timeout": 5,
		"Architectures": []string{machineArchitecture()}, "Code": map[string]any{"ZipFile": zipped},
	}
	for k, v := range settings {
		in[k] = v
	}
	if in["Role"] == testRole {
		createRole(t, aws, "function", everythingPolicy)
	}
	if a := rest(t, aws, "lambda", "POST", "/2015-03-31/functions", in); a.status != 201 {
		t.Fatalf("create function: %d %s", a.status, a.body)
	}
}

func invoke(t *testing.T, aws server, name string, event any, header ...string) answer {
	t.Helper()
	return rest(t, aws, "lambda", "POST", "/2015-03-31/functions/"+name+"/invocations", event, header...)
}

// eventually waits in real time until check passes, for what processes do.
func eventually(t *testing.T, what string, check func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !check() {
		if time.Now().After(deadline) {
			t.Fatalf("waited 10 s for: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func contains(lines []string, part string) bool { return count(lines, part) > 0 }

// count is the number of lines that have the part.
func count(lines []string, part string) (n int) {
	for _, l := range lines {
		if strings.Contains(l, part) {
			n++
		}
	}
	return n
}
