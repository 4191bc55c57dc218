package edge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/stack"
)

func TestPagesOfOtherSitesCanDoNothing(t *testing.T) {
	t.Parallel()
	u := newUser(t, "surfer")
	cookie := refreshCookie(t, u)
	ours := stack.Use(t).SecureURL()
	pages := map[string][]string{
		"another site":                    {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
		"a neighbour":                     {"Origin", "https://other.localhost", "Sec-Fetch-Site", "same-site"},
		"another site, older browser":     {"Origin", "https://evil.example"},
		"a page without an origin":        {"Origin", "null"},
		"our host on another port":        {"Origin", "https://localhost:1"},
		"our origin as a beginning":       {"Origin", ours + ".evil.example"},
		"our origin with a slash":         {"Origin", ours + "/"},
		"a site that hides its origin":    {"Sec-Fetch-Site", "cross-site"},
		"something no browser ever sends": {"Origin", ours, "Sec-Fetch-Site", "SAME-ORIGIN, cross-site"},
	}
	for page, headers := range pages {
		for _, d := range doors(t, "auth") {
			for _, path := range []string{"/auth/login", "/auth/register", "/auth/refresh", "/auth/logout", "/auth/logout-all"} {
				a := d.send(t, "POST", path, "", append([]string{"Cookie", cookie, "Content-Type", "application/json", "Authorization", "Bearer " + u.Token()}, headers...)...)
				require.Equal(t, "origin_forbidden", a.code, "%s: %s at %s: %s", page, path, d.name, a.body)
				require.Empty(t, a.header.Get("Set-Cookie"))
			}
		}
		for _, d := range doors(t, "api") {
			a := d.send(t, "POST", "/api/v1/projects", `{"name":"x"}`, append(bearer(u), headers...)...)
			require.Equal(t, "origin_forbidden", a.code, "%s at %s: %s", page, d.name, a.body)
			a = d.send(t, "GET", "/api/v1/projects", "", append(bearer(u), headers...)...)
			require.Empty(t, a.header.Get("Access-Control-Allow-Origin"), "nothing may be read from elsewhere")
			a = d.send(t, "OPTIONS", "/api/v1/projects", "", append([]string{"Access-Control-Request-Method", "DELETE"}, headers...)...)
			require.Empty(t, a.header.Get("Access-Control-Allow-Methods"), "nor asked for")
		}
	}
	for _, media := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json, text/plain", "application/json; charset=utf-16"} {
		for _, d := range doors(t, "auth") {
			a := d.send(t, "POST", "/auth/login", `{"email":"a@example.com","password":"x"}`, "Content-Type", media)
			require.Contains(t, []int{400, 415}, a.status, "%q at %s: %s", media, d.name, a.body)
		}
	}
	require.NoError(t, u.Refresh(t.Context(), u.Token()), "the session is as it was")
}

func TestGuessersCannotChangeTheirAddress(t *testing.T) {
	t.Parallel()
	u, nginx := newUser(t, "guessed"), doors(t, "auth")[0]
	// The waits double: where a guess takes longer than the first, a later one is
	// longer than a guess.
	refused := false
	for i := 0; i < 16 && !refused; i++ {
		ip := fmt.Sprintf("203.0.%d.1", i)
		a := nginx.send(t, "POST", "/auth/login", `{"email":"`+u.Email+`","password":"wrong guess"}`, "Content-Type", "application/json",
			"X-Real-IP", ip, "X-Forwarded-For", ip, "Forwarded", "for="+ip, "True-Client-IP", ip, "X-Client-IP", ip, "CF-Connecting-IP", ip, "X_Real_IP", ip)
		require.Contains(t, []int{401, 429}, a.status, a.body)
		if refused = a.status == 429; refused {
			require.NotEmpty(t, a.header.Get("Retry-After"))
		}
	}
	require.True(t, refused, "five are free, the sixth sets the wait, whatever address is claimed")

	var devices struct{ Items []struct{ IP string } }
	u.Must(t, "GET", "/auth/sessions", nil, &devices, "X-Real-IP", "203.0.113.9")
	require.Equal(t, "127.0.0.1", devices.Items[0].IP)
}

