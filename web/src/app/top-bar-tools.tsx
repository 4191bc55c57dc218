import { ExportsButton } from "@/features/exports/exports-button";
import { RetryExport, useRunningExports } from "@/features/exports/in-inbox";
import { InboxButton } from "@/features/inbox/inbox-button";
import { AccountMenu } from "./account-menu";

/** The menus of the top bar: a chunk of their own, so that the page does not wait for them. */
export default function TopBarTools() {
  return (
    <>
      <ExportsButton />
      <InboxButton underWay={useRunningExports()} retry={(id) => <RetryExport id={id} />} />
      <AccountMenu />
    </>
  );
}
