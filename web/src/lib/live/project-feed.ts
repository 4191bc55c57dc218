import type { QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/api";
import type { Changes, LiveEvent, ProjectId } from "@/lib/api-types";
import { updateBoard } from "@/lib/board/board-query";
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
    updateBoard(this.client, this.project, (board) => (seq === board.seq + 1 ? { ...board, seq } : board));
    this.check();
  }

  /** Looks whether the cached board is behind, and if so catches up after a moment. */
  check(patience = GAP_PATIENCE_MS): void {
    const board = this.#board();
    if (this.#closed || !board || board.seq >= this.#newest) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#catchUp();
    }, patience);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #board(): BoardState | undefined {
    return this.client.getQueryData<BoardState>(queryKeys.board(this.project));
  }

  async #catchUp(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      for (let answers = 0; ; answers++) {
        const since = this.#board()?.seq;
        if (since === undefined || since >= this.#newest || this.#closed) return;
        if (answers === MAX_ANSWERS) {
          await this.#refetch();
          return;
        }
        const { events, seq, more } = await api.get<Changes>(`/projects/${this.project}/changes`, {
          params: { since },
        });
        for (const event of events) this.apply(event);
        updateBoard(this.client, this.project, (board) => ({ ...board, seq: Math.max(board.seq, seq) }));
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
    await this.client.invalidateQueries({ queryKey: queryKeys.board(this.project) });
  }
}
