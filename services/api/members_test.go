package main

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestOwnersManageTheMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob, cid := w.person("Ann"), w.person("Bob"), w.person("Cid")
	p := ann.project("Spices")
	members := "/projects/" + p.id() + "/members"

	ann.add(p, "Bob", "viewer")
	require.Equal(t, []string{p.id()}, field[string](bob.do("GET", "/projects", nil).want(200).items(), "id"))
	require.Equal(t, 2.0, bob.do("GET", "/projects/"+p.id(), nil).want(200)["members"])
	require.Equal(t, []string{"Ann", "Bob"}, field[string](bob.do("GET", members, nil).want(200).items(), "name"))

	changed := ann.do("PUT", members+"/"+string(bob.id), object{"role": "editor"}).want(200)
	require.Equal(t, []any{"editor", 2.0, "Bob"}, []any{changed["role"], changed["version"], changed["name"]})
	bob.task(p, "Buy cumin")
	bob.do("PUT", members+"/"+string(bob.id), object{"role": "owner"}).refused(403, cumin.CodeForbidden)
	ann.do("PUT", members+"/"+string(cid.id), object{"role": "owner"}).refused(404, cumin.CodeNotFound)
	ann.do("PUT", members+"/"+"nobody", object{"role": "owner"}).refused(404, cumin.CodeNotFound)

	bob.do("DELETE", members+"/"+string(ann.id), nil).refused(403, cumin.CodeForbidden)
	bob.do("DELETE", members+"/"+string(bob.id), nil).want(204)
	bob.do("GET", "/projects/"+p.id(), nil).refused(404, cumin.CodeNotFound)
	require.Equal(t, 1.0, ann.do("GET", "/projects/"+p.id(), nil).want(200)["members"])
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project("Spices")
	ann.add(p, "Bob", "editor")
	annPath := "/projects/" + p.id() + "/members/" + string(ann.id)
	ann.do("DELETE", annPath, nil).refused(409, cumin.CodeLastOwner)
	ann.do("PUT", annPath, object{"role": "viewer"}).refused(409, cumin.CodeLastOwner)
	require.Equal(t, "owner", ann.do("PUT", annPath, object{"role": "owner"}).want(200)["role"])
	ann.do("PUT", "/projects/"+p.id()+"/members/"+string(bob.id), object{"role": "owner"}).want(200)
	ann.do("DELETE", annPath, nil).want(204)
	bob.do("DELETE", "/projects/"+p.id()+"/members/"+string(bob.id), nil).refused(409, cumin.CodeLastOwner)
}

func TestOfOwnersWhoAllLeaveAtOnceOneStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	for round := range 5 {
		p := ann.project("Spices")
		owners := []person{ann}
		for _, name := range []string{"Bob", "Cid", "Dan"} {
			if round == 0 {
				owners = append(owners, w.person(name))
			} else {
				owners = append(owners, w.byName(name))
			}
			ann.add(p, name, "owner")
		}
		statuses := make([]int, len(owners))
		var wg sync.WaitGroup
		for i, o := range owners {
			wg.Go(func() {
				path := "/projects/" + p.id() + "/members/" + string(o.id)
				if i%2 == 0 {
					statuses[i] = o.do("DELETE", path, nil).status
				} else {
					statuses[i] = o.do("PUT", path, object{"role": "viewer"}).status
				}
			})
		}
		wg.Wait()
		refused := 0
		for i, o := range owners {
			if statuses[i] == 409 {
				refused++
				require.Equal(t, "owner", o.do("GET", "/projects/"+p.id(), nil).want(200)["role"])
			}
		}
		require.Equal(t, 1, refused, "statuses %v", statuses)
	}
}

func TestMembersAndOwnersAreCountedRightWhateverHappensAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	names := []string{"Bob", "Cid", "Dan", "Eve", "Fay"}
	var wg sync.WaitGroup
	for _, name := range names {
		other := w.person(name)
		wg.Go(func() {
			path := "/projects/" + p.id() + "/members"
			ann.add(p, name, "editor")
			ann.do("PUT", path+"/"+string(other.id), object{"role": "owner"}).want(200)
			other.do("PUT", path+"/"+string(other.id), object{"role": "viewer"}).want(200)
			if slices.Index(names, name)%2 == 0 {
				other.do("DELETE", path+"/"+string(other.id), nil).want(204)
			}
		})
	}
	wg.Wait()
	a, err := w.aws.DB.Projects().Access(t.Context(), ann.id, cumin.ProjectID(p.id()))
	require.NoError(t, err)
	require.Equal(t, []int{3, 1}, []int{a.Project.Members, a.Project.Owners})
	members, err := w.aws.DB.Members().List(t.Context(), cumin.ProjectID(p.id()))
	require.NoError(t, err)
	require.Len(t, members, 3)
}
