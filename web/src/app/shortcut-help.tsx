import { useLocation, useParams } from "react-router";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { KeyCaps } from "@/components/key-caps";
import { useCommands } from "@/lib/commands";
import { useSetting } from "@/lib/settings";
import { shortcutsOn } from "@/lib/shortcuts";

interface Row {
  keys: string;
  label: string;
}

/** What the views of a project hear themselves. */
const inView: Readonly<Record<"board" | "list", readonly Row[]>> = {
  board: [
    { keys: "← ↑ ↓ →", label: "Go from card to card" },
    { keys: "Enter", label: "Open the card" },
    { keys: "Space", label: "Lift the card; arrows carry it, Space drops it, Esc puts it back" },
  ],
  list: [
    { keys: "↑ ↓", label: "Go from task to task" },
    { keys: "Enter", label: "Open the task" },
    { keys: "Shift ↓", label: "Select it and the next" },
    { keys: "mod+a", label: "Select all that are loaded" },
  ],
};

/** The most used first; what is not among them comes last. */
const byUse = [
  "← ↑ ↓ →",
  "↑ ↓",
  "Enter",
  "c",
  "Space",
  "mod+z",
  "x",
  "Shift ↓",
  "mod+a",
  "/",
  "mod+k",
  "v",
  "e",
  "g p",
  "g s",
];
const rank = ({ keys }: Row): number => (byUse.includes(keys) ? byUse.indexOf(keys) : byUse.length);

/** What `?` shows: the shortcuts of the page that is open, and the switch for all of them. */
export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { projectId } = useParams();
  const view = useLocation().pathname.endsWith("/list") ? "list" : "board";
  const rows = useCommands().flatMap(({ keys, label }): Row[] =>
    keys === undefined ? [] : [{ keys, label }],
  );
  if (projectId !== undefined) rows.push(...inView[view]);
  rows.sort((a, b) => rank(a) - rank(b));
  const on = useSetting(shortcutsOn) === "on";
  return (
    <Dialog title="Keyboard shortcuts" description="Those that work on this page." open onClose={onClose}>
      <dl className="grid gap-1">
        {rows.map(({ label, keys }) => (
          <div key={label} className="flex min-h-7 items-center justify-between gap-4">
            <dt>{label}</dt>
            <dd>
              <KeyCaps keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 flex items-center gap-3 border-t border-line pt-4">
        <p className="flex-1 text-sm text-ink-soft">
          {on
            ? "Single keys work wherever nothing is being typed."
            : "Single keys are switched off on this device."}
        </p>
        <Button small onClick={() => shortcutsOn.set(on ? "off" : "on")}>
          {on ? "Switch off" : "Switch on"}
        </Button>
      </div>
    </Dialog>
  );
}
