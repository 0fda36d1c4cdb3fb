// The streams of frames, each as a `StreamCall`. They differ in their messages and in what a frame may be.

import { create } from "@bufbuild/protobuf";
import type { Client as Stub } from "@connectrpc/connect";
import {
  type ClassifyService,
  ClassifyStreamConfigSchema,
  ClassifyStreamRequestSchema,
  type ClassifyStreamResponse,
} from "@ocelli/proto/ocelli/v1/classify_pb";
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
import type { Image } from "@ocelli/proto/ocelli/v1/image_pb";
import type { StreamWindow as PackedWindow } from "@ocelli/proto/ocelli/v1/stream_pb";
import type { StreamCall } from "./bidi.js";
import type { OcelliError } from "./error.js";
import {
  asFrame,
  type EmbedFrameLike,
  type FrameAnswer,
  type FrameAnswerPacked,
  type FrameLike,
  type FrameTagsPacked,
  identityOf,
  packTags,
  readFrameAnswer,
} from "./frame.js";
import type { Pack } from "./image.js";
import { isText, type PackedInput, packInput, setInput } from "./input.js";
import type { ClassifyOptions, DetectOptions, EmbedOptions } from "./options.js";
import { packClassifyOptions, packDetectOptions } from "./packing.js";
import {
  type ClassifyResult,
  type DetectResult,
  type EmbedResult,
  readClassifyResult,
  readDetectResult,
  readEmbedResult,
} from "./result.js";
import { packStreamOptions, type StreamOptions } from "./stream.js";

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
  const { model, modelVersion } = options;
  const config = create(DetectStreamConfigSchema, {
    model,
    modelVersion,
    options: packDetectOptions(options),
    stream: packStreamOptions(options),
  });
  return {
    schema: DetectStreamRequestSchema,
    config: create(DetectStreamRequestSchema, { message: { case: "config", value: config } }),
    open: (messages, call) => stub.detectStream(messages, call),
    ...images(pack, (value) =>
      create(DetectStreamRequestSchema, { message: { case: "frame", value } }),
    ),
    ...answers(readDetectResult),
  };
}

/** Says what frames show. */
export function classifyStream<P>(
  stub: Stub<typeof ClassifyService>,
  pack: Pack<P>,
  options: ClassifyOptions & StreamOptions,
): StreamCall<
  typeof ClassifyStreamRequestSchema,
  ClassifyStreamResponse,
  FrameLike<P>,
  FrameAnswer<ClassifyResult>
> {
  const { model, modelVersion } = options;
  const config = create(ClassifyStreamConfigSchema, {
    model,
    modelVersion,
    options: packClassifyOptions(options),
    stream: packStreamOptions(options),
  });
  return {
    schema: ClassifyStreamRequestSchema,
    config: create(ClassifyStreamRequestSchema, { message: { case: "config", value: config } }),
    open: (messages, call) => stub.classifyStream(messages, call),
    ...images(pack, (value) =>
      create(ClassifyStreamRequestSchema, { message: { case: "frame", value } }),
    ),
    ...answers(readClassifyResult),
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
  const { model, modelVersion, raw } = options;
  const config = create(EmbedStreamConfigSchema, {
    model,
    modelVersion,
    options: { raw },
    stream: packStreamOptions(options),
  });
  return {
    schema: EmbedStreamRequestSchema,
    config: create(EmbedStreamRequestSchema, { message: { case: "config", value: config } }),
    open: (messages, call) => stub.embedStream(messages, call),
    pack: async (frame, position) => {
      const { image, ...options } = isText(frame) ? { image: frame } : asFrame(frame);
      const input = await packInput(pack, image, options);
      const value = { ...packTags(frame, position), input };
      return create(EmbedStreamRequestSchema, { message: { case: "frame", value } });
    },
    inputOf: ({ message }) =>
      message.case === "frame" ? setInput(message.value.input) : undefined,
    packBlank: (frame, position) =>
      create(EmbedStreamRequestSchema, {
        message: { case: "frame", value: packTags(frame, position) },
      }),
    ...answers(readEmbedResult),
  };
}

interface ImageFrame extends FrameTagsPacked {
  readonly image?: Image;
}

type ImageRequest = {
  readonly message: { case: "frame"; value: { image?: Image } } | { case: "config" | undefined };
};

/** How frames that are images become requests. */
function images<P, Request extends ImageRequest>(
  pack: Pack<P>,
  requestOf: (frame: ImageFrame) => Request,
) {
  return {
    pack: async (frame: FrameLike<P>, position: number) => {
      const { image, ...options } = asFrame(frame);
      return requestOf({ ...packTags(frame, position), image: await pack(image, options) });
    },
    packBlank: (frame: FrameLike<P>, position: number) => requestOf(packTags(frame, position)),
    inputOf: ({ message }: Request): PackedInput | undefined => {
      const image = message.case === "frame" ? message.value.image : undefined;
      return image && { case: "image", value: image };
    },
  };
}

interface Response<Packed> {
  readonly message:
    | { case: "window"; value: PackedWindow }
    | { case: "answer"; value: FrameAnswerPacked<Packed> }
    | { case: undefined };
}

/** How responses become windows and answers. */
function answers<Packed, Result>(readResult: (packed: Packed | undefined) => Result) {
  return {
    fail: (frame: EmbedFrameLike<unknown>, position: number, error: OcelliError) => ({
      ...identityOf(frame, position),
      error,
    }),
    readWindow: ({ message }: Response<Packed>) =>
      message.case === "window" ? message.value : undefined,
    readAnswer: ({ message }: Response<Packed>) =>
      message.case === "answer" ? readFrameAnswer(message.value, readResult) : undefined,
  };
}
