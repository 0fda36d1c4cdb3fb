// What came of calls.

import { OcelliError } from "@ocelli/client";

const MAX_MESSAGE_LENGTH = 200;

/** Counts answers, and failures by what they say. */
export class Outcomes {
  #answered = 0;
  #failed = 0;
  readonly #failures: Record<string, number> = {};

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
    const described = describe(error);
    this.#failures[described] = (this.#failures[described] ?? 0) + 1;
  }

  /** What was counted, as one line of JSON. */
  report(): string {
    return JSON.stringify({
      calls: this.#answered + this.#failed,
      failed: this.#failed,
      failures: this.#failures,
    });
  }
}

function describe(error: unknown): string {
  if (error instanceof OcelliError) {
    return `${error.reason ?? error.code}: ${error.summary.slice(0, MAX_MESSAGE_LENGTH)}`;
  }
  return `OK: ${String(error).slice(0, MAX_MESSAGE_LENGTH)}`;
}
