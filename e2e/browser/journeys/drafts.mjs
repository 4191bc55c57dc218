// What somebody began to write outlives Escape, a reload and the end of their
// session, and goes with Cancel or when it is saved.
import { demo, eventually, journey, signIn } from "../lib/browser.mjs";
import { answer, revoked } from "../lib/faults.mjs";

const title = `Pickle the lemons ${Date.now()}`;
const dialogOf = (page) => page.getByRole("dialog", { name: "New task" });
const openNew = (page) => page.getByRole("button", { name: "New task" }).first().click();
const typed = (page) => dialogOf(page).getByLabel("Title").inputValue();

await journey("drafts", async ({ person }) => {
  const { page } = await person({ who: "ada" });
  await signIn(page, demo[0]);
  await page.getByRole("link", { name: "Kitchen rebuild" }).click();
  await openNew(page);
  await dialogOf(page).getByLabel("Title").fill(title);
  await dialogOf(page).getByLabel("Description").fill("With salt.");
  await page.keyboard.press("Escape");
  await dialogOf(page).waitFor({ state: "detached" });

  await openNew(page);
  await eventually("after Escape", () => typed(page), title);
  await page.reload();
  await openNew(page);
  await eventually("after a reload", () => typed(page), title);

  // The session ends under the open form; signing in again goes on where it was.
  const restore = await answer(page, /\/tasks$/, revoked, "POST");
  await dialogOf(page).getByRole("button", { name: "Create task" }).click();
  const again = page.getByRole("dialog", { name: "Sign in again" });
  await again.waitFor();
  await restore();
  await again.getByLabel("Passphrase", { exact: true }).fill(demo[0].Password);
  await again.getByRole("button", { name: "Sign in" }).click();
  await again.waitFor({ state: "detached" });
  await eventually("after signing in again", () => typed(page), title);
  await dialogOf(page).getByRole("button", { name: "Create task" }).click();
  await page.getByRole("button", { name: title, exact: true }).waitFor();

  await openNew(page);
  await eventually("what was created is not begun again", () => typed(page), "");
  await dialogOf(page).getByLabel("Title").fill("never mind");
  await dialogOf(page).getByRole("button", { name: "Cancel" }).click();
  await openNew(page);
  await eventually("after Cancel", () => typed(page), "");
  await page.keyboard.press("Escape");

  // Of an existing task too, beside which nothing else changes.
  await page.getByRole("button", { name: title, exact: true }).click();
  const task = page.getByRole("dialog", { name: /^KR-\d+$/ });
  await task.getByLabel("Title").fill(`${title}, slowly`);
  await page.reload();
  await task.getByText("These are changes you have not saved.").waitFor();
  await eventually("as it was typed", () => task.getByLabel("Title").inputValue(), `${title}, slowly`);
  await task.getByRole("button", { name: "Cancel" }).click();
  await page.getByLabel("Search the tasks").fill(title); // a new task is at the end, out of view
  await page.getByRole("button", { name: title, exact: true }).click();
  await eventually("as it was saved", () => task.getByLabel("Title").inputValue(), title);
});
