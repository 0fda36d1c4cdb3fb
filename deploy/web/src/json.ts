// Answers as JSON, in the form that HTTP/JSON has: 64-bit numbers are strings.

import type { Hit } from "@ocelli/client/web";
import type { Seen } from "./look.js";

/** The answer to Detect or Classify. */
export function seenJson({ timings, ...result }: Seen): object {
  const digits = Object.entries(timings).map(([name, value]) => [name, String(value)]);
  return { result: short(result), timings: Object.fromEntries(digits) };
}

/** The hits of Search. */
export function hitsJson(hits: readonly Hit[]): object {
  return {
    hits: hits.map(({ id, score, payload }) => ({ id, score: shortest(score), payload })),
  };
}

/** The same value without empty lists, and with no more digits than floats of 32 bits have. */
function short(value: unknown): unknown {
  if (typeof value === "number") {
    return shortest(value);
  }
  if (Array.isArray(value)) {
    return value.map(short);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const full = Object.entries(value).filter(([, member]) => !isEmpty(member));
  return Object.fromEntries(full.map(([name, member]) => [name, short(member)]));
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A float32 with no more digits than tell it from its neighbours. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) {
      return rounded;
    }
  }
  return value;
}
