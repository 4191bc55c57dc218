// Two people edit one task. Different fields: both are kept, nobody is asked.
// The same field: the second is told while still writing, sees both values when
// saving, and chooses.
import { demo, eventually, journey, signIn } from "../lib/browser.mjs";

const stamp = Date.now();
const title = `Blend the curry ${stamp}`;
const task = (page) => page.getByRole("dialog", { name: /^KR-\d+$/ });
const open = (page, name) => page.getByRole("button", { name, exact: true }).click();
const save = (page) => task(page).getByRole("button", { name: "Save", exact: true }).click();
const closed = (page) => task(page).waitFor({ state: "detached" });

await journey("conflicts", async ({ person }) => {
  const ada = (await person({ who: "ada" })).page;
  const grace = (await person({ who: "grace" })).page;
  await Promise.all([signIn(ada, demo[0]), signIn(grace, demo[1])]);
  for (const page of [ada, grace]) await page.getByRole("link", { name: "Kitchen rebuild" }).click();

  await ada.getByRole("button", { name: "New task" }).first().click();
  await ada.getByRole("dialog").getByLabel("Title").fill(title);
  await ada.getByRole("button", { name: "Create task" }).click();
  await grace.getByLabel("Search the tasks").fill(String(stamp));
  await ada.getByLabel("Search the tasks").fill(String(stamp));

  await Promise.all([open(ada, title), open(grace, title)]);
  await task(ada).getByLabel("Priority").selectOption({ label: "High" });
  await save(ada);
  await closed(ada);
  await task(grace).getByLabel("Due date").fill("2030-01-31");
  await save(grace);
  await closed(grace);
  await open(grace, title);
  await eventually("what Ada set", () => task(grace).getByLabel("Priority").inputValue(), "high");
  await eventually("what Grace set", () => task(grace).getByLabel("Due date").inputValue(), "2030-01-31");

  await eventually("Ada's board has Grace's date", () => ada.getByText("Jan 31").count(), 1);
  await open(ada, title);
  await task(grace).getByLabel("Title").fill(`${title}, mild`);
  await task(ada).getByLabel("Title").fill(`${title}, hot`);
  await task(ada).getByLabel("Assignee").selectOption({ label: "Ada Marlow" });
  await save(ada);
  await closed(ada);
  await task(grace).getByText("Changed elsewhere too: Title.").waitFor();
  const assignee = task(grace).getByLabel("Assignee").locator("option:checked");
  await eventually("what Grace did not touch follows", () => assignee.innerText(), "Ada Marlow");
  await save(grace);
  await task(grace).getByRole("radio", { name: "Title: yours" }).waitFor();
  await task(grace).getByText(`${title}, hot`).waitFor();
  await task(grace).getByRole("radio", { name: "Title: yours" }).check();
  await task(grace).getByRole("button", { name: "Save these" }).click();
  await closed(grace);
  for (const page of [ada, grace]) await page.getByRole("button", { name: `${title}, mild`, exact: true }).waitFor();
});
