// The three streams of the contract, each as a `StreamCall`.

import { create, type JsonObject } from "@bufbuild/protobuf";
import type { Client as Stub } from "@connectrpc/connect";
import {
  type DetectService,
  DetectStreamConfigSchema,
  DetectStreamRequestSchema,
  type DetectStreamResponse,
} from "@ocelli/proto/ocelli/v1/detect_pb";
import {
  type EmbedResult,
  type EmbedService,
  EmbedStreamConfigSchema,
  EmbedStreamRequestSchema,
  type EmbedStreamResponse,
} from "@ocelli/proto/ocelli/v1/embed_pb";
import {
  IndexStreamRequestSchema,
  type IndexStreamResponse,
  type IndexWindow,
  type SearchService,
} from "@ocelli/proto/ocelli/v1/search_pb";
import {
  DropPolicy,
  StreamOptionsSchema,
  type StreamWindow,
} from "@ocelli/proto/ocelli/v1/stream_pb";
import type { Timings } from "@ocelli/proto/ocelli/v1/timings_pb";
import type { OcelliError } from "./error.js";
import type { StreamCall, Window } from "./exchange.js";
import {
  asFrame,
  type FrameAnswer,
  type FrameLike,
  identityOf,
  readDetectAnswer,
  readEmbedAnswer,
} from "./frame.js";
import type { DetectOptions, EmbedOptions } from "./options.js";
import type { Pack } from "./image.js";
import type { DetectResult } from "./result.js";
import { fromStatus } from "./status.js";

/** What a stream takes beside its deadline. What is unset is the server's choice. */
export interface StreamOptions {
  /**
   * "all": every frame is looked at, and a slow server makes the frames wait. "latest": the newest
   * frames are looked at, and older ones that wait are answered as dropped. Unset: "all".
   */
  dropPolicy?: "all" | "latest";
  /** Drop frames that waited longer than this at the server, in milliseconds. Unset: none. */
  maxFrameAgeMs?: number;
  /** Most frames under way at once. The server may grant less. */
  maxInFlightFrames?: number;
  /** Told what the server granted, once, before the first answer. */
  onWindow?: (window: StreamWindow) => void;
}

/** What an indexing stream takes beside its deadline. */
export interface IndexOptions {
  /** Told what the server granted, once, before the first answer. */
  onWindow?: (window: IndexWindow) => void;
}

/** One image to embed and store. */
export interface IndexItem<P> {
  /** Id of the point: 1 to 256 bytes of UTF-8. */
  readonly id: string;
  /** The image. */
  readonly image: P;
  /** What is to be kept with the vector: anything that JSON can say. */
  readonly payload?: JsonObject;
}

/** What became of one image of an indexing stream. */
export interface IndexAnswer {
  /** Id of the point. */
  readonly id: string;
  /** Why the image was not stored; undefined: it was. The stream goes on. */
  readonly error?: OcelliError;
  /** Where the time went; undefined for an image that could not be sent. */
  readonly timings?: Timings;
}

// Under "latest" the server must see frames beyond its window in order to drop the older ones, so
// only this many unanswered ones stop the sender.
const MAX_UNANSWERED_LATEST = 1024;

/** Finds objects in frames. */
export function detectStream<P>(
  stub: Stub<typeof DetectService>,
  pack: Pack<P>,
  options: DetectOptions & StreamOptions,
  timeoutMs: number,
): StreamCall<
  typeof DetectStreamRequestSchema,
  DetectStreamResponse,
  FrameLike<P>,
  FrameAnswer<DetectResult>
> {
  const { model = "", scoreThreshold, iouThreshold, maxDetections = 0, labels = [] } = options;
  const report = { scoreThreshold, iouThreshold, maxDetections, labels };
  const stream = streamOptions(options);
  const value = create(DetectStreamConfigSchema, { model, options: report, stream });
  return {
    schema: DetectStreamRequestSchema,
    config: create(DetectStreamRequestSchema, { message: { case: "config", value } }),
    open: (messages, signal) => stub.detectStream(messages, { signal, timeoutMs }),
    pack: async (frame, position) =>
      create(DetectStreamRequestSchema, {
        message: { case: "frame", value: await packFrame(pack, frame, position) },
      }),
    imageOf: ({ message }) => (message.case === "frame" ? message.value.image : undefined),
    packBlank: (frame, position) =>
      create(DetectStreamRequestSchema, {
        message: { case: "frame", value: identityOf(frame, position) },
      }),
    fail: (frame, position, error) => ({ ...identityOf(frame, position), error }),
    readWindow: ({ message }) =>
      message.case === "window" ? readWindow(message.value, options) : undefined,
    readAnswer: ({ message }) =>
      message.case === "answer" ? readDetectAnswer(message.value) : undefined,
  };
}

