// Whether a stream that ended early goes on with another call, and when.

import { OcelliError } from "./error.js";
import { wasRefused } from "./refused.js";
import { Backoff, type RetryPolicy } from "./retry.js";

/** For how long a stream may be without a server. */
export interface Away {
  /** Milliseconds for which the server may be away; 0: not at all. */
  readonly resumeMs: number;
  /** Milliseconds for the stream in all; 0: any. */
  readonly timeoutMs: number;
  /** How often a stream that was refused unseen is opened, and how waits grow. */
  readonly retry: RetryPolicy;
}

/** Follows the calls of one stream. */
export class Resumption {
  /** Milliseconds to wait before the next call. */
  waitMs = 0;

  readonly #away: Away;
  readonly #endMs: number;
  #backoff: Backoff;
  #awaySinceMs: number | undefined;
  #openedMs: number | undefined;
  #refusals = 0;

  /** Begins with the first call. */
  constructor(away: Away) {
    this.#away = away;
    this.#endMs =
      away.timeoutMs > 0 ? performance.now() + away.timeoutMs : Number.POSITIVE_INFINITY;
    this.#backoff = new Backoff(away.retry);
  }

  /** Milliseconds that the next call may take; 0: any. */
  get timeoutMs(): number {
    const leftMs = this.#endMs - performance.now();
    return Number.isFinite(leftMs) ? Math.max(1, leftMs) : 0;
  }

  /** Notes that the server granted a window. */
  opened(): void {
    this.#openedMs ??= performance.now();
  }

  /** Notes an answer: the server is there. */
  answered(): void {
    this.#recover();
  }

  /** Whether another call may follow one that ended so. */
  allows(error: unknown): boolean {
    if (!(error instanceof OcelliError)) {
      return false;
    }
    const nowMs = performance.now();
    const openedMs = this.#openedMs;
    this.#openedMs = undefined;
    // A server that only grants windows may be one that each time fails of the same item.
    if (openedMs !== undefined && nowMs - openedMs > this.#away.resumeMs) {
      this.#recover();
    }
    this.#awaySinceMs ??= nowMs;
    this.waitMs = this.#backoff.nextMs(error);
    const nextMs = nowMs + this.waitMs;
    if (nextMs >= this.#endMs) {
      return false;
    }
    if (error.isRetryable && nextMs <= this.#awaySinceMs + this.#away.resumeMs) {
      return true;
    }
    // Nothing was drawn, let alone sent.
    return (
      openedMs === undefined && wasRefused(error) && ++this.#refusals < this.#away.retry.maxAttempts
    );
  }

  #recover(): void {
    this.#awaySinceMs = undefined;
    this.#backoff = new Backoff(this.#away.retry);
  }
}
