package emulator

import (
	"os"
	"strings"
	"testing"
)

// TestTheGuideShowsCodeThatRuns looks for every Go block of docs/emulator.md in
// the tests it is quoted from.
func TestTheGuideShowsCodeThatRuns(t *testing.T) {
	t.Parallel()
	code := ""
	for _, path := range []string{"example_test.go", "../e2e/guide/guide_test.go"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		code += string(text)
	}
	guide, err := os.ReadFile("../docs/emulator.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(guide), "```go\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("the guide has no Go blocks")
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(code, block) {
			t.Errorf("no test has this block:\n%s", block)
		}
	}
}
