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
  IndexStreamRequestSchema,
  type IndexStreamResponse,
  type PointService,
} from "@ocelli/proto/ocelli/v1/point_pb";
import {
  OverflowPolicy,
  type StreamWindow as PackedWindow,
  StreamOptionsSchema,
} from "@ocelli/proto/ocelli/v1/stream_pb";
import type { StreamCall } from "./bidi.js";
import type { OcelliError } from "./error.js";
import {
  asFrame,
  type EmbedFrameLike,
  type FrameAnswer,
  type FrameLike,
  identityOf,
  packTags,
  readDetectAnswer,
  readEmbedAnswer,
} from "./frame.js";
import type { ImageOptions, Pack } from "./image.js";
import { isText, type PackedInput, packInput } from "./input.js";
import type { DetectOptions, EmbedOptions } from "./options.js";
import {
  type DetectResult,
  type EmbedResult,
  type IndexResult,
  readIndexResult,
  readTimings,
  type StreamWindow,
  type Timings,
} from "./result.js";
import { fromStatus } from "./status.js";

/** What any stream takes beside its deadline. */
export interface WindowOptions {
  /** Called with what the server grants: before the first answer, and whenever it changes. */
  onWindow?: (window: StreamWindow) => void;
  /**
   * Milliseconds for which the server may be away, such as for a restart. An end of the stream that may
   * be repeated then does not end the iteration: the stream is opened again, after the delay that the
   * server asks for, and what was not answered is sent again. Every item is answered once. Images must
   * not change until they are answered. Unset: 0, such an end is thrown.
   */
  resumeMs?: number;
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
  | (ImageOptions & {
      /** The image. */
      readonly image: P;
    })
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
    open: (messages, call) => stub.detectStream(messages, call),
    pack: async (frame, position) => {
      const { image, ...options } = asFrame(frame);
      const value = { ...packTags(frame, position), image: await pack(image, options) };
      return create(DetectStreamRequestSchema, { message: { case: "frame", value } });
    },
    inputOf: ({ message }) => {
      const image = message.case === "frame" ? message.value.image : undefined;
      return image && { case: "image", value: image };
    },
    packBlank: (frame, position) =>
      create(DetectStreamRequestSchema, {
        message: { case: "frame", value: packTags(frame, position) },
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
    open: (messages, call) => stub.embedStream(messages, call),
    pack: async (frame, position) => {
      const { image, ...options } = isText(frame) ? { image: frame } : asFrame(frame);
      const input = await packInput(pack, image, options);
      const value = { ...packTags(frame, position), input };
      return create(EmbedStreamRequestSchema, { message: { case: "frame", value } });
    },
    inputOf: ({ message }) => (message.case === "frame" ? packed(message.value.input) : undefined),
    packBlank: (frame, position) =>
      create(EmbedStreamRequestSchema, {
        message: { case: "frame", value: packTags(frame, position) },
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
): StreamCall<typeof IndexStreamRequestSchema, IndexStreamResponse, IndexItem<P>, IndexAnswer> {
  return {
    schema: IndexStreamRequestSchema,
    config: create(IndexStreamRequestSchema, {
      message: { case: "config", value: { collection } },
    }),
    open: (messages, call) => stub.indexStream(messages, call),
    pack: async (item) => {
      const { id, payload } = item;
      const { image, ...options } = isText(item) ? { image: item } : item;
      const value = { id, input: await packInput(pack, image, options), payload };
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
      return outcome.case === "error"
        ? { id, error: fromStatus(outcome.value) }
        : { id, result: readIndexResult(outcome.value), timings: readTimings(timings) };
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
}: DetectStreamResponse | EmbedStreamResponse | IndexStreamResponse): PackedWindow | undefined {
  return message.case === "window" ? message.value : undefined;
}

function packed(input: PackedInput | { case: undefined }): PackedInput | undefined {
  return input.case === undefined ? undefined : input;
}
