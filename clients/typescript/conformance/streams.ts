// The SDK's streams, with the contract's JSON in and out.

import { setTimeout as sleep } from "node:timers/promises";
import type { DescMessage } from "@bufbuild/protobuf";
import type {
  Client,
  Frame,
  FrameAnswer,
  ImageLike,
  ImageOptions,
  IndexAnswer,
  IndexItem,
  TextFrame,
  WindowOptions,
} from "@ocelli/client";
import { ClassifyFrameSchema, ClassifyResultSchema } from "@ocelli/proto/ocelli/v1/classify_pb";
import { DetectFrameSchema, DetectResultSchema } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedFrameSchema, EmbedResultSchema } from "@ocelli/proto/ocelli/v1/embed_pb";
import { type Image, PixelFormat, Tolerance } from "@ocelli/proto/ocelli/v1/image_pb";
import {
  IndexItemSchema,
  IndexResultSchema,
  IndexStreamConfigSchema,
} from "@ocelli/proto/ocelli/v1/point_pb";
import { DroppedSchema, StreamWindowSchema } from "@ocelli/proto/ocelli/v1/stream_pb";
import { TimingsSchema } from "@ocelli/proto/ocelli/v1/timings_pb";
import type { Json, JsonObject } from "./json.js";
import { parse, printPlain, withBytes } from "./message.js";
import type { Answer, Observed } from "./observed.js";
import { classifyOptions, detectOptions, embedOptions } from "./options.js";
import type { Case } from "./plan.js";

/** Opens the stream of a case, and yields its answers. Notes the windows and what is sent. */
export function answersOf(
  client: Client,
  testCase: Case,
  folder: string,
  seen: Observed,
): AsyncIterable<Answer> {
  const { config = {}, timeout_ms: timeoutMs } = testCase;
  const onWindow: WindowOptions["onWindow"] = (window) => {
    seen.windows.push(printPlain(StreamWindowSchema, window) ?? null);
  };
  switch (testCase.rpc) {
    case "DetectService/DetectStream": {
      const frames = drawn(testCase, folder, frameOf(DetectFrameSchema, seen));
      const options = { ...detectOptions(config), timeoutMs, onWindow };
      return mapped(client.detectStream(frames, options), frameAnswer(DetectResultSchema));
    }
    case "ClassifyService/ClassifyStream": {
      const frames = drawn(testCase, folder, frameOf(ClassifyFrameSchema, seen));
      const options = { ...classifyOptions(config), timeoutMs, onWindow };
      return mapped(client.classifyStream(frames, options), frameAnswer(ClassifyResultSchema));
    }
    case "EmbedService/EmbedStream": {
      const frames = drawn(testCase, folder, embedFrameOf(seen));
      const options = { ...embedOptions(config), timeoutMs, onWindow };
      return mapped(client.embedStream(frames, options), frameAnswer(EmbedResultSchema));
    }
    case "PointService/IndexStream": {
      const items = drawn(testCase, folder, itemOf(seen));
      const { collection } = parse(IndexStreamConfigSchema, config);
      return mapped(client.index(collection, items, { timeoutMs, onWindow }), indexAnswer);
    }
    default:
      throw new Error(`there is no stream ${testCase.rpc}`);
  }
}

/** What makes an item of a stream from its JSON, and notes that it is sent. */
export type ReadItem<T> = (json: Json, position: number, repeated: boolean) => T;

/** Reads a frame that is an image. */
export function frameOf(
  desc: typeof DetectFrameSchema | typeof ClassifyFrameSchema,
  seen: Observed,
): ReadItem<Frame<ImageLike>> {
  return (json, position, repeated) => {
    const { frameId, captureTimeUs, image } = parse<typeof desc>(desc, json);
    const id = noted(seen, frameId, position, repeated);
    return { image: imageOf(image), frameId: id, captureTimeUs, ...optionsOf(image) };
  };
}

function embedFrameOf(seen: Observed): ReadItem<Frame<ImageLike> | TextFrame> {
  return (json, position, repeated) => {
    const { frameId, captureTimeUs, input } = parse(EmbedFrameSchema, json);
    const tags = { frameId: noted(seen, frameId, position, repeated), captureTimeUs };
    return input.case === "text"
      ? { text: input.value, ...tags }
      : { image: imageOf(input.value), ...optionsOf(input.value), ...tags };
  };
}

function itemOf(seen: Observed): ReadItem<IndexItem<ImageLike>> {
  return (json) => {
    const { id, input, payload } = parse(IndexItemSchema, json);
    seen.sent.push(id);
    return input.case === "text"
      ? { id, payload, text: input.value }
      : { id, payload, image: imageOf(input.value), ...optionsOf(input.value) };
  };
}

function noted(seen: Observed, frameId: bigint, position: number, repeated: boolean): bigint {
  const sent = repeated ? BigInt(position) : frameId;
  seen.sent.push(sent.toString());
  return sent;
}

/** Puts the answer to a frame in the contract's keys. */
export function frameAnswer<Desc extends DescMessage>(desc: Desc) {
  return <R>(answer: FrameAnswer<R>): Answer => {
    const { frameId, captureTimeUs, result, dropped, timings, error } = answer;
    const json = {
      frameId: frameId.toString(),
      captureTimeUs: captureTimeUs.toString(),
      result: printPlain(desc, result as object | undefined),
      dropped: printPlain(DroppedSchema, dropped),
      timings: printPlain(TimingsSchema, timings),
    };
    return { key: json.frameId, json: withoutUndefined(json), error };
  };
}

function indexAnswer({ id, result, error, timings }: IndexAnswer): Answer {
  const json = {
    id,
    result: printPlain(IndexResultSchema, result),
    timings: printPlain(TimingsSchema, timings),
  };
  return { key: id, json: withoutUndefined(json), error };
}

async function* drawn<T>(testCase: Case, folder: string, read: ReadItem<T>): AsyncGenerator<T> {
  const { frames = [], repeat = 1, pause_ms: pauseMs = 0 } = testCase;
  const repeated = testCase.repeat !== undefined;
  for (let position = 0; position < frames.length * repeat; position++) {
    if (position > 0 && pauseMs > 0) {
      await sleep(pauseMs);
    }
    const json = frames[position % frames.length] as Json;
    yield read(withBytes(json, folder), position, repeated);
  }
}

async function* mapped<T>(
  answers: AsyncIterable<T>,
  read: (answer: T) => Answer,
): AsyncGenerator<Answer> {
  for await (const answer of answers) {
    yield read(answer);
  }
}

function imageOf(image: Image | undefined): ImageLike {
  const source = image?.source;
  if (source?.case !== "raw") {
    return source?.value ?? new Uint8Array();
  }
  const { data: pixels, width, height, stride, format } = source.value;
  const name = PixelFormat[format] as Exclude<keyof typeof PixelFormat, "UNSPECIFIED">;
  return { pixels, width, height, stride, format: name };
}

function optionsOf(image: Image | undefined): ImageOptions {
  const { region, tolerance = Tolerance.UNSPECIFIED } = image ?? {};
  const name = Tolerance[tolerance] as keyof typeof Tolerance;
  return { region, tolerance: name === "UNSPECIFIED" ? undefined : name };
}

function withoutUndefined(json: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(json).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}
