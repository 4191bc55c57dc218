/** Stand-ins for what several tabs of one browser share. */
import type { Channel, TabMessage } from "@/lib/session/tabs";

/** A BroadcastChannel between tabs of one test: reaches all but the sender, a task later. */
export class Bus {
  readonly #ears: ((message: TabMessage) => void)[] = [];

  channel(): Channel {
    let own: ((message: TabMessage) => void) | undefined;
    return {
      post: (message) => {
        const others = this.#ears.filter((ear) => ear !== own);
        setTimeout(() => others.forEach((ear) => ear(message)), 1);
      },
      listen: (hear) => {
        own = hear;
        this.#ears.push(hear);
      },
    };
  }
}

/** Web Locks of one test: exclusive, first come first served, with `ifAvailable`. */
export class Locks implements Pick<LockManager, "request"> {
  #last: Promise<unknown> = Promise.resolve();
  #held = 0;

  request = (async (_name: string, ...rest: unknown[]) => {
    const work = rest.at(-1) as (lock: object | null) => unknown;
    const { ifAvailable } = rest.length > 1 ? (rest[0] as LockOptions) : {};
    if (ifAvailable === true && this.#held > 0) return await work(null);
    this.#held++;
    const mine = this.#last.then(() => work({}));
    this.#last = mine.then(
      () => this.#held--,
      () => this.#held--,
    );
    return await mine;
  }) as LockManager["request"];
}
