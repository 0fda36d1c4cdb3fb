// The client for Node: gRPC over HTTP/2, with the streams.

import { createClient, type Transport } from "@connectrpc/connect";
import { ClassifyService } from "@ocelli/proto/ocelli/v1/classify_pb";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedService } from "@ocelli/proto/ocelli/v1/embed_pb";
import { PointService } from "@ocelli/proto/ocelli/v1/point_pb";
import { runStream, type StreamSettings } from "./bidi.js";
import { Calls } from "./calls.js";
import { OcelliError } from "./error.js";
import { type ImageLike, packImage } from "./file.js";
import type { EmbedFrameLike, FrameAnswer, FrameLike, Frames } from "./frame.js";
import { classifyStream, detectStream, embedStream } from "./frame-stream.js";
import { HealthService, type HealthStatus, statusName } from "./health.js";
import { type IndexAnswer, type IndexItem, indexStream } from "./index-stream.js";
import type { CallOptions, ClassifyOptions, DetectOptions, EmbedOptions } from "./options.js";
import type { ClassifyResult, DetectResult, EmbedResult } from "./result.js";
import { type RetryPolicy, sleep } from "./retry.js";
import { deadlineExceeded } from "./status.js";
import type { StreamOptions, WindowOptions } from "./stream.js";

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 200;

/** What a client is made of; `connect` makes it. */
export interface ClientInit {
  /** Where the server is. */
  readonly address: string;
  /** Milliseconds that a unary call, or the opening of a stream, may take. */
  readonly timeoutMs: number;
  /** Largest message sent, in bytes. */
  readonly maxMessageBytes: number;
  /** How calls are repeated. */
  readonly retry: RetryPolicy;
  /** Ends the connection for good. */
  readonly close: () => void;
}

/**
 * A connection to a server. Calls may run side by side.
 *
 * Every call rejects with an `OcelliError`, or with an `AbortError` once its signal is aborted. A unary call takes at most the client's `timeoutMs` or its
 * own; a stream any time unless it has a `timeoutMs`, but its opening counts as a call. A connection that
 * dies is noticed by its keepalive.
 */
export class Client extends Calls<ImageLike> implements AsyncDisposable {
  /** Where the server is. */
  readonly address: string;
  readonly #init: ClientInit;

  /** Makes a client on a transport; use `connect`. */
  constructor(transport: Transport, init: ClientInit) {
    super(transport, packImage);
    this.address = init.address;
    this.#init = init;
  }

  /**
   * Finds objects in the frames of a video and yields one answer per frame, in order.
   *
   * Frames are drawn as the server's window has room for them, so a source of any length costs no
   * more memory than the window. Leaving the loop cancels the stream.
   */
  detectStream(
    frames: Frames<FrameLike<ImageLike>>,
    options: DetectOptions & StreamOptions & CallOptions = {},
  ): AsyncGenerator<FrameAnswer<DetectResult>, void, undefined> {
    const stub = createClient(DetectService, this.transport);
    const call = detectStream(stub, this.pack, options);
    return runStream(call, frames, this.#settings(options));
  }

  /** Says what frames show and yields one answer for each, in order, as `detectStream` does. */
  classifyStream(
    frames: Frames<FrameLike<ImageLike>>,
    options: ClassifyOptions & StreamOptions & CallOptions = {},
  ): AsyncGenerator<FrameAnswer<ClassifyResult>, void, undefined> {
    const stub = createClient(ClassifyService, this.transport);
    const call = classifyStream(stub, this.pack, options);
    return runStream(call, frames, this.#settings(options));
  }

  /** Embeds frames and texts and yields one answer for each, in order, as `detectStream` does. */
  embedStream(
    frames: Frames<EmbedFrameLike<ImageLike>>,
    options: EmbedOptions & StreamOptions & CallOptions = {},
  ): AsyncGenerator<FrameAnswer<EmbedResult>, void, undefined> {
    const stub = createClient(EmbedService, this.transport);
    const call = embedStream(stub, this.pack, options);
    return runStream(call, frames, this.#settings(options));
  }

  /**
   * Embeds and stores images and texts in a collection that has a model, and yields one answer for
   * each, in order, when it is stored.
   */
  index(
    collection: string,
    items: Frames<IndexItem<ImageLike>>,
    options: WindowOptions & CallOptions = {},
  ): AsyncGenerator<IndexAnswer, void, undefined> {
    const stub = createClient(PointService, this.transport);
    const call = indexStream(stub, this.pack, collection);
    return runStream(call, items, this.#settings(options));
  }

  /** Gets the status of the server (""), a service (`ocelli.v1.DetectService`) or a model (`model/NAME`). */
  async health(service = "", options: CallOptions = {}): Promise<HealthStatus> {
    return statusName(
      await createClient(HealthService, this.transport).check({ service }, options),
    );
  }

  /**
   * Waits until the server (""), a service (`ocelli.v1.DetectService`) or a model (`model/NAME`) serves,
   * such as while the server starts.
   *
   * @param options how long at most; without a `timeoutMs`, 60 s.
   * @throws OcelliError `DEADLINE_EXCEEDED` if it does not, with what keeps it from serving.
   */
  async waitUntilReady(service = "", options: CallOptions = {}): Promise<void> {
    const { timeoutMs = READY_TIMEOUT_MS, signal } = options;
    const end = performance.now() + timeoutMs;
    for (;;) {
      let state: HealthStatus | OcelliError;
      try {
        const leftMs = Math.max(1, end - performance.now());
        state = await this.health(service, {
          timeoutMs: Math.min(leftMs, this.#init.timeoutMs),
          signal,
        });
      } catch (error) {
        // A server that starts may not know its services yet.
        const waits =
          error instanceof OcelliError && (error.isRetryable || error.code === "NOT_FOUND");
        if (!waits) {
          throw error;
        }
        state = error;
      }
      if (state === "SERVING") {
        return;
      }
      if (performance.now() + READY_POLL_MS >= end) {
        throw notReady(service || this.address, timeoutMs, state);
      }
      await sleep(READY_POLL_MS, signal);
    }
  }

  /** Ends all calls and the connection, for good: a call made after this is refused. */
  async close(): Promise<void> {
    this.#init.close();
  }

  /** Same, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #settings(options: CallOptions & WindowOptions): StreamSettings {
    const { address, timeoutMs: openMs, maxMessageBytes, retry } = this.#init;
    const { timeoutMs = 0, resumeMs = 0, onWindow, signal } = options;
    const late = () => deadlineExceeded(address);
    return { openMs, timeoutMs, resumeMs, retry, late, maxMessageBytes, onWindow, signal };
  }
}

function notReady(what: string, timeoutMs: number, state: HealthStatus | OcelliError): OcelliError {
  const found = typeof state === "string" ? `it is ${state}` : state.summary;
  return new OcelliError(`${what} does not serve after ${timeoutMs} ms: ${found}`, {
    code: "DEADLINE_EXCEEDED",
    reason: "DEADLINE_EXCEEDED",
    hint: typeof state === "string" ? "the server's log tells what it waits for" : state.hint,
    cause: state,
  });
}
