import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { KeyCaps } from "@/components/key-caps";
import { useCommands } from "@/lib/commands";
import { useSetting } from "@/lib/settings";
import { shortcutsOn } from "@/lib/shortcuts";

const onCards = [
  { keys: "← ↑ ↓ →", label: "Go from card to card" },
  { keys: "Enter", label: "Open the card" },
  { keys: "Space", label: "Lift the card; arrows carry it, Space drops it, Esc puts it back" },
];

/** What `?` shows: the shortcuts of the page that is open, and the switch for all of them. */
export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const commands = useCommands().filter(({ keys }) => keys !== undefined);
  const on = useSetting(shortcutsOn) === "on";
  return (
    <Dialog title="Keyboard shortcuts" description="Those that work on this page." open onClose={onClose}>
      <dl className="grid gap-1">
        {commands.map(({ label, keys = "" }) => (
          <Row key={label} label={label}>
            <KeyCaps keys={keys} />
          </Row>
        ))}
      </dl>
      <h3 className="mt-4 mb-1 font-sans text-sm font-semibold">On a board</h3>
      <dl className="grid gap-1">
        {onCards.map(({ label, keys }) => (
          <Row key={keys} label={label}>
            <kbd className="font-sans text-sm whitespace-nowrap text-ink-soft">{keys}</kbd>
          </Row>
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

function Row({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex min-h-7 items-center justify-between gap-4">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
