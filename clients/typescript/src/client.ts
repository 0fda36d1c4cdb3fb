// The client for Node: gRPC over HTTP/2, with the streams.

import { createClient, type Transport } from "@connectrpc/connect";
import { DetectService } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedService } from "@ocelli/proto/ocelli/v1/embed_pb";
import { PointService } from "@ocelli/proto/ocelli/v1/point_pb";
import { runStream, type StreamSettings } from "./bidi.js";
import { Calls } from "./calls.js";
import { type ImageLike, packImage } from "./file.js";
import type { EmbedFrameLike, FrameAnswer, FrameLike, Frames } from "./frame.js";
import { HealthService, type HealthStatus, statusName } from "./health.js";
import type { CallOptions, DetectOptions, EmbedOptions } from "./options.js";
import type { DetectResult, EmbedResult } from "./result.js";
import { deadlineExceeded } from "./status.js";
import {
  detectStream,
  embedStream,
  type IndexAnswer,
  type IndexItem,
  indexStream,
  type StreamOptions,
  type WindowOptions,
} from "./stream.js";

/** What a client is made of; `connect` makes it. */
export interface ClientInit {
  /** Where the server is. */
  readonly address: string;
  /** Milliseconds that a unary call, or the opening of a stream, may take. */
  readonly timeoutMs: number;
  /** Largest message sent, in bytes. */
  readonly maxMessageBytes: number;
  /** Ends the connection. */
  readonly close: () => void;
}

/**
 * A connection to a server. Calls may run side by side.
 *
 * Every call rejects with an `OcelliError`. A unary call takes at most the client's `timeoutMs` or its
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
    const call = detectStream(stub, this.pack, options, options.timeoutMs ?? 0);
    return runStream(call, frames, this.#settings(options));
  }

  /** Embeds frames and texts and yields one answer for each, in order, as `detectStream` does. */
  embedStream(
    frames: Frames<EmbedFrameLike<ImageLike>>,
    options: EmbedOptions & StreamOptions & CallOptions = {},
  ): AsyncGenerator<FrameAnswer<EmbedResult>, void, undefined> {
    const stub = createClient(EmbedService, this.transport);
    const call = embedStream(stub, this.pack, options, options.timeoutMs ?? 0);
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
    const call = indexStream(stub, this.pack, collection, options.timeoutMs ?? 0);
    return runStream(call, items, this.#settings(options));
  }

  /** Gets the status of the server (""), a service (`ocelli.v1.DetectService`) or a model (`model/NAME`). */
  async health(service = "", options: CallOptions = {}): Promise<HealthStatus> {
    return statusName(
      await createClient(HealthService, this.transport).check({ service }, options),
    );
  }

  /** Ends all calls and the connection. A call made after this connects anew. */
  async close(): Promise<void> {
    this.#init.close();
  }

  /** Same, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #settings({ signal, onWindow }: CallOptions & WindowOptions): StreamSettings {
    const { address, timeoutMs, maxMessageBytes } = this.#init;
    const late = () => deadlineExceeded(address);
    return { openMs: timeoutMs, late, maxMessageBytes, onWindow, signal };
  }
}
