import { useSearchParams } from "react-router";
import type { Task } from "@/lib/api-types";
import { filterFrom, matches } from "@/lib/filters";
import { toast } from "@/lib/toast/toasts";
import { useTaskName } from "./task-names";

/** Tells of a task that was just written but is hidden by the page's filters, so that nothing else is seen of it. */
export function useTellHidden() {
  const nameOf = useTaskName();
  const [params] = useSearchParams();
  /** False, and without a word, when the page shows the task. */
  return (task: Task, done: "created" | "saved", open: () => void): boolean => {
    if (matches(task, filterFrom(params))) return false;
    toast({
      key: `hidden ${task.id}`,
      tone: "success",
      title: `${nameOf(task)} is ${done}`,
      text: "The filters hide it.",
      action: { label: "Open", run: open },
    });
    return true;
  };
}
