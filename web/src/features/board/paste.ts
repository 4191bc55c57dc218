/** A list pasted into a field of one line. */
import type { NewTask } from "@/lib/api-types";

/**
 * The task when a text of several lines is pasted into its title, which takes one:
 * the first goes there, the others to the description instead of nowhere.
 * Undefined for a single line, which the browser pastes itself.
 */
export function pastedIntoTitle(
  task: Pick<NewTask, "title" | "description">,
  text: string,
  selection: { from: number; to: number },
): Pick<NewTask, "title" | "description"> | undefined {
  const [first, ...rest] = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
  if (first === undefined || rest.length === 0) return undefined;
  const before = task.title.slice(0, selection.from);
  const after = task.title.slice(selection.to);
  const described = task.description.trim() === "" ? [] : [task.description, ""];
  return { title: before + first.trim() + after, description: [...described, ...rest].join("\n") };
}
