// What every call of a connection gets, the stubs' own included: deadline, token, retries, errors.

import type {
  DescMessage,
  DescMethodStreaming,
  DescMethodUnary,
  MessageInitShape,
} from "@bufbuild/protobuf";
import type { ContextValues, StreamResponse, Transport, UnaryResponse } from "@connectrpc/connect";
import { OcelliError } from "./error.js";
import { isRepeatable, type RetryPolicy, retrying } from "./retry.js";
import { fromFailure } from "./status.js";

const MAX_TIMEOUT_MS = 99_999_999;

/** A bearer token, or what gives one for each call. */
export type Token = string | (() => string | Promise<string>);

/** What calls of a connection have in common. */
export interface CallDefaults {
  /** Where calls go, for messages. */
  readonly address: string;
  /** Milliseconds that a unary call may take unless it says otherwise. */
  readonly timeoutMs: number;
  /** When calls that may be repeated are. */
  readonly retry: RetryPolicy;
  /** Goes into the `authorization` of each call. */
  readonly token?: Token | undefined;
}

/** Puts the defaults of a connection on a transport. Its calls throw `OcelliError` and nothing else. */
export function withDefaults(inner: Transport, defaults: CallDefaults): Transport {
  const { address, retry, token } = defaults;
  return {
    unary<I extends DescMessage, O extends DescMessage>(
      method: DescMethodUnary<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInit | undefined,
      input: MessageInitShape<I>,
      values?: ContextValues,
    ): Promise<UnaryResponse<I, O>> {
      const allowedMs = timeoutMs ?? defaults.timeoutMs;
      const attempt = async (leftMs: number | undefined): Promise<UnaryResponse<I, O>> => {
        try {
          const headers = await authorized(header, token);
          return await inner.unary(method, signal, onWire(leftMs), headers, input, values);
        } catch (error) {
          throw fromFailure(error, address);
        }
      };
      const name = `${method.parent.typeName}/${method.name}`;
      const policy = isRepeatable(name) ? retry : { ...retry, maxAttempts: 1 };
      return retrying(attempt, policy, allowedMs > 0 ? allowedMs : undefined, signal);
    },

    async stream<I extends DescMessage, O extends DescMessage>(
      method: DescMethodStreaming<I, O>,
      signal: AbortSignal | undefined,
      timeoutMs: number | undefined,
      header: HeadersInit | undefined,
      input: AsyncIterable<MessageInitShape<I>>,
      values?: ContextValues,
    ): Promise<StreamResponse<I, O>> {
      try {
        const headers = await authorized(header, token);
        const response = await inner.stream(
          method,
          signal,
          onWire(timeoutMs),
          headers,
          input,
          values,
        );
        return { ...response, message: translated(response.message, address) };
      } catch (error) {
        throw fromFailure(error, address);
      }
    },
  };
}

/** A timeout as gRPC can say it: a whole number of at most eight digits. */
function onWire(timeoutMs: number | undefined): number | undefined {
  const given = timeoutMs !== undefined && timeoutMs > 0;
  return given ? Math.min(Math.ceil(timeoutMs), MAX_TIMEOUT_MS) : undefined;
}

async function* translated<T>(messages: AsyncIterable<T>, address: string): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw fromFailure(error, address);
  }
}

async function authorized(header: HeadersInit | undefined, token: Token | undefined) {
  const headers = new Headers(header);
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
