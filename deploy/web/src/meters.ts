// The numbers beside the image.

import type { Timings } from "@ocelli/client/web";
import { element } from "./element.js";

const RATE_WINDOW_MS = 2000;
const LATENCIES = 25;

/** What is measured of one image, or of the frames of one video. */
export class Meters {
  #answeredAt: number[] = [];
  #latenciesMs: number[] = [];
  #answered = 0;
  #failed = 0;

  /** Notes an answer and shows all numbers. `latencyMs` is the time from sending to the answer. */
  note(latencyMs: number, timings: Timings): void {
    const now = performance.now();
    this.#answered++;
    this.#answeredAt = [...this.#answeredAt, now].filter((at) => now - at <= RATE_WINDOW_MS);
    this.#latenciesMs = [...this.#latenciesMs, latencyMs].slice(-LATENCIES);
    show("fps", this.#rate());
    show("latency", `${Math.round(median(this.#latenciesMs))} ms`);
    show("total", duration(timings.totalUs));
    show("decode", duration(timings.decodeUs));
    show("queue", duration(timings.queueUs));
    show("inference", duration(timings.inferenceUs));
    show("postprocess", duration(timings.postprocessUs));
    this.#showCount();
  }

  /** Notes a frame that failed. */
  noteFailure(): void {
    this.#failed++;
    this.#showCount();
  }

  #showCount(): void {
    show("answered", this.#failed ? `${this.#answered} (${this.#failed} failed)` : this.#answered);
  }

  #rate(): string {
    const [first, ...rest] = this.#answeredAt;
    const last = rest.at(-1);
    return first === undefined || last === undefined
      ? "–"
      : ((rest.length * 1000) / (last - first)).toFixed(1);
  }
}

/** Shows that nothing was measured yet. */
export function clearMeters(): void {
  for (const id of [
    "fps",
    "latency",
    "total",
    "decode",
    "queue",
    "inference",
    "postprocess",
    "answered",
  ]) {
    show(id, "–");
  }
}

function show(id: string, value: string | number): void {
  element(id, HTMLElement).textContent = String(value);
}

function duration(microseconds: number): string {
  return `${(microseconds / 1000).toFixed(1)} ms`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