func TestBodiesThatAreNotPlainAreRefusedInWords(t *testing.T) {
	t.Parallel()
	u := newUser(t, "bodies")
	project := newProject(t, u)
	tasks := "/api/v1/projects/" + project + "/tasks"
	for what, c := range map[string]struct {
		path, body string
		status     int
	}{
		"nested deeply":               {tasks, `{"title":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, 400},
		"nested without an end":       {tasks, strings.Repeat(`{"a":`, 20000), 400},
		"NUL":                         {tasks, `{"title":"a\u0000b"}`, 400},
		"NUL as a byte":               {tasks, "{\"title\":\"a\x00b\"}", 400},
		"broken UTF-8":                {tasks, "{\"title\":\"\xff\xfe\"}", 400},
		"half a surrogate pair":       {tasks, `{"title":"\ud800"}`, 0},
		"a member twice":              {tasks, `{"title":"a","title":"b"}`, 400},
		"a member in another case":    {tasks, `{"title":"a","Title":"b"}`, 422},
		"only in another case":        {tasks, `{"TITLE":"a"}`, 422},
		"two values":                  {tasks, `{"title":"a"}{"title":"b"}`, 400},
		"not an object":               {tasks, `["title"]`, 422},
		"null":                        {tasks, `null`, 422},
		"a number beyond measure":     {tasks, `{"title":"a","labels":[1e999999]}`, 400},
		"an unknown member":           {tasks, `{"title":"a","admin":true}`, 422},
		"a prototype":                 {tasks, `{"title":"a","__proto__":{"role":"owner"}}`, 422},
		"another's id as the author":  {tasks, `{"title":"a","createdBy":"01J00000000000000000000000","number":1,"version":9}`, 422},
		"an id of its own":            {"/api/v1/projects", `{"name":"a","id":"01J00000000000000000000000"}`, 422},
		"counts and a role":           {"/api/v1/projects", `{"name":"a","role":"owner","counts":{"done":9}}`, 422},
		"an assignee from outside":    {tasks, `{"title":"a","assignee":"01J00000000000000000000000"}`, 422},
		"a title beyond measure":      {tasks, `{"title":"` + strings.Repeat("a", 100_000) + `"}`, 422},
		"an export's owner":           {"/api/v1/projects/" + project + "/exports", `{"format":"csv","userId":"x"}`, 422},
		"an export to somewhere else": {"/api/v1/projects/" + project + "/exports", `{"format":"../../x"}`, 422},
	} {
		for _, d := range doors(t, "api") {
			a := d.send(t, "POST", c.path, c.body, bearer(u)...)
			if c.status == 0 {
				require.Less(t, a.status, 500, "%s at %s: %s", what, d.name, a.body)
				continue
			}
			require.Equal(t, c.status, a.status, "%s at %s: %s", what, d.name, a.body)
		}
	}
	for what, body := range map[string]string{
		"the account's id":                  `{"email":"x@example.com","name":"x","password":"fenugreek mustard x","id":"01J00000000000000000000000"}`,
		"the session's epoch":               `{"email":"x@example.com","name":"x","password":"fenugreek mustard x","epoch":-1}`,
		"an address with a NUL":             `{"email":"x\u0000@example.com","name":"x","password":"fenugreek mustard x"}`,
		"a name with controls":              `{"email":"x@example.com","name":"x\r\nSet-Cookie: a=b","password":"fenugreek mustard x"}`,
		"an address in another case, twice": `{"email":"x@example.com","Email":"y@example.com","name":"x","password":"fenugreek mustard x"}`,
	} {
		for _, d := range doors(t, "auth") {
			a := d.send(t, "POST", "/auth/register", body, "Content-Type", "application/json")
			require.Contains(t, []int{400, 422}, a.status, "%s at %s: %s", what, d.name, a.body)
		}
	}
	for _, d := range doors(t, "api") {
		// The head alone: who refuses by it may cut the connection under a body
		// that is still coming.
		statuses, text, err := d.inject(fmt.Sprintf("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
			"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n", tasks, u.Token(), 2<<20))
		require.NoError(t, err)
		require.Equal(t, []int{413}, statuses, "%s: %s", d.name, text)
		a := d.send(t, "POST", tasks, "\x1f\x8b\x08\x00", append(bearer(u), "Content-Encoding", "gzip")...)
		require.Equal(t, 415, a.status, "%s: %s", d.name, a.body)
	}
	var list struct{ Items []thing }
	u.Must(t, "GET", tasks, nil, &list)
	require.LessOrEqual(t, len(list.Items), 2, "nothing but the surrogate's two was stored")
}
