package main

import (
	"bytes"
	"flag"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryCommandExplainsItselfInsteadOfRunning(t *testing.T) {
	t.Parallel()
	for _, c := range commands() {
		if c.name == "bench" { // the program with the options is another one
			continue
		}
		for _, asked := range []string{"-h", "--help"} {
			require.ErrorIs(t, c.run(t.Context(), []string{asked}), flag.ErrHelp, "%s %s", c.name, asked)
		}
	}
}

func TestHelpOfUpNamesWhatASecondStackNeeds(t *testing.T) {
	t.Parallel()
	f := flags("up")
	f.Bool("fresh", false, "remove the old stack's data first")
	var out bytes.Buffer
	explain(&out, f)
	for _, want := range []string{"up [--fresh]", "-fresh", homeSetting, portsSetting, "8443,8080,4566,9101,9102,9103", targetSetting} {
		require.Contains(t, out.String(), want)
	}
	require.NotContains(t, out.String(), endpointSetting)
}

func TestEverySettingOfACommandIsExplained(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, s := range settings() {
		known[s.name] = true
	}
	for _, c := range commands() {
		for _, name := range c.settings {
			require.True(t, known[name], "%s: %s", c.name, name)
		}
	}
}

func TestAWrongOptionIsNamedOnce(t *testing.T) {
	t.Parallel()
	err := parseAlone(flags("down"), []string{"--now"})
	require.EqualError(t, err, "flag provided but not defined: -now; `cumin down -h` lists the options")
	require.EqualError(t, parseAlone(flags("down"), []string{"now"}), `down takes no argument "now"`)
}
