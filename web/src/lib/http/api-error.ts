import { isAxiosError, type AxiosResponse } from "axios";
import type { Problem, ProblemCode } from "@/lib/api-types";

/**
 * Why a request did not succeed: a problem document the server sent, or
 * (status 0, code "network") no answer at all. The message may be shown to a
 * person.
 */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** HTTP status; 0 when nothing answered. */
    readonly status: number,
    readonly code: ProblemCode,
    message: string,
    readonly problem?: Problem,
    /** Milliseconds the server asked us to wait. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  /** Trying the same again later may help: no answer, too many requests, or a server fault. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** The server's complaint about one member of the request body, or something inside it, by its JSON pointer. */
  fieldMessage(pointer: string): string | undefined {
    return this.problem?.errors?.find((field) => `${field.pointer}/`.startsWith(`${pointer}/`))?.message;
  }
}

const UNREACHABLE = "Cumin cannot be reached. Check your connection and try again.";
const UNEXPLAINED = "Something went wrong on our side. Try again in a moment.";

/** Turns whatever axios rejected with into an ApiError; a cancelled request stays as it is. */
export function toApiError(failure: unknown): unknown {
  if (!isAxiosError(failure) || failure.code === "ERR_CANCELED") return failure;
  const { response } = failure;
  if (!response) return new ApiError(0, "network", UNREACHABLE);
  const problem = asProblem(response.data);
  return new ApiError(
    response.status,
    problem?.code ?? "unexplained",
    problem?.detail ?? problem?.title ?? UNEXPLAINED,
    problem,
    retryAfter(response),
  );
}

/** The sentence to show for any failure. */
export function messageOf(failure: unknown): string {
  return failure instanceof ApiError ? failure.message : UNEXPLAINED;
}

export const isApiError = (failure: unknown, ...codes: ProblemCode[]): failure is ApiError =>
  failure instanceof ApiError && (codes.length === 0 || codes.includes(failure.code));

function asProblem(data: unknown): Problem | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const candidate = data as Partial<Problem>;
  return typeof candidate.code === "string" && typeof candidate.title === "string"
    ? (candidate as Problem)
    : undefined;
}

function retryAfter(response: AxiosResponse): number | undefined {
  const seconds = Number(response.headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
}
