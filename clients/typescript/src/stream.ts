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
  type EmbedService,
  EmbedStreamConfigSchema,
  EmbedStreamRequestSchema,
  type EmbedStreamResponse,
} from "@ocelli/proto/ocelli/v1/embed_pb";
import {
  type IndexResult,
  IndexStreamRequestSchema,
  type IndexStreamResponse,
  type PointService,
} from "@ocelli/proto/ocelli/v1/point_pb";
import {
  OverflowPolicy,
  StreamOptionsSchema,
  type StreamWindow,
} from "@ocelli/proto/ocelli/v1/stream_pb";
import type { Timings } from "@ocelli/proto/ocelli/v1/timings_pb";
import type { StreamCall } from "./bidi.js";
import type { OcelliError } from "./error.js";
import {
  asFrame,
  type EmbedFrameLike,
  type FrameAnswer,
  type FrameLike,
  identityOf,
  readDetectAnswer,
  readEmbedAnswer,
} from "./frame.js";
import type { Pack, Region } from "./image.js";
import { isText, type PackedInput, packInput } from "./input.js";
import type { DetectOptions, EmbedOptions } from "./options.js";
import type { DetectResult, EmbedResult } from "./result.js";
import { fromStatus } from "./status.js";

/** What any stream takes beside its deadline. */
export interface WindowOptions {
  /** Called with what the server grants: before the first answer, and whenever it changes. */
  onWindow?: (window: StreamWindow) => void;
}

/** What a stream of frames takes beside its deadline. What is unset is the server's choice. */
export interface StreamOptions extends WindowOptions {
  /**
   * `BLOCK`: every frame is looked at, and a slow server makes the frames wait. `KEEP_LATEST`: the
   * newest frames are looked at, and older ones that wait are answered as dropped. Unset: `BLOCK`.
   */
  overflowPolicy?: Exclude<keyof typeof OverflowPolicy, "UNSPECIFIED">;
  /** Drop frames that waited longer than this at the server, in milliseconds. Unset: none. */
  maxFrameAgeMs?: number;
  /** Most frames that the server decodes and infers at once. It may grant less. */
  maxInFlightFrames?: number;
}

/** One image or text to embed and store. */
export type IndexItem<P> = {
  /** Id of the point: 1 to 256 bytes of UTF-8. */
  readonly id: string;
  /** What is to be kept with the vector: any JSON object. */
  readonly payload?: JsonObject | undefined;
} & (
  | {
      /** The image. */
      readonly image: P;
      /** The part of the image to look at. Unset: all of it. */
      readonly region?: Region | undefined;
    }
  | {
      /** The text, for a model that takes texts. */
      readonly text: string;
    }
);

/** What became of one item of an indexing stream: either `result` or `error` is set. */
export type IndexAnswer = {
  /** Id of the point. */
  readonly id: string;
} & (
  | { readonly result: IndexResult; readonly timings: Timings; readonly error?: undefined }
  | { readonly result?: undefined; readonly timings?: undefined; readonly error: OcelliError }
);

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
    pack: async (frame, position) => {
      const { image, region } = asFrame(frame);
      const value = { ...identityOf(frame, position), image: await pack(image, region) };
      return create(DetectStreamRequestSchema, { message: { case: "frame", value } });
    },
    inputOf: ({ message }) => {
      const image = message.case === "frame" ? message.value.image : undefined;
      return image && { case: "image", value: image };
    },
    packBlank: (frame, position) =>
      create(DetectStreamRequestSchema, {
        message: { case: "frame", value: identityOf(frame, position) },
      }),
    fail: (frame, position, error) => ({ ...identityOf(frame, position), error }),
    readWindow,
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
  EmbedFrameLike<P>,
  FrameAnswer<EmbedResult>
> {
  const { model = "", raw = false } = options;
  const stream = streamOptions(options);
  const value = create(EmbedStreamConfigSchema, { model, options: { raw }, stream });
  return {
    schema: EmbedStreamRequestSchema,
    config: create(EmbedStreamRequestSchema, { message: { case: "config", value } }),
    open: (messages, signal) => stub.embedStream(messages, { signal, timeoutMs }),
    pack: async (frame, position) => {
      const { image, region } = isText(frame) ? { image: frame } : asFrame(frame);
      const input = await packInput(pack, image, region);
      const value = { ...identityOf(frame, position), input };
      return create(EmbedStreamRequestSchema, { message: { case: "frame", value } });
    },
    inputOf: ({ message }) => (message.case === "frame" ? packed(message.value.input) : undefined),
    packBlank: (frame, position) =>
      create(EmbedStreamRequestSchema, {
        message: { case: "frame", value: identityOf(frame, position) },
      }),
    fail: (frame, position, error) => ({ ...identityOf(frame, position), error }),
    readWindow,
    readAnswer: ({ message }) =>
      message.case === "answer" ? readEmbedAnswer(message.value) : undefined,
  };
}

/** Embeds and stores images and texts. */
export function indexStream<P>(
  stub: Stub<typeof PointService>,
  pack: Pack<P>,
  collection: string,
  timeoutMs: number,
): StreamCall<typeof IndexStreamRequestSchema, IndexStreamResponse, IndexItem<P>, IndexAnswer> {
  return {
    schema: IndexStreamRequestSchema,
    config: create(IndexStreamRequestSchema, {
      message: { case: "config", value: { collection } },
    }),
    open: (messages, signal) => stub.indexStream(messages, { signal, timeoutMs }),
    pack: async (item) => {
      const { id, payload } = item;
      const { image, region } = isText(item) ? { image: item } : item;
      const value = { id, input: await packInput(pack, image, region), payload };
      return create(IndexStreamRequestSchema, { message: { case: "item", value } });
    },
    inputOf: ({ message }) => (message.case === "item" ? packed(message.value.input) : undefined),
    packBlank: ({ id }) =>
      create(IndexStreamRequestSchema, { message: { case: "item", value: { id } } }),
    fail: ({ id }, _position, error) => ({ id, error }),
    readWindow,
    readAnswer: ({ message }) => {
      if (message.case !== "answer") {
        return undefined;
      }
      const { id, outcome, timings } = message.value;
      // The contract promises an outcome, and timings with a result.
      return outcome.case === "error"
        ? { id, error: fromStatus(outcome.value) }
        : { id, result: outcome.value as IndexResult, timings: timings as Timings };
    },
  };
}

function streamOptions(options: StreamOptions) {
  const { overflowPolicy = "UNSPECIFIED", maxFrameAgeMs = 0, maxInFlightFrames = 0 } = options;
  return create(StreamOptionsSchema, {
    overflowPolicy: OverflowPolicy[overflowPolicy],
    maxFrameAgeMs,
    maxInFlightFrames,
  });
}

function readWindow({
  message,
}: DetectStreamResponse | EmbedStreamResponse | IndexStreamResponse): StreamWindow | undefined {
  return message.case === "window" ? message.value : undefined;
}

function packed(input: PackedInput | { case: undefined }): PackedInput | undefined {
  return input.case === undefined ? undefined : input;
}
