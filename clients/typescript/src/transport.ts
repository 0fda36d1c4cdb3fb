// What every call of a connection gets, the stubs' own included: deadline, token, retries, errors.

import {
  create,
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { ContextValues, StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { invalidArgument, OcelliError } from "./error.js";
import type { CallOptions } from "./options.js";
import { isIdempotent, type RetryPolicy, retrying } from "./retry.js";
import { type FailedCall, fromFailure } from "./status.js";

// The name that it has in TypeScript's library for browsers, which programs for Node go without.
type HeadersLike = ConstructorParameters<typeof Headers>[0];

const MAX_TIMEOUT_MS = 99_999_999;
// What a server allows by default for loading a model.
const LONG_CALLS_MS: Readonly<Record<string, number>> = {
  "ocelli.v1.ModelService/LoadModel": 600_000,
};

/** A bearer token, or what gives one for each call. */
export type Token = string | (() => string | Promise<string>);

/** How calls wait where not everything can be served at once: batch ones get what others leave. */
export type Priority = "interactive" | "batch";

/** What calls of a connection have in common. */
export interface CallDefaults {
  /** Where calls go, for messages. */
  readonly address: string;
  /** Milliseconds that a unary call may take unless it says otherwise, or is known to take long. */
  readonly timeoutMs: number;
  /** When calls that may be repeated are. */
  readonly retry: RetryPolicy;
  /** Goes into the `authorization` of each call. */
  readonly token?: Token | undefined;
  /** Of all calls; unset: interactive. */
  readonly priority?: Priority | undefined;
}

/** What a stub takes of the options of a call. */
export function callOptions({ timeoutMs, signal }: CallOptions): CallOptions {
  return { timeoutMs, signal };
}

/**
 * Puts the defaults of a connection on a transport. Its calls throw `OcelliError`, or an `AbortError` if
 * their caller aborted them, and nothing else.
 */
export function withDefaults(inner: Transport, defaults: CallDefaults): Transport {
  const { address, retry } = defaults;
  return {
    async unary<I extends DescMessage, O extends DescMessage>(
      method: DescMethodUnary<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersLike,
      input: MessageInitShape<I>,
      values?: ContextValues,
    ): Promise<UnaryResponse<I, O>> {
      checkTimeout(timeoutMs);
      const name = nameOf(method);
      const allowedMs = timeoutMs ?? LONG_CALLS_MS[name] ?? defaults.timeoutMs;
      const encode = () => toBinary(method.input, create(method.input, input));
      const attempt = async (leftMs: number | undefined): Promise<UnaryResponse<I, O>> => {
        try {
          const headers = await completed(header, defaults);
          return await inner.unary(method, signal, onWire(leftMs), headers, input, values);
        } catch (error) {
          throw fromFailure(error, { address, signal, encode });
        }
      };
      const timeLimitMs = allowedMs > 0 ? allowedMs : undefined;
      return retrying(attempt, isIdempotent(name), retry, timeLimitMs, signal);
    },

    async stream<I extends DescMessage, O extends DescMessage>(
      method: DescMethodStreaming<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersLike,
      input: AsyncIterable<MessageInitShape<I>>,
      values?: ContextValues,
    ): Promise<StreamResponse<I, O>> {
      checkTimeout(timeoutMs);
      const open = async (messages: typeof input, leftMs: number | undefined) => {
        const requests = new Requests(messages);
        const encode = () =>
          requests.last && toBinary(method.input, create(method.input, requests.last));
        const call = { address, signal, encode };
        try {
          const headers = await completed(header, defaults);
          const response = await inner.stream(
            method,
            signal,
            onWire(leftMs),
            headers,
            requests.read(),
            values,
          );
          return { ...response, message: translated(response.message, call) };
        } catch (error) {
          throw fromFailure(error, call);
        }
      };
      if (method.methodKind !== "server_streaming") {
        return open(input, timeoutMs);
      }
      const request = await gathered(input);
      const attempt = async (leftMs: number | undefined) =>
        begun(await open(again(request), leftMs));
      const timeLimitMs = timeoutMs !== undefined && timeoutMs > 0 ? timeoutMs : undefined;
      return retrying(attempt, isIdempotent(nameOf(method)), retry, timeLimitMs, signal);
    },
  };
}

function nameOf({ parent, name }: DescMethodUnary | DescMethodStreaming): string {
  return `${parent.typeName}/${name}`;
}

/** Refuses milliseconds that are none. 0 is no limit. */
export function checkTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    throw invalidArgument(
      "timeoutMs",
      `timeoutMs is ${timeoutMs}`,
      "expected milliseconds, or 0 for any time",
    );
  }
}

/** A timeout as gRPC can express it: a whole number of at most eight digits. */
function onWire(timeoutMs: number | undefined): number | undefined {
  const given = timeoutMs !== undefined && timeoutMs > 0;
  return given ? Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS) : undefined;
}

/** The requests of a stream, which tell where one that failed came to. */
class Requests<T> {
  /** What was sent last. */
  last: T | undefined;
  readonly #source: AsyncIterable<T>;

  constructor(source: AsyncIterable<T>) {
    this.#source = source;
  }

  /** Yields the requests. */
  async *read(): AsyncGenerator<T> {
    try {
      for await (const request of this.#source) {
        this.last = request;
        yield request;
      }
    } catch (error) {
      // Else it would pass for a failure of the connection.
      throw new OcelliError(
        `the source of the requests failed: ${error instanceof Error ? error.message : error}`,
        { code: "UNKNOWN", cause: error },
      );
    }
  }
}

async function gathered<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const message of messages) {
    found.push(message);
  }
  return found;
}

async function* again<T>(messages: readonly T[]): AsyncGenerator<T> {
  yield* messages;
}

/** Waits for the first message of a response: until it has come, the call may be repeated. */
async function begun<I extends DescMessage, O extends DescMessage>(
  response: StreamResponse<I, O>,
): Promise<StreamResponse<I, O>> {
  const messages = response.message[Symbol.asyncIterator]();
  return { ...response, message: goingOn(await messages.next(), messages) };
}

async function* goingOn<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

async function* translated<T>(messages: AsyncIterable<T>, call: FailedCall): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw fromFailure(error, call);
  }
}

async function completed(header: HeadersLike, { token, priority }: CallDefaults) {
  const headers = new Headers(header);
  if (priority !== undefined) {
    headers.set("ocelli-priority", priority);
  }
  if (token !== undefined) {
    headers.set("authorization", `Bearer ${await resolved(token)}`);
  }
  return headers;
}

async function resolved(token: Token): Promise<string> {
  let found: string;
  try {
    found = typeof token === "string" ? token : await token();
  } catch (error) {
    throw new OcelliError(`there is no token: ${error instanceof Error ? error.message : error}`, {
      code: "UNAUTHENTICATED",
      hint: "it comes from the token given to connect()",
      cause: error,
    });
  }
  if (!/^[\x21-\x7e]+$/.test(found)) {
    throw new OcelliError("the token is empty or has characters that a header cannot carry", {
      code: "UNAUTHENTICATED",
      hint: "it comes from the token given to connect()",
    });
  }
  return found;
}
