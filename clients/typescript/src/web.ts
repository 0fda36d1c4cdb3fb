// The client for browsers: unary calls over gRPC-Web, and frames as several of them at once.
//
// gRPC-Web needs a proxy in front of the server that speaks it, such as Envoy.

import { toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { Calls } from "./calls.js";
import {
  asFrame,
  type EmbedFrameLike,
  type FrameAnswer,
  type FrameLike,
  type Frames,
} from "./frame.js";
import { type ImageData, type ImageOptions, packData } from "./image.js";
import { isText } from "./input.js";
import type { CallOptions, ClassifyOptions, DetectOptions, EmbedOptions } from "./options.js";
import { pipeline } from "./pipeline.js";
import type { Classified, Detected, Embedded, Timings } from "./result.js";
import { DEFAULT_RETRY, type RetryPolicy } from "./retry.js";
import { checkTimeout, type Token, withDefaults } from "./transport.js";

export * from "./contract.js";

/** Settings of a connection from a browser. */
export interface WebOptions {
  /**
   * Milliseconds that a call may take unless it says otherwise. Unset: 10 000. `loadModel` may take
   * 600 000 unless it says otherwise.
   */
  timeoutMs?: number;
  /** Largest message sent, in bytes; the server has a limit of its own. Unset: 32 MiB. */
  maxMessageBytes?: number;
  /** When calls that may be repeated are. Unset: the contract's policy. */
  retry?: RetryPolicy;
  /** A bearer token, or what gives one for each call. */
  token?: Token;
}

/** How many calls run at once. */
export interface PipelineOptions {
  /** Most frames that are sent and not yet answered, at least 1. Unset: 4. */
  inFlight?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
const DEFAULT_IN_FLIGHT = 4;

/**
 * Makes a client. Nothing is sent before the first call.
 *
 * @param baseUrl where gRPC-Web is served, such as `https://example.org` or `location.origin`.
 */
export function connectWeb(baseUrl: string, options: WebOptions = {}): WebClient {
  const {
    timeoutMs = DEFAULT_TIMEOUT_MS,
    maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES,
    retry = DEFAULT_RETRY,
    token,
  } = options;
  checkTimeout(timeoutMs);
  const interceptors = [sizeLimit(maxMessageBytes)];
  const transport = createGrpcWebTransport({ baseUrl, interceptors });
  return new WebClient(withDefaults(transport, { address: baseUrl, timeoutMs, retry, token }));
}

/**
 * Refuses what is too large before it is sent, in the words of the transport for Node, which does so
 * itself. A server that answers during an upload resets it, and a browser then has no answer.
 */
function sizeLimit(maxBytes: number): Interceptor {
  return (next) => async (request) => {
    if (!request.stream) {
      const sizeBytes = toBinary(request.method.input, request.message).length;
      if (sizeBytes > maxBytes) {
        const text = `message size ${sizeBytes} is larger than configured writeMaxBytes ${maxBytes}`;
        throw new ConnectError(text, Code.ResourceExhausted);
      }
    }
    return next(request);
  };
}

/** A connection from a browser. Images are the bytes of image files, blobs, or raw pixels. */
export class WebClient extends Calls<ImageData> {
  /** Makes a client of a transport; use {@link connectWeb}. */
  constructor(transport: ConstructorParameters<typeof Calls<ImageData>>[0]) {
    super(transport, packData);
  }

  /**
   * Finds objects in frames and yields an answer for each, in order, as a stream does.
   *
   * Frames are drawn when there is capacity for them, so a source that gives the newest image of a
   * camera skips what could not be answered in time.
   */
  detectFrames(
    frames: Frames<FrameLike<ImageData>>,
    options: DetectOptions & CallOptions & PipelineOptions = {},
  ): AsyncGenerator<FrameAnswer<Detected>, void, undefined> {
    return ofImages(frames, options, (image, each) => this.detect(image, each));
  }

  /** Says what frames show and yields an answer for each, in order, as a stream does. */
  classifyFrames(
    frames: Frames<FrameLike<ImageData>>,
    options: ClassifyOptions & CallOptions & PipelineOptions = {},
  ): AsyncGenerator<FrameAnswer<Classified>, void, undefined> {
    return ofImages(frames, options, (image, each) => this.classify(image, each));
  }

  /** Embeds frames and texts and yields an answer for each, in order, as a stream does. */
  embedFrames(
    frames: Frames<EmbedFrameLike<ImageData>>,
    options: EmbedOptions & CallOptions & PipelineOptions = {},
  ): AsyncGenerator<FrameAnswer<Embedded>, void, undefined> {
    const { inFlight = DEFAULT_IN_FLIGHT, ...rest } = options;
    return pipeline(frames, inFlight, (frame, left) => {
      const { image, region, tolerance } = isText(frame) ? { image: frame } : asFrame(frame);
      const signal = either(left, rest.signal);
      return this.embed(image, { ...rest, region, tolerance, signal });
    });
  }
}

function ofImages<O extends CallOptions & PipelineOptions, R extends { timings: Timings }>(
  frames: Frames<FrameLike<ImageData>>,
  options: O,
  call: (image: ImageData, options: O & ImageOptions) => Promise<R>,
) {
  const { inFlight = DEFAULT_IN_FLIGHT } = options;
  return pipeline(frames, inFlight, (frame, left) => {
    const { image, region, tolerance } = asFrame(frame);
    return call(image, { ...options, region, tolerance, signal: either(left, options.signal) });
  });
}

function either(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other ? AbortSignal.any([one, other]) : one;
}
