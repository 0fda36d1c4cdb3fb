// Failures on the wire, and those of the connection, become `OcelliError`.

import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  QuotaFailureSchema,
  ResourceInfoSchema,
  RetryInfoSchema,
} from "@ocelli/proto/google/rpc/error_details_pb";
import type { Status } from "@ocelli/proto/google/rpc/status_pb";
import { ERROR_DOMAIN, HINTS, RETRY, UNREACHABLE_HINT } from "@ocelli/proto/ocelli/v1/sdk";
import {
  abortError,
  answerTooLarge,
  messageTooLarge,
  OcelliError,
  STATUS_CODES,
  type StatusCode,
} from "./error.js";
import { wasRefused } from "./refused.js";

const TYPE_PREFIX = "type.googleapis.com/";
// gRPC's own words on the server's side, Connect's on this one.
const REFUSED_SIZE = /message larger than max \((?<size>\d+) vs\. (?<max>\d+)\)/;
const OWN_SIZE = /message size (?<size>\d+) is larger than configured (?<limit>\w+) (?<max>\d+)/;
// How long to wait before another attempt where there is no server to ask.
const RECONNECT_MS = RETRY.initialBackoffMs;
const MAX_TRANSPORT_WORDS = 200;

/** A call that failed. */
export interface FailedCall {
  /** Where it went. */
  readonly address: string;
  /** By which its caller may have ended it. */
  readonly signal: AbortSignal | undefined;
  /** Encodes its last request anew; throws if that is impossible. */
  readonly encode: () => void;
}

interface Detail {
  type: string;
  value: Uint8Array;
}

/**
 * Makes the error of a failed call: an `AbortError` if its caller aborted it.
 *
 * @param failure what the transport threw.
 */
export function fromFailure(failure: unknown, call: FailedCall): OcelliError | DOMException {
  for (let found = failure; found instanceof Error; found = found.cause) {
    if (found instanceof OcelliError) {
      return found;
    }
  }
  const error = ConnectError.from(failure);
  const details = error.details.filter(
    (detail): detail is Detail & typeof detail => "type" in detail,
  );
  if (details.length === 0 && !error.metadata.has("grpc-status")) {
    return fromTransport(error, call);
  }
  if (error.code === Code.Canceled) {
    return call.signal?.aborted ? abortError(call.signal) : ended(call.address, error);
  }
  return details.length > 0
    ? fromDetails(statusCode(error.code), error.rawMessage, details, error)
    : fromPlainStatus(error, call);
}

/** Makes the error of one frame, image or point. */
export function fromStatus(status: Status): OcelliError {
  const details = status.details.map(({ typeUrl, value }) => ({
    type: typeUrl.startsWith(TYPE_PREFIX) ? typeUrl.slice(TYPE_PREFIX.length) : typeUrl,
    value,
  }));
  return fromDetails(statusCode(status.code), status.message, details);
}

function fromDetails(
  code: StatusCode,
  message: string,
  details: readonly Detail[],
  cause?: unknown,
): OcelliError {
  const info = find(ErrorInfoSchema, details);
  const reason = info?.domain === ERROR_DOMAIN ? info.reason : undefined;
  const delay = find(RetryInfoSchema, details)?.retryDelay;
  return new OcelliError(message || code, {
    code,
    reason,
    fieldViolations: find(BadRequestSchema, details)?.fieldViolations.map(
      ({ field, description }) => ({ field, description }),
    ),
    resource: find(ResourceInfoSchema, details)?.resourceName,
    quota: find(QuotaFailureSchema, details)?.violations[0]?.subject,
    retryAfterMs: delay && Number(delay.seconds) * 1e3 + delay.nanos / 1e6,
    cause,
  });
}

