const REMEMBERED = 500;

/** The last ids that passed by, so that what is delivered at least once is shown once. */
export class SeenIds {
  readonly #ids = new Set<string>();

  /** True the first time an id is shown. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > REMEMBERED) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }
}
