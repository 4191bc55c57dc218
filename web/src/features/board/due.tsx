import { Calendar } from "lucide-react";
import { shortDate, today } from "@/lib/words";

/** A due date; an overdue one stands out until the task is done. */
export function Due({ date, done }: { date: string; done: boolean }) {
  const late = !done && date < today();
  return (
    <span className={`inline-flex items-center gap-1 ${late ? "font-medium text-danger" : ""}`}>
      <Calendar size={13} aria-hidden />
      <span className="sr-only">{late ? "Overdue since" : "Due"}</span>
      <time dateTime={date}>{shortDate(date)}</time>
    </span>
  );
}
