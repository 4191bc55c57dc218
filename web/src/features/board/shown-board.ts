import { createContext } from "react";
import type { BoardState } from "@/lib/board/board-state";

/** The board as it is shown now, for what looks at it only when it is used. The function never changes. */
export const ShownBoard = createContext<() => BoardState>(() => {
  throw new Error("there is no board around this card");
});
