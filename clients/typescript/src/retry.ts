// Repeating calls that may be repeated, by the contract's policy.

import { IDEMPOTENT_METHODS, RETRY } from "@ocelli/proto/ocelli/v1/sdk";
import { OcelliError } from "./error.js";

/** When and how often a call is repeated. */
export interface RetryPolicy {
  /** Attempts in all, the first included. 1: no retry. */
  readonly maxAttempts: number;
  /** Longest wait before the second attempt, in milliseconds. */
  readonly initialBackoffMs: number;
  /** Longest wait before any attempt, in milliseconds, unless the server asks for more. */
  readonly maxBackoffMs: number;
  /** By how much the longest wait grows with every attempt. */
  readonly backoffMultiplier: number;
}

/** The policy of the contract. */
export const DEFAULT_RETRY: RetryPolicy = RETRY;

/** Tells whether a method, such as `ocelli.v1.DetectService/Detect`, may be called twice. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method);
}

/**
 * Calls until there is an answer, an error that a repetition cannot help, or no attempt or time left.
 *
 * @param attempt makes one call that may take so many milliseconds (undefined: any time). Rejects
 *   with an `OcelliError`.
 * @param policy when to repeat.
 * @param timeoutMs milliseconds for all attempts and the waits between them; undefined: any.
 * @param signal ends a wait early.
 */
export async function retrying<T>(
  attempt: (timeoutMs: number | undefined) => Promise<T>,
  policy: RetryPolicy,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<T> {
  const end = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
  let backoffMs = policy.initialBackoffMs;
  for (let attempts = 1; ; attempts++) {
    const leftMs = end - performance.now();
    try {
      return await attempt(Number.isFinite(leftMs) ? leftMs : undefined);
    } catch (error) {
      if (!(error instanceof OcelliError && error.code === "UNAVAILABLE")) {
        throw error;
      }
      const waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs * Math.random());
      // A wait beyond the deadline would turn the reason into "deadline exceeded".
      if (attempts >= policy.maxAttempts || performance.now() + waitMs >= end) {
        throw error;
      }
      await sleep(waitMs, signal);
      backoffMs = Math.min(policy.maxBackoffMs, backoffMs * policy.backoffMultiplier);
    }
  }
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener("abort", wake);
  });
}
