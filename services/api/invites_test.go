package main

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

func TestAnInviteOpensOnceForWhoeverHasTheLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob, cid := w.person("Ann"), w.person("Bob"), w.person("Cid")
	p := ann.project("Spices")
	invites := "/projects/" + p.id() + "/invites"
	made := ann.do("POST", invites, object{"email": email("Bob"), "role": "editor"})
	invite := made.want(201)
	require.Equal(t, "no-store", made.header.Get("Cache-Control"))
	token := invite["token"].(string)
	require.Len(t, token, 100)

	listed := ann.do("GET", invites, nil).want(200).items()
	require.Len(t, listed, 1)
	require.NotContains(t, listed[0], "token", "it was shown once")
	require.Equal(t, email("Bob"), listed[0]["email"])
	for _, item := range w.dump() {
		require.NotContains(t, item, token[len(token)-43:], "only its hash is kept")
	}

	preview := bob.do("POST", "/invites/preview", object{"token": token}).want(200)
	require.Equal(t, []any{"Spices", "editor", "Ann"}, []any{preview["projectName"], preview["role"], preview["invitedBy"]})
	ann.do("POST", "/invites/accept", object{"token": token}).want(200) // she is in already, and the invite stays
	joined := bob.do("POST", "/invites/accept", object{"token": token}).want(200)
	require.Equal(t, []any{p.id(), "editor", 2.0}, []any{joined["id"], joined["role"], joined["members"]})
	bob.do("POST", "/invites/accept", object{"token": token}).want(200) // the first answer was lost
	cid.do("POST", "/invites/accept", object{"token": token}).refused(410, cumin.CodeInviteExpired)
	cid.do("POST", "/invites/preview", object{"token": token}).refused(410, cumin.CodeInviteExpired)
	require.Empty(t, ann.do("GET", invites, nil).want(200).items())
}

func TestAnInviteThatIsRevokedOldOrMadeUpOpensNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project("Spices")
	invites := "/projects/" + p.id() + "/invites"
	revoked := ann.do("POST", invites, object{"role": "viewer"}).want(201)
	ann.do("DELETE", invites+"/"+revoked.id(), nil).want(204)
	ann.do("DELETE", invites+"/"+revoked.id(), nil).refused(404, cumin.CodeNotFound)
	old := ann.do("POST", invites, object{"role": "viewer"}).want(201)["token"].(string)
	for _, token := range []string{revoked["token"].(string), old[:99] + "A", old[:57], strings.Repeat("x", 100), "inv1_"} {
		bob.do("POST", "/invites/accept", object{"token": token}).refused(410, cumin.CodeInviteExpired)
	}
	w.clock.advance(cumin.InviteTTL)
	bob.do("POST", "/invites/accept", object{"token": old}).refused(410, cumin.CodeInviteExpired)
	require.Empty(t, ann.do("GET", invites, nil).want(200).items())

	young := ann.do("POST", invites, object{"role": "viewer"}).want(201)["token"].(string)
	ann.do("DELETE", "/projects/"+p.id(), nil).want(204)
	bob.do("POST", "/invites/preview", object{"token": young}).refused(410, cumin.CodeInviteExpired)
	bob.do("POST", "/invites/accept", object{"token": young}).refused(410, cumin.CodeInviteExpired)
}

func TestAnInviteTellsNobodyWhoIsRegistered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	w.person("Bob")
	p := ann.project("Spices")
	var answers []object
	for _, name := range []string{"Bob", "Nobody"} {
		o := ann.do("POST", "/projects/"+p.id()+"/invites", object{"email": email(name), "role": "viewer"}).want(201)
		for _, differs := range []string{"id", "token", "email", "createdAt", "expiresAt"} {
			delete(o, differs)
		}
		answers = append(answers, o)
	}
	require.Equal(t, answers[0], answers[1])
	ann.do("POST", "/projects/"+p.id()+"/members", object{"email": email("Bob"), "role": "viewer"}).refused(405, "method_not_allowed")
}

func TestWhoAnInviteWasMeantForAcceptsItInTheInbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob, cid := w.person("Ann"), w.person("Bob"), w.person("Cid")
	p := ann.project("Spices")
	invite := ann.do("POST", "/projects/"+p.id()+"/invites", object{"email": "BOB@cumin.test", "role": "viewer"}).want(201)
	cid.do("POST", "/invites/"+invite.id()+"/accept", nil).refused(404, cumin.CodeNotFound)
	bob.do("POST", "/invites/"+invite.id()+"/accept", nil).want(200)
	require.Equal(t, "viewer", bob.do("GET", "/projects/"+p.id(), nil).want(200)["role"])
	bob.do("POST", "/invites/"+newID(time.Now())+"/accept", nil).refused(410, cumin.CodeInviteExpired)
}

func TestOfManyWhoUseALinkAtOnceOneJoins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	token := ann.do("POST", "/projects/"+p.id()+"/invites", object{"role": "viewer"}).want(201)["token"]
	statuses := make([]int, 6)
	var wg sync.WaitGroup
	for i := range statuses {
		somebody := w.person(string(rune('B' + i)))
		wg.Go(func() { statuses[i] = somebody.do("POST", "/invites/accept", object{"token": token}).status })
	}
	wg.Wait()
	joined := 0
	for _, s := range statuses {
		if s == 200 {
			joined++
		}
	}
	require.Equal(t, 1, joined, "statuses %v", statuses)
	require.Equal(t, 2.0, ann.do("GET", "/projects/"+p.id(), nil).want(200)["members"])
}

func TestThereAreOnlySoManyOpenInvites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	for range cumin.MaxInvites {
		require.NoError(t, w.aws.DB.Invites().Create(t.Context(), cumin.Invite{
			ID: cumin.InviteID(newID(time.Now())), Project: cumin.ProjectID(p.id()), Role: cumin.RoleViewer, Hash: []byte{1},
			CreatedAt: w.clock.Now(), ExpiresAt: w.clock.Now().Add(time.Hour), Last: cumin.Change{By: ann.id},
		}))
	}
	ann.do("POST", "/projects/"+p.id()+"/invites", object{"role": "viewer"}).refused(409, cumin.CodeTooManyInvites)
	w.clock.advance(time.Hour)
	ann.do("POST", "/projects/"+p.id()+"/invites", object{"role": "viewer"}).want(201)
}

func TestAnInvitesItemReadsAsItWasWritten(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	i := cumin.Invite{
		ID: "01JZ0000000000000000000001", Project: "01JZ0000000000000000000002", Email: "a@b.c", Role: cumin.RoleOwner, Hash: []byte{1, 2},
		CreatedAt: at, ExpiresAt: at.Add(cumin.InviteTTL), Last: cumin.Change{By: "01JZ0000000000000000000003", RequestID: "request-1"},
	}
	back, err := dynamo.DecodeInvite(dynamo.EncodeInvite(i))
	require.NoError(t, err)
	require.Equal(t, i, back)
}
