import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { Opened } from "@/components/opened";
import { projectsQuery } from "@/features/projects/projects-api";
import { useCommand } from "@/lib/commands";
import { lazyPage, usePreload } from "@/lib/lazy-page";
import { listenForShortcuts } from "@/lib/shortcuts";

const Palette = lazyPage(() => import("./palette"));
const ShortcutHelp = lazyPage(() => import("./shortcut-help"));

/** The commands of every page, and the dialogs that list commands. */
export function Shortcuts() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"palette" | "help">();
  useEffect(() => listenForShortcuts(), []);
  // Who opens the palette on a board may mean another project. No code waits for them.
  const projects = {
    fetch: () => {
      void client.infiniteQuery({ ...projectsQuery(), staleTime: "static" }).catch(() => undefined);
      return Promise.resolve();
    },
  };
  usePreload(projects, Palette, ShortcutHelp);
  const anywhere = true;
  const toggle = () => setOpen((now) => (now === "palette" ? undefined : "palette"));
  useCommand({ anywhere, label: "Open the command palette", keys: "mod+k", run: toggle });
  useCommand({
    anywhere,
    label: "Show keyboard shortcuts",
    keys: "?",
    also: "help keys",
    run: () => setOpen("help"),
  });
  useCommand({ anywhere, label: "Go to projects", keys: "g p", run: () => void navigate("/projects") });
  useCommand({
    anywhere,
    label: "Go to settings",
    keys: "g s",
    also: "account password theme sessions",
    run: () => void navigate("/settings"),
  });
  const close = () => setOpen(undefined);
  return (
    <Opened onClose={close}>
      {open === "palette" && <Palette onClose={close} />}
      {open === "help" && <ShortcutHelp onClose={close} />}
    </Opened>
  );
}
