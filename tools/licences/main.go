// Command licences checks that everything shipped with Cumin may be: the Go
// modules that its programs are linked from, and the npm packages in the
// client. It fails for a licence that is not on the list, and for one it cannot
// tell. Run it in the repository's root; the client's packages must be installed.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// allowed are permissive licences, by SPDX identifier; those of fonts and data
// last.
var allowed = []string{
	"MIT", "MIT-0", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "BlueOak-1.0.0", "Unlicense", "CC0-1.0", "MPL-2.0",
	"OFL-1.1", "CC-BY-4.0",
}

// programs are what is shipped.
var programs = []string{"./cmd/...", "./services/...", "./lambdas/..."}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	found := map[string]int{}
	err := errors.Join(goModules(found), npmPackages(found))
	for _, licence := range slices.Sorted(maps.Keys(found)) {
		fmt.Printf("%4d %s\n", found[licence], licence)
	}
	return err
}

// goModules reads the licence files of every module that a program imports.
func goModules(found map[string]int) error {
	out, err := exec.Command("go", append([]string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}"}, programs...)...).Output()
	if err != nil {
		return fmt.Errorf("list the Go modules: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	var errs []error
	for _, line := range slices.Compact(lines) {
		path, dir, ok := strings.Cut(line, " ")
		if !ok {
			continue // a package of the standard library
		}
		errs = append(errs, judge(path, fromFiles(dir), found))
	}
	return errors.Join(errs...)
}

// signs are words that only this licence's text has, all of them.
var signs = map[string][]string{
	"MIT":          {"Permission is hereby granted, free of charge, to any person obtaining a copy"},
	"Apache-2.0":   {"Apache License", "Version 2.0, January 2004"},
	"BSD-2-Clause": {"Redistribution and use in source and binary forms", "Redistributions in binary form must reproduce"},
	"BSD-3-Clause": {"Redistribution and use in source and binary forms", "used to endorse or promote products"},
	"ISC":          {"Permission to use, copy, modify, and", "distribute this software for any purpose with or without fee"},
	"MPL-2.0":      {"Mozilla Public License", "2.0"},
	"Unlicense":    {"This is free and unencumbered software released into the public domain"},
	"GPL":          {"GNU GENERAL PUBLIC LICENSE"},
	"AGPL":         {"GNU AFFERO GENERAL PUBLIC LICENSE"},
	"LGPL":         {"GNU LESSER GENERAL PUBLIC LICENSE"},
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)(\..*)?$`)

// fromFiles tells the licences that a folder's files are copies of.
func fromFiles(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var licences []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			continue // judged as unknown
		}
		for id, signs := range signs {
			plain := strings.Join(strings.Fields(string(text)), " ")
			if !slices.ContainsFunc(signs, func(s string) bool { return !strings.Contains(plain, s) }) {
				licences = append(licences, id)
			}
		}
	}
	slices.Sort(licences)
	licences = slices.Compact(licences)
	if slices.Contains(licences, "BSD-3-Clause") { // which says all that the other does
		licences = slices.DeleteFunc(licences, func(l string) bool { return l == "BSD-2-Clause" })
	}
	return licences
}

// npmPackages reads what the client's runtime packages say of themselves.
func npmPackages(found map[string]int) error {
	cmd := exec.Command("npm", "ls", "--all", "--omit=dev", "--parseable")
	cmd.Dir = "web"
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("list the client's packages: %w", err)
	}
	var errs []error
	for _, dir := range strings.Fields(string(out))[1:] { // the first is the client itself
		text, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if errors.Is(err, fs.ErrNotExist) {
			continue // an optional one that is not installed
		}
		var about struct {
			Name, License string
			Licenses      []struct{ Type string } // how packages of before 2014 say it
		}
		if err == nil {
			err = json.Unmarshal(text, &about)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", dir, err))
			continue
		}
		for _, l := range about.Licenses {
			about.License += " " + l.Type
		}
		licences := strings.FieldsFunc(about.License, func(r rune) bool { return strings.ContainsRune("() ", r) })
		errs = append(errs, judge(about.Name, slices.DeleteFunc(licences, func(w string) bool { return w == "OR" || w == "AND" }), found))
	}
	return errors.Join(errs...)
}

func judge(name string, licences []string, found map[string]int) error {
	if len(licences) == 0 {
		return fmt.Errorf("%s: its licence is not known", name)
	}
	var errs []error
	for _, l := range licences {
		if !slices.Contains(allowed, l) {
			errs = append(errs, fmt.Errorf("%s: licence %s is not on the list", name, l))
		}
	}
	found[strings.Join(licences, " and ")]++
	return errors.Join(errs...)
}
