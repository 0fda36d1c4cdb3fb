// What can go wrong with a call, as one error type.

import type { ErrorReason } from "@ocelli/proto/ocelli/v1/error_reason_pb";
import { HINTS } from "@ocelli/proto/ocelli/v1/sdk";

/** Names of gRPC's status codes, by number. */
export const STATUS_CODES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

/** Name of a gRPC status code. */
export type StatusCode = (typeof STATUS_CODES)[number];

/**
 * Why a call failed: a name of the contract's `ErrorReason`. A newer server may send one that this
 * version does not know.
 */
export type Reason = Exclude<keyof typeof ErrorReason, "UNSPECIFIED"> | (string & {});

/** One field of a request that was refused. */
export interface FieldViolation {
  /** Path of the field, such as `image.encoded`. */
  readonly field: string;
  /** What is wrong with it. */
  readonly description: string;
}

/** What an {@link OcelliError} has beside its message. */
export interface ErrorInit {
  code: StatusCode;
  reason?: Reason | undefined;
  /** Unset: the contract's for the reason. */
  hint?: string | undefined;
  fieldViolations?: readonly FieldViolation[] | undefined;
  resource?: string | undefined;
  quota?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * Any failure of a call, or of one frame, image or point of a stream or batch.
 *
 * Failures of calls are thrown. Failures of single items are values, because the stream or batch
 * around them goes on. Branch on `reason`, or on `code` where there is none; show `message` to people.
 */
export class OcelliError extends Error {
  override readonly name = "OcelliError";
  /** The gRPC status code. */
  readonly code: StatusCode;
  /** Why, or undefined if the service did not say (no connection, the client found the fault). */
  readonly reason: Reason | undefined;
  /** What happened, in one line, without the hint. */
  readonly summary: string;
  /** What to do about it, or an empty string. */
  readonly hint: string;
  /** The request's fields that were refused. */
  readonly fieldViolations: readonly FieldViolation[];
  /** Name of the model, collection or point that it is about, or an empty string. */
  readonly resource: string;
  /** Which limit of the server was hit, such as `max_inflight_bytes`, or an empty string. */
  readonly quota: string;
  /**
   * Milliseconds to wait before another attempt: what the server asks for, or a moment where the
   * connection broke. Undefined if it does not help to wait.
   */
  readonly retryAfterMs: number | undefined;

  /** Makes an error. `message` is its summary, with the hint in parentheses. */
  constructor(summary: string, init: ErrorInit) {
    const hint = init.hint ?? hintFor(init.reason);
    super(hint && !summary.includes(hint) ? `${summary} (${hint})` : summary, {
      cause: init.cause,
    });
    this.code = init.code;
    this.reason = init.reason || undefined;
    this.summary = summary;
    this.hint = hint;
    this.fieldViolations = init.fieldViolations ?? [];
    this.resource = init.resource ?? "";
    this.quota = init.quota ?? "";
    this.retryAfterMs = init.retryAfterMs;
  }

  /** Whether the same call may succeed later. */
  get isRetryable(): boolean {
    if (this.reason === "MESSAGE_TOO_LARGE" || this.reason === "ANSWER_TOO_LARGE") {
      return false;
    }
    return (
      this.code === "UNAVAILABLE" ||
      this.code === "RESOURCE_EXHAUSTED" ||
      this.code === "DEADLINE_EXCEEDED"
    );
  }

  /** What `JSON.stringify` writes: all but the cause and the stack. */
  toJSON(): Omit<ErrorInit, "cause"> & { name: string; message: string } {
    const { name, message, code, reason, hint, fieldViolations, resource, quota, retryAfterMs } =
      this;
    return { name, message, code, reason, hint, fieldViolations, resource, quota, retryAfterMs };
  }
}

/** Makes the error of what its caller aborted: the platform's `AbortError`, with the signal's reason. */
export function abortError(signal: AbortSignal): DOMException {
  const error = new DOMException("the call was aborted", "AbortError");
  // The constructor's options differ between Node and browsers.
  Object.defineProperty(error, "cause", { value: signal.reason, configurable: true });
  return error;
}

/** Makes the error of an argument that the client refuses to send. */
export function invalidArgument(
  field: string,
  summary: string,
  hint = "",
  cause?: unknown,
): OcelliError {
  return new OcelliError(summary, {
    code: "INVALID_ARGUMENT",
    hint,
    fieldViolations: [{ field, description: summary }],
    cause,
  });
}

/** Makes the error of a message over a size limit, this side's or the server's. */
export function messageTooLarge(
  sizeBytes: number,
  maxBytes: number,
  whose: "client" | "server",
): OcelliError {
  return new OcelliError(
    `a message of ${sizeBytes} bytes is over the limit of the ${whose}, ${maxBytes}`,
    { code: "RESOURCE_EXHAUSTED", reason: "MESSAGE_TOO_LARGE" },
  );
}

/** Makes the error of an answer over this side's size limit. */
export function answerTooLarge(sizeBytes: number, maxBytes: number): OcelliError {
  const { ANSWER_TOO_LARGE: hint } = HINTS;
  return new OcelliError(
    `an answer of ${sizeBytes} bytes is over the limit of the client, ${maxBytes}`,
    {
      code: "RESOURCE_EXHAUSTED",
      reason: "ANSWER_TOO_LARGE",
      hint: `${hint}, or raise maxMessageBytes`,
    },
  );
}

function hintFor(reason: Reason | undefined): string {
  return (reason && Object.hasOwn(HINTS, reason) && HINTS[reason]) || "";
}
