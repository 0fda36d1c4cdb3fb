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
import { messageTooLarge, OcelliError, STATUS_CODES, type StatusCode } from "./error.js";
import { CLOSED, explain } from "./unreachable.js";

const DOMAIN = "ocelli";
const TYPE_PREFIX = "type.googleapis.com/";
// gRPC's own words on the server's side, Connect's on this one.
const REFUSED_SIZE = /message larger than max \((?<size>\d+) vs\. (?<max>\d+)\)/;
const OWN_SIZE = /message size (?<size>\d+) is larger than configured \w+ (?<max>\d+)/;
// Connect's words for a stream that ended with the connection under it, whatever the HTTP/2 code.
const RESET = /^http\/2 stream closed with error code/;
const UNENCODABLE = /(?:^|: )cannot encode (?<what>.*)/;

interface Detail {
  type: string;
  value: Uint8Array;
}

/**
 * Makes the error of a failed call.
 *
 * @param failure what the transport threw.
 * @param address where the call went, for the message.
 */
export function fromFailure(failure: unknown, address: string): OcelliError {
  for (let found = failure; found instanceof Error; found = found.cause) {
    if (found instanceof OcelliError) {
      return found;
    }
  }
  const error = ConnectError.from(failure);
  const details = error.details.filter(
    (detail): detail is Detail & typeof detail => "type" in detail,
  );
  return details.length > 0
    ? fromDetails(statusCode(error.code), error.rawMessage, details, error)
    : fromPlain(error, address);
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
  const reason = info?.domain === DOMAIN ? info.reason : undefined;
  const delay = find(RetryInfoSchema, details)?.retryDelay;
  return new OcelliError(message || code, {
    code,
    reason,
    hint: reason === "DEADLINE_EXCEEDED" ? "allow more with timeoutMs, or send less" : "",
    fieldViolations: find(BadRequestSchema, details)?.fieldViolations.map(
      ({ field, description }) => ({ field, description }),
    ),
    resource: find(ResourceInfoSchema, details)?.resourceName,
    quota: find(QuotaFailureSchema, details)?.violations[0]?.subject,
    retryAfterMs: delay && Number(delay.seconds) * 1e3 + delay.nanos / 1e6,
    cause,
  });
}

/** Makes the error of a call that ended without a status of the service's. */
function fromPlain(error: ConnectError, address: string): OcelliError {
  const { code, rawMessage: message } = error;
  const refused = REFUSED_SIZE.exec(message)?.groups;
  const own = OWN_SIZE.exec(message)?.groups;
  if (refused ?? own) {
    const { size, max } = refused ?? own ?? {};
    return messageTooLarge(Number(size), Number(max), own ? "client" : "server");
  }
  const unencodable = UNENCODABLE.exec(message)?.groups;
  if (unencodable) {
    return new OcelliError(`the request cannot be encoded: ${unencodable.what}`, {
      code: "INVALID_ARGUMENT",
      hint: "see the range of each field in the contract",
      cause: error,
    });
  }
  if (code === Code.DeadlineExceeded) {
    return deadlineExceeded(address, error);
  }
  if (code === Code.Canceled && !RESET.test(message)) {
    return new OcelliError("the call was given up", { code: "CANCELLED", cause: error });
  }
  if (code === Code.Unimplemented) {
    return new OcelliError(`${address} does not offer this call: ${message}`, {
      code: "UNIMPLEMENTED",
      hint: "is it an Ocelli server, and of the same version as this client?",
      cause: error,
    });
  }
  const cause = RESET.test(message) ? CLOSED : explain(error.cause);
  if (cause || code === Code.Unavailable) {
    return new OcelliError(`cannot reach ${address}: ${cause?.summary ?? message}`, {
      code: "UNAVAILABLE",
      hint: cause?.hint ?? "is `ocelli serve` running there?",
      cause: error,
    });
  }
  return new OcelliError(message || statusCode(code), { code: statusCode(code), cause: error });
}

/** Makes the error of a call that took longer than it may. */
export function deadlineExceeded(address: string, cause?: unknown): OcelliError {
  return new OcelliError(`no answer from ${address} in the time allowed`, {
    code: "DEADLINE_EXCEEDED",
    reason: "DEADLINE_EXCEEDED",
    hint: "allow more with timeoutMs",
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
