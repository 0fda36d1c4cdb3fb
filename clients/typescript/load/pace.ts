// When each call or frame is due.

import { setTimeout as sleep } from "node:timers/promises";

/** So many a second. One that is taken late is due at once, so that the rate is kept. */
export class Pace {
  readonly #beganMs = performance.now();
  readonly #rateMs: number;
  readonly #over: AbortSignal;
  #taken = 0;

  /** Until `over` is aborted. */
  constructor(ratePerS: number, over: AbortSignal) {
    this.#rateMs = ratePerS / 1e3;
    this.#over = over;
  }

  /** Waits for one to be due, and has its number; undefined if it is over. */
  async next(): Promise<number | undefined> {
    const number = this.#taken++;
    const dueMs = this.#beganMs + number / this.#rateMs;
    await sleep(Math.max(0, dueMs - performance.now()));
    return this.#over.aborted ? undefined : number;
  }
}
