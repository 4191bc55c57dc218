package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
)

// basePath is where nginx sends the API's requests.
const basePath = "/api/v1"

// Who may call a route, besides carrying a token. A member who lacks the role
// gets 403; who is no member at all, 404. "self" routes show and change only
// what belongs to the caller.
const (
	self   = "self"
	viewer = string(cumin.RoleViewer)
	editor = string(cumin.RoleEditor)
	owner  = string(cumin.RoleOwner)
)

// mount puts every route on the server. All want a bearer token.
func (s *service) mount(shell *httpapi.Server, verify func(context.Context, string) (context.Context, error), limit *limiter) (huma.API, error) {
	api := httpapi.NewAPI(shell, httpapi.APIConfig{
		Title: "Cumin", Version: "1", Description: "Projects, tasks, exports and the inbox.", OpenAPIPath: basePath + "/openapi",
	})
	describeTypes(api.OpenAPI().Components.Schemas)
	httpapi.RequireBearer(api, verify)
	api.UseMiddleware(limit.middleware(api), private, httpapi.NoNulls(api))

	get, post, put, patch, del := http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete

	add(api, self, get, "/projects", 200, "My projects", s.listProjects)
	add(api, self, post, "/projects", 201, "Start a project", s.createProject)
	add(api, viewer, get, "/projects/{project}", 200, "A project", s.getProject)
	add(api, owner, patch, "/projects/{project}", 200, "Change a project", s.updateProject)
	add(api, owner, del, "/projects/{project}", 202, "Delete a project: 202 with a job when it holds more than 1,000 tasks, else 204", s.deleteProject)
	add(api, self, get, "/deletions/{project}", 200, "How far the erasing of a project has come that I deleted", s.getDeletion)

	add(api, viewer, get, "/projects/{project}/members", 200, "A project's members", s.listMembers)
	add(api, owner, put, "/projects/{project}/members/{user}", 200, "Give a member another role", s.setRole, 409)
	add(api, owner, del, "/projects/{project}/members/{user}", 204, "Remove a member; everybody may remove themselves", s.removeMember, 409)

	add(api, owner, get, "/projects/{project}/invites", 200, "Open invites of a project, newest first", s.listInvites)
	add(api, owner, post, "/projects/{project}/invites", 201, "Make a link by which somebody can join, once, within seven days", s.createInvite, 409)
	add(api, owner, del, "/projects/{project}/invites/{invite}", 204, "Take an invite back", s.revokeInvite)
	add(api, self, post, "/invites/preview", 200, "What an invite's link opens", s.previewInvite, 410)
	add(api, self, post, "/invites/accept", 200, "Join by an invite's link", s.acceptInvite, 409, 410)
	add(api, self, post, "/invites/{invite}/accept", 200, "Join by an invite that was meant for me", s.acceptMyInvite, 409, 410)

	add(api, viewer, get, "/projects/{project}/board", 200, "The board: first page of each column", s.getBoard)
	add(api, viewer, get, "/projects/{project}/changes", 200, "What happened since a sequence", s.getChanges, 410)

	add(api, viewer, get, "/projects/{project}/tasks", 200, "Tasks of a project", s.listTasks)
	add(api, editor, post, "/projects/{project}/tasks", 201, "Add a task", s.createTask, 409)
	add(api, viewer, get, "/projects/{project}/tasks/{task}", 200, "A task", s.getTask)
	add(api, editor, patch, "/projects/{project}/tasks/{task}", 200, "Change a task", s.updateTask, 409)
	add(api, editor, del, "/projects/{project}/tasks/{task}", 204, "Delete a task", s.deleteTask, 409)
	add(api, editor, post, "/projects/{project}/tasks/{task}/move", 200, "Move a task to a place in a column", s.moveTask, 409)

	add(api, editor, post, "/projects/{project}/tasks/{task}/restore", 200, "Bring a deleted task back, within 30 days", s.restoreTask, 409)
	add(api, editor, post, "/projects/{project}/tasks/bulk", 200, "Change or delete up to 100 tasks, each with an answer of its own", s.editTasks, 409)

	add(api, viewer, get, "/projects/{project}/tasks/{task}/comments", 200, "What was said about a task, newest first", s.listComments)
	add(api, editor, post, "/projects/{project}/tasks/{task}/comments", 201, "Comment on a task", s.createComment, 409)
	add(api, editor, patch, "/projects/{project}/tasks/{task}/comments/{comment}", 200, "Change my comment", s.updateComment, 409)
	add(api, editor, del, "/projects/{project}/tasks/{task}/comments/{comment}", 204, "Delete my comment; owners delete any", s.deleteComment, 409)
	add(api, viewer, get, "/projects/{project}/tasks/{task}/history", 200, "Who changed what of a task, newest first", s.listTaskHistory)
	add(api, viewer, get, "/projects/{project}/activity", 200, "Who did what in a project, newest first", s.listActivity)

	add(api, editor, post, "/projects/{project}/exports", 202, "Export a project's tasks", s.createExport, 409)
	add(api, self, get, "/exports", 200, "My exports, newest first", s.listExports)
	add(api, self, get, "/exports/{export}", 200, "One of my exports", s.getExport)
	add(api, self, post, "/exports/{export}/cancel", 202, "Cancel one of my exports", s.cancelExport)
	add(api, self, post, "/exports/{export}/download", 200, "An address for the file, good for five minutes", s.downloadExport, 409, 410)
	add(api, self, get, "/exports/{export}/download", 303, "Go to the file", s.redirectToExport, 409, 410)

	add(api, self, get, "/notifications", 200, "My inbox, newest first", s.listNotifications)
	add(api, self, get, "/notifications/unread-count", 200, "How many are unread", s.countUnread)
	add(api, self, post, "/notifications/read", 200, "Mark notifications as read", s.markRead)
	add(api, self, get, "/notifications/preferences", 200, "What I want no notifications of", s.getPreferences)
	add(api, self, put, "/notifications/preferences", 200, "Say what I want no notifications of", s.setPreferences)
	return api, errors.Join(httpapi.ServeDocs(shell, api, basePath+"/docs"), httpapi.ServeProblems(shell))
}
