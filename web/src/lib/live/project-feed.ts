import type { QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Changes, LiveEvent, ProjectId } from "@/lib/api-types";
import { updateBoards } from "@/lib/board/board-query";
import type { BoardState } from "@/lib/board/board-state";
import { isApiError } from "@/lib/http/api-error";
import { queryKeys } from "@/lib/query-keys";

/** Events may overtake each other by a little; only a gap that stays is one. */
const GAP_PATIENCE_MS = 400;
/** Beyond this many answers a fresh board costs less. */
const MAX_ANSWERS = 5;

/**
 * Keeps one board without gaps. Events carry the project's sequence; when one
 * is missing (a dropped connection, or a board answer that is older than the
 * events before it), the missing ones are fetched from /changes, or the whole
 * board where the feed no longer reaches back.
 */
export class ProjectFeed {
  /** The newest sequence heard of. */
  #newest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fetching = false;
  #closed = false;

  constructor(
    private readonly client: QueryClient,
    private readonly project: ProjectId,
    private readonly apply: (event: LiveEvent) => void,
  ) {}

  /** The room was entered when the project stood at `seq`. */
  joined(seq: number): void {
    this.#newest = Math.max(this.#newest, seq);
    this.check(0);
  }

  hear(event: LiveEvent): void {
    this.apply(event);
    const { seq } = event;
    if (seq === undefined) return;
    this.#newest = Math.max(this.#newest, seq);
    const told = new Set([seq, ...(event.skipped ?? [])]);
    updateBoards(this.client, this.project, (board) => {
      let at = board.seq;
      while (told.has(at + 1)) at++;
      return at === board.seq ? board : { ...board, seq: at };
    });
    this.check();
  }

  /** Looks whether the cached board is behind, and if so catches up after a moment. */
  check(patience = GAP_PATIENCE_MS): void {
    const since = this.#since();
    if (this.#closed || since === undefined || since >= this.#newest) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#catchUp();
    }, patience);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Up to where every cached board of the project is complete. */
  #since(): number | undefined {
    const boards = this.client.getQueriesData<BoardState>({ queryKey: queryKeys.boards(this.project) });
    const seqs = boards.flatMap(([, board]) => (board ? [board.seq] : []));
    return seqs.length === 0 ? undefined : Math.min(...seqs);
  }

  async #catchUp(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      for (let answers = 0; ; answers++) {
        const since = this.#since();
        if (since === undefined || since >= this.#newest || this.#closed) return;
        if (answers === MAX_ANSWERS) {
          await this.#refetch();
          return;
        }
        const { events, seq, more } = await api.get<Changes>(`/projects/${this.project}/changes`, {
          params: { since },
        });
        for (const event of events) this.apply(event);
        updateBoards(this.client, this.project, (board) => ({ ...board, seq: Math.max(board.seq, seq) }));
        if (!more) {
          this.#newest = Math.min(this.#newest, Math.max(since, seq)); // that is all there is
          return;
        }
      }
    } catch (error) {
      if (isApiError(error, "seq_too_old")) await this.#refetch();
      // Anything else: the next event, reconnect or poll tries again.
    } finally {
      this.#fetching = false;
    }
  }

  async #refetch(): Promise<void> {
    this.#newest = 0;
    await this.client.invalidateQueries({ queryKey: queryKeys.boards(this.project) });
  }
}
