import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http as route, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { session } from "@/lib/api";
import type { Member, Role, UserId } from "@/lib/api-types";
import { queryKeys } from "@/lib/query-keys";
import { renderPart } from "@/test/render";
import { ada, aProject, projectId, sessionWith } from "@/test/values";
import MembersDialog from "./members-dialog";

const server = setupServer(route.get("*/invites", () => HttpResponse.json({ items: [] })));
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  session.signIn(sessionWith("token"));
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const member = (id: string, name: string, role: Role): Member => ({
  userId: id as UserId,
  name,
  role,
  version: 1,
  joinedAt: "2026-01-01T00:00:00.000Z",
});

/** Ada's row in a project where she and Grace have these roles. */
function adasRow(role: Role, graces: Role) {
  renderPart(
    <MembersDialog
      project={aProject({ role })}
      members={[member(ada.id, "Ada", role), member("GRACE", "Grace", graces)]}
      onClose={() => undefined}
    />,
  );
  return within(screen.getAllByRole("listitem")[0] as HTMLElement);
}

it("the only owner is told what leaving takes, and is offered nothing that would be refused", () => {
  const row = adasRow("owner", "editor");
  expect(row.getByText(/^You are the only owner/)).toBeVisible();
  expect(row.queryByRole("button")).toBeNull();
  expect(row.queryByRole("combobox")).toBeNull();
  expect(screen.getByRole("button", { name: "Remove Grace" })).toBeVisible();
  expect(screen.getByRole("combobox", { name: "Role of Grace" })).toBeVisible();
});

it.each<[string, Role, Role]>([
  ["one of two owners", "owner", "owner"],
  ["an editor", "editor", "owner"],
  ["a viewer", "viewer", "owner"],
])("%s may leave", (_who, role, graces) => {
  const row = adasRow(role, graces);
  expect(row.getByRole("button", { name: "Leave the project" })).toBeVisible();
  expect(screen.queryByText(/^You are the only owner/)).toBeNull();
});

it("the link of an invitation is shown until it is used", async () => {
  let open: object[] = [];
  server.use(
    route.get("*/invites", () => HttpResponse.json({ items: open })),
    route.post("*/invites", () => {
      const invite = { id: "I", email: null, role: "editor", expiresAt: "2026-02-01T00:00:00.000Z" };
      open = [invite];
      return HttpResponse.json({ ...invite, token: "T" }, { status: 201 });
    }),
  );
  const client = renderPart(
    <MembersDialog
      project={aProject({ role: "owner" })}
      members={[member(ada.id, "Ada", "owner")]}
      onClose={() => undefined}
    />,
  );
  await userEvent.click(screen.getByRole("button", { name: "Make a link" }));
  expect(await screen.findByLabelText("Link of the invitation")).toHaveValue(`${location.origin}/invite#T`);
  open = []; // somebody has joined by it
  await client.invalidateQueries({ queryKey: queryKeys.invites(projectId) });
  await expect.poll(() => screen.queryByLabelText("Link of the invitation")).toBeNull();
});
