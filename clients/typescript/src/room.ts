// A window's room.

/** Counts what may still be sent; whoever finds none waits. For one waiter at a time. */
export class Room {
  #free = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  /** Makes room for so many more. */
  grant(count: number): void {
    this.#free += count;
    this.#wake?.();
  }

  /** Takes a place, when there is one. Resolves to false once the room is closed. */
  async take(): Promise<boolean> {
    while (this.#free === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#free--;
    return !this.#closed;
  }

  /** Lets the waiter go. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }
}
