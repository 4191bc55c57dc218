package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALinkBeginsWithAnAddressPeopleCanOpen(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://cumin.example.com":      "https://cumin.example.com",
		"https://cumin.example.com/":     "https://cumin.example.com",
		"http://localhost:8080":          "http://localhost:8080",
		"cumin.example.com":              "",
		"https://cumin.example.com/app":  "",
		"https://cumin.example.com?a=b":  "",
		"https://cumin.example.com#here": "",
		"https://user@cumin.example.com": "",
		"ftp://cumin.example.com":        "",
		"https://":                       "",
		"":                               "",
	} {
		got, err := plainOrigin(address)
		require.Equal(t, want, got, address)
		require.Equal(t, want == "", err != nil, address)
	}
}

func TestPassphraseIsAboutOneAddress(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"--stack", "cumin"}, {"ada@example.com", "ben@example.com"}, {"ada@example.com", "--stack", "cumin", "ben@example.com"}} {
		require.ErrorContains(t, makeResetLink(t.Context(), args), "the e-mail address of the one who forgot it", "%q", args)
	}
}
