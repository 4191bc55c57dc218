// What two people say about a task: named by the keyboard alone, told to who was
// named, counted on the card wherever it is seen, also while the card is dragged.
import { demo, drag, eventually, journey, signIn } from "../lib/browser.mjs";

const stamp = Date.now();
const title = `Choose the worktop ${stamp}`;
const task = (page) => page.getByRole("dialog", { name: /^KR-\d+$/ });
const card = (page) => page.getByRole("listitem").filter({ has: page.getByRole("button", { name: title, exact: true }) });
const said = (page) => card(page).getByTitle(/^\d+ comments?$/).getAttribute("title");
const open = (page) => page.getByRole("button", { name: title, exact: true }).click();
const close = async (page) => {
  await page.keyboard.press("Escape");
  await task(page).waitFor({ state: "detached" });
};

async function say(page, text) {
  await task(page).getByRole("textbox", { name: "Comment", exact: true }).fill(text);
  await page.keyboard.press("Control+Enter");
  await task(page).getByRole("list", { name: "Comments" }).getByText(text).waitFor();
}

await journey("comments", async ({ person }) => {
  const ada = (await person({ who: "ada" })).page;
  const grace = (await person({ who: "grace" })).page;
  await Promise.all([signIn(ada, demo[0]), signIn(grace, demo[1])]);
  for (const page of [ada, grace]) await page.getByRole("link", { name: "Kitchen rebuild" }).click();
  await ada.getByRole("button", { name: "New task" }).first().click();
  await ada.getByRole("dialog").getByLabel("Title").fill(title);
  await ada.getByRole("button", { name: "Create task" }).click();
  for (const page of [ada, grace]) await page.getByLabel("Search the tasks").fill(String(stamp));
  await card(grace).waitFor();

  await open(ada);
  await task(ada).getByRole("textbox", { name: "Comment", exact: true }).focus();
  await ada.keyboard.type("Oak or stone, @gra");
  await ada.getByRole("listbox", { name: "People" }).getByRole("option", { name: /Grace/ }).waitFor();
  await ada.keyboard.press("Enter");
  await ada.keyboard.type("?");
  await ada.keyboard.press("Control+Enter");
  await eventually("Grace's card says so", () => said(grace), "1 comment");
  await grace.getByText(/mentioned you/).first().waitFor();

  await open(grace);
  await task(grace).getByText(/Oak or stone/).waitFor();
  await say(grace, "Oak, and oil for it");
  await task(ada).getByText("Oak, and oil for it").waitFor();
  await close(ada);
  await eventually("Ada's own card", () => said(ada), "2 comments");

  // While Ada moves the card, Grace takes back what she said.
  await task(grace).getByRole("list", { name: "Comments" }).getByRole("button", { name: "Delete", exact: true }).click();
  await Promise.all([
    grace.getByRole("button", { name: "Delete comment" }).click(),
    drag(ada, card(ada), "In Progress"),
  ]);
  // Escape would close the question alone while it is still being answered.
  await grace.getByRole("alertdialog").waitFor({ state: "detached" });
  const status = () => task(grace).getByLabel("Status").inputValue();
  await eventually("what Grace has open follows", status, "in_progress");
  await close(grace);
  for (const page of [ada, grace]) {
    await page.getByRole("region", { name: "In Progress", exact: true }).getByRole("button", { name: title, exact: true }).waitFor();
    await eventually("one is left", () => said(page), "1 comment");
  }
  await ada.reload();
  await eventually("and so says a page that is loaded afresh", () => said(ada), "1 comment");
  await ada.getByRole("link", { name: "List", exact: true }).click();
  await ada.getByRole("row").filter({ hasText: title }).getByTitle("1 comment").waitFor();
});
