package emulator

import "net/http"

// fromPage reports whether a web page sent the request, other than one served
// from here. SDKs and command lines send neither header; a browser sends
// Origin with everything but plain GETs and cannot be made to leave it out
// (Fetch standard, "Origin header"; Fetch Metadata, Sec-Fetch-Site).
//
// No signature is checked here, so without this any page that a developer
// visits could move the clock, delete stacks or empty queues with a form.
func fromPage(r *http.Request) bool {
	if r.Header.Get("Origin") != "" {
		return true
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site != "" && site != "none" && site != "same-origin"
}

// refusePage answers such a request. S3 is not asked: browsers upload and
// download there, with signed URLs that are checked and CORS rules that say
// which pages may.
func refusePage(w http.ResponseWriter) {
	writeJSON(w, http.StatusForbidden, map[string]string{
		"__type":  "AccessDeniedException",
		"message": "Web pages may not call the embedded AWS, S3 excepted: it obeys whoever can reach it.",
	})
}
