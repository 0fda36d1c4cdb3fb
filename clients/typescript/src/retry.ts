// Repeating calls that may be repeated, by the contract's policy.

import { IDEMPOTENT_METHODS, RETRY } from "@ocelli/proto/ocelli/v1/sdk";
import { abortError, OcelliError } from "./error.js";
import { wasRefused } from "./refused.js";

/** When and how often a call is repeated. */
export interface RetryPolicy {
  /** Attempts in all, the first included. 1: no retry. */
  readonly maxAttempts: number;
  /** Longest wait before the second attempt, in milliseconds, on top of what the server asks for. */
  readonly initialBackoffMs: number;
  /** Longest wait before any attempt, in milliseconds, on top of what the server asks for. */
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
 * A call that the server refused before it processed it is repeated whatever it does.
 *
 * @param attempt makes one call that may take so many milliseconds (undefined: any time). Rejects
 *   with an `OcelliError`.
 * @param idempotent whether the call may be repeated after it may have been processed.
 * @param policy when to repeat.
 * @param timeoutMs milliseconds for all attempts and the waits between them; undefined: any.
 * @param signal ends a wait early.
 */
export async function retrying<T>(
  attempt: (timeoutMs: number | undefined) => Promise<T>,
  idempotent: boolean,
  policy: RetryPolicy,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
): Promise<T> {
  const end = timeoutMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeoutMs;
  const backoff = new Backoff(policy);
  for (let attempts = 1; ; attempts++) {
    const leftMs = end - performance.now();
    try {
      return await attempt(Number.isFinite(leftMs) ? leftMs : undefined);
    } catch (error) {
      if (!(error instanceof OcelliError && error.code === "UNAVAILABLE")) {
        throw error;
      }
      const again = idempotent || wasRefused(error);
      const waitMs = backoff.nextMs(error);
      // A wait beyond the deadline would turn the reason into "deadline exceeded".
      if (!again || attempts >= policy.maxAttempts || performance.now() + waitMs >= end) {
        throw error;
      }
      await sleep(waitMs, signal);
    }
  }
}

/** Waits that grow and vary, so that clients of a server that went away do not return at once. */
export class Backoff {
  readonly #policy: RetryPolicy;
  #longestMs: number;

  /** Starts with the policy's first wait. */
  constructor(policy: RetryPolicy) {
    this.#policy = policy;
    this.#longestMs = policy.initialBackoffMs;
  }

  /** Milliseconds to wait after this error. */
  nextMs({ retryAfterMs = 0 }: OcelliError): number {
    const waitMs = retryAfterMs + this.#longestMs * Math.random();
    const { maxBackoffMs, backoffMultiplier } = this.#policy;
    this.#longestMs = Math.min(maxBackoffMs, this.#longestMs * backoffMultiplier);
    return waitMs;
  }
}

/** Waits. Rejects with an `AbortError` if the signal is aborted. */
export function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      signal?.aborted ? reject(abortError(signal)) : resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
    if (signal?.aborted) {
      end();
    }
  });
}
