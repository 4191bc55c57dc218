// Two people, one board: a card dragged by one moves for the other, the
// projects page follows, and the socket works with WebSocket and without.
import assert from "node:assert/strict";
import { base, columnCount, demo, drag, eventually, journey, shot, signIn } from "../lib/browser.mjs";

const project = "Kitchen rebuild";
let title = ""; // the first card to do: a long column renders only the cards in view

const column = (page, name) => page.getByRole("region", { name, exact: true });
const cardIn = (page, name) => column(page, name).getByRole("button", { name: title, exact: true });

/** Notes the transports of the page's sockets. */
function watchTransports(page) {
  const seen = { webSockets: 0, polls: 0 };
  page.on("websocket", (socket) => {
    if (socket.url().includes("/sockets/")) seen.webSockets++;
  });
  page.on("request", (request) => {
    if (request.url().includes("transport=polling")) seen.polls++;
  });
  return seen;
}

await journey("two-people", async ({ person }) => {
  const ada = await person({ who: "ada" });
  const grace = await person({ who: "grace" });
  const adaSees = watchTransports(ada.page);

  await signIn(ada.page, demo[0]);
  await signIn(grace.page, demo[1]);
  await shot(ada.page, "two-people-1-projects");

  await ada.page.getByRole("link", { name: project }).click();
  title = await column(ada.page, "To Do").locator("button[data-title]").first().innerText();
  // Grace has WebSocket disabled: the same board over long polling.
  const path = new URL(ada.page.url()).pathname;
  const graceSees = watchTransports(grace.page);
  await grace.page.goto(`${base}${path}?transport=polling`);
  await cardIn(grace.page, "To Do").waitFor();
  for (const { page } of [ada, grace]) await page.getByText("Live", { exact: true }).first().waitFor({ state: "attached" });
  const before = [await columnCount(ada.page, "To Do"), await columnCount(ada.page, "In Progress")];

  const card = ada.page.getByRole("listitem").filter({ has: ada.page.getByRole("button", { name: title, exact: true }) });
  await drag(ada.page, card, "In Progress");
  await cardIn(ada.page, "In Progress").waitFor();
  const dropped = Date.now();
  await cardIn(grace.page, "In Progress").waitFor();
  console.log(`the other page followed within ${Date.now() - dropped} ms of the drop, over long polling`);
  const after = [before[0] - 1, before[1] + 1];
  for (const { page, who } of [ada, grace]) {
    await eventually(`${who}'s counts`, async () => [await columnCount(page, "To Do"), await columnCount(page, "In Progress")], after);
  }
  await shot(grace.page, "two-people-2-other-board");

  // The projects page of one follows the move of the other, back over the menu.
  await ada.page.getByRole("link", { name: "Cumin: your projects" }).click();
  const adaCard = ada.page.getByRole("listitem").filter({ hasText: project });
  const shown = async () => (await adaCard.locator("dd").allInnerTexts()).map(Number).slice(0, 2);
  await eventually("the projects page", shown, after);
  const graceCard = grace.page.getByRole("listitem").filter({ has: grace.page.getByRole("button", { name: title, exact: true }) });
  await graceCard.getByRole("button", { name: /^Menu of [A-Z][A-Z0-9]+-\d+$/ }).click();
  await grace.page.getByRole("menuitem", { name: "To Do" }).click();
  await cardIn(grace.page, "To Do").waitFor();
  await eventually("the projects page follows", shown, before);
  await shot(ada.page, "two-people-3-projects-follow");

  await grace.page.getByRole("button", { name: "Export", exact: true }).click();
  await grace.page.getByRole("dialog").getByRole("button", { name: /^Export \d+ tasks$/ }).click();
  await grace.page.getByText("Your export is ready").first().waitFor();

  assert.ok(adaSees.webSockets > 0, "Ada's page opened a WebSocket through nginx");
  assert.equal(graceSees.webSockets, 0, "Grace's page opened none");
  assert.ok(graceSees.polls > 3, "Grace's page polled");
});
