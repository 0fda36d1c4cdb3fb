// What came of calls and streams.

import { OcelliError } from "@ocelli/client";

const MAX_MESSAGE_LENGTH = 200;

/** What became of the frames of streams. */
export interface Streamed {
  /** Drawn from their source. */
  sent: number;
  /** Answered with a result. */
  answered: number;
  /** Answered with an error, or as dropped. */
  failed: number;
  /** Answers to frames that had been answered before. */
  twice: number;
  /** Without an answer. */
  lost: number;
}

/** Counts answers, and failures by what they say. */
export class Outcomes {
  #answered = 0;
  #failed = 0;
  readonly #failures: Record<string, number> = {};
  readonly #frames: Streamed = { sent: 0, answered: 0, failed: 0, twice: 0, lost: 0 };

  /** Counts an answer, and tells of the first. */
  answered(): void {
    this.#answered++;
    if (this.#answered === 1) {
      console.log("calling");
    }
  }

  /** Counts a failure. */
  failed(error: unknown): void {
    this.#failed++;
    this.#count(describe(error));
  }

  /** Counts the error that ended a stream too early. */
  streamFailed(error: unknown): void {
    this.#count(`stream: ${describe(error)}`);
  }

  /** Counts the frames of a stream. */
  streamed(frames: Streamed): void {
    for (const name of Object.keys(frames) as (keyof Streamed)[]) {
      this.#frames[name] += frames[name];
    }
  }

  #count(failure: string): void {
    this.#failures[failure] = (this.#failures[failure] ?? 0) + 1;
  }

  /** What was counted, as one line of JSON. */
  report(): string {
    return JSON.stringify({
      calls: this.#answered + this.#failed,
      failed: this.#failed,
      failures: this.#failures,
      frames: this.#frames,
    });
  }
}

function describe(error: unknown): string {
  if (error instanceof OcelliError) {
    return `${error.reason ?? error.code}: ${error.summary.slice(0, MAX_MESSAGE_LENGTH)}`;
  }
  return `OK: ${String(error).slice(0, MAX_MESSAGE_LENGTH)}`;
}
