/** Stand-ins for what several tabs of one browser share. */
import type { Channel, TabMessage } from "@/lib/session/tabs";

/** A BroadcastChannel between tabs of one test: reaches all but the sender, in order, a while later. */
export class Bus {
  constructor(private readonly delayMs = 1) {}

  readonly #ears: ((message: TabMessage) => void)[] = [];

  channel(): Channel {
    let own: ((message: TabMessage) => void) | undefined;
    return {
      post: (message) => {
        const others = this.#ears.filter((ear) => ear !== own);
        setTimeout(() => others.forEach((ear) => ear(message)), this.delayMs);
      },
      listen: (hear) => {
        own = hear;
        this.#ears.push(hear);
      },
      heard: () => new Promise((resolve) => setTimeout(resolve, this.delayMs)),
    };
  }
}

/** Web Locks of one test: exclusive, first come first served. */
export class Locks implements Pick<LockManager, "request"> {
  #last: Promise<unknown> = Promise.resolve();

  request = (async (_name: string, work: (lock: object) => unknown) => {
    const mine = this.#last.then(() => work({}));
    this.#last = mine.catch(() => undefined);
    return await mine;
  }) as LockManager["request"];
}
