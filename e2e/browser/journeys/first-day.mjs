// A newcomer's first day: register, make a project, add tasks, drag one, see
// the counts follow, export, be told, download the file and find the tasks in it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { base, columnCount, drag, eventually, journey, shot } from "../lib/browser.mjs";

const titles = ["Water the basil", "Grind the pepper", "Label the jars"];

await journey("first-day", async ({ person }) => {
  const { page } = await person({ who: "newcomer" });
  await page.goto(`${base}/register`);
  await page.getByLabel("Name").fill("Nia Newcomer");
  await page.getByLabel("E-mail").fill(`nia.${Date.now()}@example.com`);
  await page.getByLabel("Passphrase", { exact: true }).fill("cardamom nutmeg mace 7");
  await shot(page, "first-day-1-register");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Projects", level: 1 }).waitFor();
  await shot(page, "first-day-2-empty");

  await page.getByRole("button", { name: "New project" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Herb garden");
  await eventually("a key is proposed", () => dialog.getByLabel("Key").inputValue(), "HG");
  await dialog.getByRole("button", { name: "Create project" }).click();
  await page.getByRole("heading", { name: "Herb garden", level: 1 }).waitFor();

  for (const title of titles) {
    await page.getByRole("button", { name: "New task" }).first().click();
    await dialog.getByLabel("Title").fill(title);
    await dialog.getByRole("button", { name: "Create task" }).click();
    await page.getByRole("button", { name: title, exact: true }).waitFor();
  }
  await eventually("three to do", () => columnCount(page, "To Do"), 3);
  for (const number of [1, 2, 3]) await page.getByText(`HG-${number}`, { exact: true }).waitFor();
  await shot(page, "first-day-3-board");

  const card = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: titles[0], exact: true }) });
  await drag(page, card, "Done");
  await page.getByRole("region", { name: "Done", exact: true }).getByRole("button", { name: titles[0], exact: true }).waitFor();
  await eventually("the counts follow", async () => [await columnCount(page, "To Do"), await columnCount(page, "Done")], [2, 1]);
  await page.reload();
  await eventually("and stay", async () => {
    await page.getByRole("region", { name: "Done", exact: true }).waitFor();
    return [await columnCount(page, "To Do"), await columnCount(page, "Done")];
  }, [2, 1]);
  await shot(page, "first-day-4-moved");

  await page.getByRole("button", { name: "Export", exact: true }).click();
  await dialog.getByRole("button", { name: "Export 3 tasks" }).click();
  const messages = page.getByRole("region", { name: /Messages/ });
  await messages.getByText("Your export is ready").waitFor();
  await shot(page, "first-day-5-toast");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    messages.getByRole("button", { name: "Download" }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  assert.match(download.suggestedFilename(), /\.csv$/);
  for (const title of titles) assert.ok(text.includes(title), `${title} is in the file`);
  assert.equal(text.trim().split("\r\n").length, 4, "a header and three tasks");

  await page.getByRole("button", { name: /^Notifications/ }).click();
  await page.getByRole("list", { name: "Notifications" }).getByText("Your export is ready").waitFor();
  await shot(page, "first-day-6-inbox");
});