/** Makes the error of a status without details: gRPC's own, a proxy's, or of a server that is not ours. */
function fromPlainStatus(error: ConnectError, { address }: FailedCall): OcelliError {
  const { code, rawMessage: message } = error;
  const refused = REFUSED_SIZE.exec(message)?.groups;
  if (refused) {
    return messageTooLarge(Number(refused.size), Number(refused.max), "server");
  }
  switch (code) {
    case Code.DeadlineExceeded:
      return deadlineExceeded(address, error);
    case Code.Unavailable:
      return unreachable(address, error);
    case Code.Unimplemented:
      return new OcelliError(`${address} does not offer this call: ${message}`, {
        code: "UNIMPLEMENTED",
        hint: "is it an Ocelli server, and of the same version as this client?",
        cause: error,
      });
    default:
      return new OcelliError(message || statusCode(code), { code: statusCode(code), cause: error });
  }
}

/** Makes the error of a call that ended without a status: this side ended it, or there is no connection. */
function fromTransport(error: ConnectError, call: FailedCall): OcelliError | DOMException {
  const { code, rawMessage: message } = error;
  const own = OWN_SIZE.exec(message)?.groups;
  if (own) {
    const [size, max] = [Number(own.size), Number(own.max)];
    const isAnswer = own.limit === "readMaxBytes";
    return isAnswer ? answerTooLarge(size, max) : messageTooLarge(size, max, "client");
  }
  if (code === Code.DeadlineExceeded) {
    return deadlineExceeded(call.address, error);
  }
  if (call.signal?.aborted) {
    return abortError(call.signal);
  }
  if (code === Code.Unauthenticated || code === Code.PermissionDenied) {
    // A proxy's answer in plain HTTP, 401 or 403.
    return new OcelliError(message, { code: statusCode(code), cause: error });
  }
  return unencodable(call) ?? unreachable(call.address, error);
}

function unencodable({ encode }: FailedCall): OcelliError | undefined {
  try {
    encode();
    return undefined;
  } catch (error) {
    return new OcelliError(`the request cannot be encoded: ${transportWords(error)}`, {
      code: "INVALID_ARGUMENT",
      hint: "see the range of each field in the contract",
      cause: error,
    });
  }
}

function unreachable(address: string, cause: ConnectError): OcelliError {
  if (wasRefused(cause)) {
    return ended(address, cause);
  }
  return new OcelliError(`cannot reach ${address}: ${transportWords(cause)}`, {
    code: "UNAVAILABLE",
    hint: UNREACHABLE_HINT,
    retryAfterMs: RECONNECT_MS,
    cause,
  });
}

/** Makes the error of a call that the server, or what is between, ended without its caller's doing. */
function ended(address: string, cause: ConnectError): OcelliError {
  return new OcelliError(
    `${address}, or the connection to it, ended the call: ${transportWords(cause)}`,
    { code: "UNAVAILABLE", hint: HINTS.DRAINING, retryAfterMs: RECONNECT_MS, cause },
  );
}

/** What the innermost error says, in one line. */
function transportWords(error: unknown): string {
  let words = "";
  for (let found = error; found instanceof Error; found = found.cause) {
    const code = "code" in found && typeof found.code === "string" ? found.code : "";
    words = (found instanceof ConnectError ? found.rawMessage : found.message) || code || words;
  }
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > MAX_TRANSPORT_WORDS ? `${line.slice(0, MAX_TRANSPORT_WORDS)}…` : line;
}

/** Makes the error of a call that took longer than it may. */
export function deadlineExceeded(address: string, cause?: unknown): OcelliError {
  return new OcelliError(`no answer from ${address} in the time allowed`, {
    code: "DEADLINE_EXCEEDED",
    reason: "DEADLINE_EXCEEDED",
    cause,
  });
}

function statusCode(code: number): StatusCode {
  return STATUS_CODES[code] ?? "UNKNOWN";
}

function find<Desc extends DescMessage>(
  desc: Desc,
  details: readonly Detail[],
): MessageShape<Desc> | undefined {
  const packed = details.find(({ type }) => type === desc.typeName);
  try {
    return packed && fromBinary(desc, packed.value);
  } catch {
    return undefined; // A proxy's detail is not ours to fail on.
  }
}
