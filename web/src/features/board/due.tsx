import { shortDate, today } from "@/lib/words";
import { CardIcon } from "./card-icon";

const calendar =
  "M8 2v3M16 2v3M3 9h18M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z";

/** A due date; an overdue one stands out until the task is done. */
export function Due({ date, done }: { date: string; done: boolean }) {
  const late = !done && date < today();
  return (
    <span className={`inline-flex items-center gap-1 ${late ? "font-medium text-danger" : ""}`}>
      <CardIcon size={13} d={calendar} />
      <span className="sr-only">{late ? "Overdue since" : "Due"}</span>
      <time dateTime={date}>{shortDate(date)}</time>
    </span>
  );
}
