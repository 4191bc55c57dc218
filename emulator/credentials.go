package emulator

import (
	"net/http"
	"time"

	"github.com/anikeshk/cumin/emulator/iam"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// renewAfter is when a process asks for its credentials again, in real time.
const renewAfter = 6 * time.Hour

// getCredentials gives a process its role's credentials the way ECS gives a task
// its own: SDKs ask the URL in AWS_CONTAINER_CREDENTIALS_FULL_URI.
//
//	GET credentials?role=ARN&service=ecs-tasks.amazonaws.com&session=NAME
//
// The role must trust the service. As on ECS a task never holds credentials
// that have run out: they outlive any advance of the emulator's clock, which
// SDKs do not follow.
func (a *AWS) getCredentials(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	made, err := a.iam.Lend(iam.Principal{Service: q.Get("service")}, q.Get("role"), q.Get("session"))
	if err != nil {
		writeJSON(w, http.StatusForbidden, map[string]string{"code": wire.AsError(err).Code, "message": wire.AsError(err).Message})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{
		"RoleArn": made.Role, "AccessKeyId": made.Key, "SecretAccessKey": made.Secret, "Token": made.Token,
		"Expiration": time.Now().Add(renewAfter).UTC().Format(time.RFC3339),
	})
}

// roleUse is what a role was allowed so far, and what its inline policies grant
// that it never needed.
type roleUse struct {
	Used   map[string][]string `json:"used"`   // resources by action
	Unused []string            `json:"unused"` // "action on resource"
}

// getUsed answers roleUse by role ARN.
func (a *AWS) getUsed(w http.ResponseWriter, _ *http.Request) {
	used, out := a.UsedActions(), map[string]roleUse{}
	for _, role := range a.iam.Roles() {
		out[role] = roleUse{used[role], a.iam.Unused(role, used[role])}
	}
	writeJSON(w, http.StatusOK, out)
}
