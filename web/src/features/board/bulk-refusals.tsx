import { Button } from "@/components/button";
import { Dialog, DialogActions } from "@/components/dialog";
import { tasks as inWords } from "@/lib/words";
import type { BulkEdit, Refusal } from "./bulk-api";
import { useTaskName } from "./task-names";

interface Props {
  /** What was asked for. */
  edit: BulkEdit;
  refused: readonly Refusal[];
  busy: boolean;
  onRetry: () => void;
  onClose: () => void;
}

/** Which tasks were left as they were, and why. */
export function BulkRefusals({ edit: { tasks, change }, refused, busy, onRetry, onClose }: Props) {
  const nameOf = useTaskName();
  const done = tasks.length - refused.length;
  return (
    <Dialog
      title={`${inWords(refused.length)} not ${change.done}`}
      description={
        done === 0
          ? "They are as they were. What stands in the way:"
          : `${inWords(done)} ${done === 1 ? "is" : "are"} ${change.done}. What stands in the way of the rest:`
      }
      open
      onClose={onClose}
    >
      <ul
        aria-label="Not changed"
        className="mb-4 max-h-72 divide-y divide-line overflow-y-auto rounded-lg border border-line"
      >
        {refused.map(({ task, why }) => (
          <li key={task.id} className="grid gap-0.5 px-3 py-2">
            <span className="flex min-w-0 gap-2">
              <span className="shrink-0 text-ink-faint tabular-nums">{nameOf(task)}</span>
              <span className="truncate font-medium">{task.title}</span>
            </span>
            <span className="text-sm text-danger">{why}</span>
          </li>
        ))}
      </ul>
      <DialogActions>
        <Button onClick={onClose}>Leave them</Button>
        <Button saves look="primary" busy={busy} onClick={onRetry}>
          {busy ? "Trying…" : `Retry ${refused.length === 1 ? "this one" : `these ${refused.length}`}`}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
