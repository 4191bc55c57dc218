package emulator

import (
	"embed"
	"io/fs"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// consoleFiles is the console: a page, its style and its script. They ask only
// the admin API beside them.
//
//go:embed console
var consoleFiles embed.FS

// consolePolicy lets the page load and ask nothing from elsewhere, be framed by
// nobody, and run no script but its own file.
const consolePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// serveConsole answers the console's files.
func serveConsole() http.Handler {
	files, err := fs.Sub(consoleFiles, "console")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	server := http.StripPrefix(adminPrefix, http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", consolePolicy)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-cache")
		server.ServeHTTP(w, r)
	})
}

// fromConsole reports whether a page served from here sent the request, as far
// as a browser says so. The name it was served under must be this machine's: a
// page whose own name was made to point here is somebody else's.
func fromConsole(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") != "same-origin" {
		return false
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		if u, err := url.Parse(origin); err != nil || u.Host != r.Host {
			return false
		}
	}
	host := (&url.URL{Host: r.Host}).Hostname()
	_, err := netip.ParseAddr(host)
	return err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// resourceGroup is what there is of one kind.
type resourceGroup struct {
	Service string   `json:"service"`
	Names   []string `json:"names"`
}

// getResources answers the names of what there is, of all accounts and regions.
func (a *AWS) getResources(w http.ResponseWriter, _ *http.Request) {
	groups := []resourceGroup{
		{"DynamoDB tables", a.dynamodb.Names()},
		{"Lambda functions", a.lambda.Names()},
		{"SQS queues", a.sqs.Names()},
		{"S3 buckets", a.s3.Names()},
	}
	writeJSON(w, http.StatusOK, map[string]any{"resources": groups})
}
