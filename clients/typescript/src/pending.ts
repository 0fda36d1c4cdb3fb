// What a stream's sender waits for.

/**
 * Items that were sent and are not answered yet, oldest first, and how many of them there may be. For
 * one sender.
 */
export class Pending<T> {
  readonly #items: T[] = [];
  #limit = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  /** How many there are. */
  get count(): number {
    return this.#items.length;
  }

  /** Sets how many there may be from now on. If there are more, the sender waits until there are fewer. */
  resize(limit: number): void {
    this.#limit = limit;
    this.#wake?.();
  }

  /** Waits until one more may be sent. Resolves to false once this is closed. */
  async capacity(): Promise<boolean> {
    while (this.#items.length >= this.#limit && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return !this.#closed;
  }

  /** Notes an item that is sent. */
  add(item: T): void {
    this.#items.push(item);
  }

  /** Takes out the oldest item, which is answered; undefined if there is none. */
  settle(): T | undefined {
    const oldest = this.#items.shift();
    this.#wake?.();
    return oldest;
  }

  /** Ends the sender's wait. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
}