/** Embeds frames. */
export function embedStream<P>(
  stub: Stub<typeof EmbedService>,
  pack: Pack<P>,
  options: EmbedOptions & StreamOptions,
  timeoutMs: number,
): StreamCall<
  typeof EmbedStreamRequestSchema,
  EmbedStreamResponse,
  FrameLike<P>,
  FrameAnswer<EmbedResult>
> {
  const { model = "", raw = false } = options;
  const stream = streamOptions(options);
  const value = create(EmbedStreamConfigSchema, { model, options: { raw }, stream });
  return {
    schema: EmbedStreamRequestSchema,
    config: create(EmbedStreamRequestSchema, { message: { case: "config", value } }),
    open: (messages, signal) => stub.embedStream(messages, { signal, timeoutMs }),
    pack: async (frame, position) =>
      create(EmbedStreamRequestSchema, {
        message: { case: "frame", value: await packFrame(pack, frame, position) },
      }),
    imageOf: ({ message }) => (message.case === "frame" ? message.value.image : undefined),
    packBlank: (frame, position) =>
      create(EmbedStreamRequestSchema, {
        message: { case: "frame", value: identityOf(frame, position) },
      }),
    fail: (frame, position, error) => ({ ...identityOf(frame, position), error }),
    readWindow: ({ message }) =>
      message.case === "window" ? readWindow(message.value, options) : undefined,
    readAnswer: ({ message }) =>
      message.case === "answer" ? readEmbedAnswer(message.value) : undefined,
  };
}

/** Embeds and stores images. */
export function indexStream<P>(
  stub: Stub<typeof SearchService>,
  pack: Pack<P>,
  collection: string,
  options: IndexOptions,
  timeoutMs: number,
): StreamCall<typeof IndexStreamRequestSchema, IndexStreamResponse, IndexItem<P>, IndexAnswer> {
  return {
    schema: IndexStreamRequestSchema,
    config: create(IndexStreamRequestSchema, {
      message: { case: "config", value: { collection } },
    }),
    open: (messages, signal) => stub.indexStream(messages, { signal, timeoutMs }),
    pack: async ({ id, image, payload }) => {
      const value = { id, image: await pack(image), payload };
      return create(IndexStreamRequestSchema, { message: { case: "item", value } });
    },
    imageOf: ({ message }) => (message.case === "item" ? message.value.image : undefined),
    packBlank: ({ id }) =>
      create(IndexStreamRequestSchema, { message: { case: "item", value: { id } } }),
    fail: ({ id }, _position, error) => ({ id, error }),
    readWindow: ({ message }) => {
      if (message.case !== "window") {
        return undefined;
      }
      options.onWindow?.(message.value);
      const { maxInFlightImages, maxMessageBytes } = message.value;
      return { maxInFlight: maxInFlightImages, maxMessageBytes: Number(maxMessageBytes) };
    },
    readAnswer: ({ message }) => {
      if (message.case !== "answer") {
        return undefined;
      }
      const { id, error, timings } = message.value;
      return { id, error: error && fromStatus(error), timings };
    },
  };
}

function streamOptions(options: StreamOptions) {
  const { dropPolicy = "all", maxFrameAgeMs = 0, maxInFlightFrames = 0 } = options;
  return create(StreamOptionsSchema, {
    dropPolicy: dropPolicy === "latest" ? DropPolicy.LATEST : DropPolicy.ALL,
    maxFrameAgeMs,
    maxInFlightFrames,
  });
}

function readWindow(window: StreamWindow, options: StreamOptions): Window {
  options.onWindow?.(window);
  const latest = window.dropPolicy === DropPolicy.LATEST;
  return {
    maxInFlight: latest ? MAX_UNANSWERED_LATEST : window.maxInFlightFrames,
    maxMessageBytes: Number(window.maxMessageBytes),
  };
}

async function packFrame<P>(pack: Pack<P>, frame: FrameLike<P>, position: number) {
  const { image, region } = asFrame(frame);
  return { ...identityOf(frame, position), image: await pack(image, region) };
}
