/** Dates that a task is likely to be due, as YYYY-MM-DD where the person is. */
import { today } from "@/lib/words";

export function inDays(days: number, now = new Date()): string {
  // By the calendar: a day is 23 or 25 hours long when the clocks change.
  return today(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days));
}

const MONDAY = 1;

/** The Monday after today, also on a Monday. */
export const nextMonday = (now = new Date()): string => inDays(((MONDAY + 6 - now.getDay()) % 7) + 1, now);
