import { ExportsButton } from "@/features/exports/exports-button";
import { InboxButton } from "@/features/inbox/inbox-button";
import { AccountMenu } from "./account-menu";

/** The menus of the top bar: a chunk of their own, so that the page does not wait for them. */
export default function TopBarTools() {
  return (
    <>
      <ExportsButton />
      <InboxButton />
      <AccountMenu />
    </>
  );
}
