package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// writeReport writes the tables of docs/parity.md.
func writeReport(ctx context.Context, path string, began time.Time, runs []outcome) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# Parity

Written by `+"`task parity`"+` on %s, in one run on one machine: %s.

The same suites and conformance tests, the same binaries, the same template,
applied by the same code. A test that needs what a target lacks is not runnable
there; a known difference is an expected failure, which fails the run once it
passes. Tests with subtests count as their subtests.

`, began.UTC().Format(time.DateOnly), machine(ctx))
	writeTargets(&b, runs)
	writeSuites(&b, runs)
	writeNames(&b, runs)
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

func writeTargets(b *strings.Builder, runs []outcome) {
	b.WriteString("| target | starts in | all suites | passed | failed | not runnable | known differences | skipped |\n|---|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, o := range runs {
		if o.missing != nil {
			continue
		}
		var passed, failed, notRunnable, different, skipped int
		for _, s := range o.suites {
			passed, failed, skipped = passed+s.passed, failed+s.failed, skipped+len(s.skipped)
			notRunnable, different = notRunnable+len(s.notRunnable), different+len(s.different)
		}
		starts := "runs already"
		if o.ready > 0 {
			starts = seconds(o.ready)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %d | %d | %d | %d | %d |\n", o.target, starts, seconds(o.took), passed, failed, notRunnable, different, skipped)
	}
	for _, o := range runs {
		if o.missing != nil {
			first, _, _ := strings.Cut(o.missing.Error(), "\n")
			fmt.Fprintf(b, "\n%s did not run: %s\n", o.target, strings.TrimSuffix(first, ":"))
		}
	}
}

func writeSuites(b *strings.Builder, runs []outcome) {
	b.WriteString("\n## By suite\n\nTime is the package's own: stack, tests and removal.\n\n" +
		"| suite | target | passed | failed | not runnable | known differences | skipped | time |\n|---|---|---:|---:|---:|---:|---:|---:|\n")
	var names []string
	seen := map[string]bool{}
	for _, o := range runs {
		for _, s := range o.suites {
			if !seen[s.name] {
				seen[s.name] = true
				names = append(names, s.name)
			}
		}
	}
	for _, name := range names {
		for _, o := range runs {
			for _, s := range o.suites {
				if s.name == name {
					fmt.Fprintf(b, "| %s | %s | %d | %d | %d | %d | %d | %s |\n", s.name, o.target,
						s.passed, s.failed, len(s.notRunnable), len(s.different), len(s.skipped), seconds(s.took))
				}
			}
		}
	}
}

// writeNames lists the tests that did not run, or failed as expected.
func writeNames(b *strings.Builder, runs []outcome) {
	section := func(title, head string, pick func(suite) []entry) {
		var rows []string
		for _, o := range runs {
			for _, s := range o.suites {
				for _, e := range pick(s) {
					rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |\n", o.target, s.name, e.test, e.why))
				}
			}
		}
		if len(rows) > 0 {
			fmt.Fprintf(b, "\n## %s\n\n| target | suite | test | %s |\n|---|---|---|---|\n%s", title, head, strings.Join(rows, ""))
		}
	}
	section("Not runnable", "needs", func(s suite) []entry { return s.notRunnable })
	section("Known differences", "what the target does", func(s suite) []entry { return s.different })
	section("Skipped for other reasons", "why", func(s suite) []entry { return s.skipped })
}

func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// machine tells what bears on the times: processors, their kind, memory, the
// versions of Go and Docker, and how busy the machine was.
func machine(ctx context.Context) string {
	facts := []string{fmt.Sprintf("%d processors", runtime.NumCPU())}
	if v := field("/proc/cpuinfo", "model name"); v != "" {
		facts[0] += " (" + v + ")"
	}
	var kB int64
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%d kB", &kB); err == nil {
		facts = append(facts, fmt.Sprintf("%d GB of memory", (kB+1<<19)>>20))
	}
	facts = append(facts, strings.Replace(runtime.Version(), "go", "Go ", 1))
	if out, err := exec.CommandContext(ctx, "docker", "version", "--format", "{{.Server.Version}}").Output(); err == nil {
		facts = append(facts, "Docker "+strings.TrimSpace(string(out)))
	}
	if content, err := os.ReadFile("/proc/loadavg"); err == nil {
		if load := strings.Fields(string(content)); len(load) > 2 {
			facts = append(facts, fmt.Sprintf("load average %s at the end", load[2]))
		}
	}
	return strings.Join(facts, ", ")
}

// field returns the first value of a name in a file of "name : value" lines.
func field(path, name string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return "" // not Linux
	}
	for line := range strings.Lines(string(content)) {
		key, value, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
