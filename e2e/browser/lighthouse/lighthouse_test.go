//go:build browser

// Package lighthouse holds the pages to what Lighthouse says of them. Its
// figures for speed are worth what the machine is: alone on it they say
// something of the client, beside other work of that. Needs Node.js, Chromium
// and the packages of package.json here and in the folder above (npm ci).
package lighthouse

import (
	"testing"

	"github.com/anikeshk/cumin/e2e/browser/program"
	"github.com/anikeshk/cumin/e2e/stack"
)

func TestMain(m *testing.M) {
	stack.Main(m, stack.Options{Web: true, Seed: true, Calm: true})
}

// TestPages goes over HTTPS, for HTTP/2 is what a browser gets from nginx.
func TestPages(t *testing.T) { program.Run(t, "lighthouse.mjs", "CUMIN_URL="+stack.Use(t).SecureURL()) }
