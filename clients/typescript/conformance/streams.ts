// The SDK's streams, asked in the contract's JSON.

import { setTimeout as sleep } from "node:timers/promises";
import type { DescMessage } from "@bufbuild/protobuf";
import type {
  Client,
  DetectOptions,
  Frame,
  FrameAnswer,
  IndexAnswer,
  ImageLike,
  StreamOptions,
} from "@ocelli/client";
import {
  DetectFrameSchema,
  DetectResultSchema,
  type DetectStreamConfig,
  DetectStreamConfigSchema,
} from "@ocelli/proto/ocelli/v1/detect_pb";
import {
  EmbedFrameSchema,
  EmbedResultSchema,
  EmbedStreamConfigSchema,
} from "@ocelli/proto/ocelli/v1/embed_pb";
import { type Image, PixelFormat } from "@ocelli/proto/ocelli/v1/image_pb";
import {
  IndexItemSchema,
  IndexStreamConfigSchema,
  IndexWindowSchema,
} from "@ocelli/proto/ocelli/v1/search_pb";
import {
  DropPolicy,
  DroppedSchema,
  StreamWindowSchema,
  type StreamOptions as Treatment,
} from "@ocelli/proto/ocelli/v1/stream_pb";
import { TimingsSchema } from "@ocelli/proto/ocelli/v1/timings_pb";
import type { Json, JsonObject } from "./json.js";
import { parse, print, withBytes } from "./message.js";
import type { Answer, Observed } from "./observed.js";
import type { Case } from "./plan.js";

/** Opens the stream that a case asks for, and yields its answers. Notes the window and what is sent. */
export function answersOf(
  client: Client,
  asked: Case,
  folder: string,
  seen: Observed,
): AsyncIterable<Answer> {
  const { config = {}, timeout_ms: timeoutMs } = asked;
  const onWindow: StreamOptions["onWindow"] = (window) => {
    seen.window = print(StreamWindowSchema, window);
  };
  switch (asked.rpc) {
    case "DetectService/DetectStream": {
      const frames = drawn(asked, folder, frameOf(DetectFrameSchema, seen));
      const options = { ...detectOptions(config), timeoutMs, onWindow };
      return mapped(client.detectStream(frames, options), frameAnswer(DetectResultSchema));
    }
    case "EmbedService/EmbedStream": {
      const { model, options, stream } = parse(EmbedStreamConfigSchema, config);
      const frames = drawn(asked, folder, frameOf(EmbedFrameSchema, seen));
      const how = {
        model,
        raw: options?.raw ?? false,
        ...treatment(stream),
        timeoutMs,
        onWindow,
      };
      return mapped(client.embedStream(frames, how), frameAnswer(EmbedResultSchema));
    }
    case "SearchService/IndexStream": {
      const items = drawn(asked, folder, (json) => {
        const { id, image, payload } = parse(IndexItemSchema, json);
        seen.sent.push(id);
        return { id, image: imageOf(image), payload };
      });
      const { collection } = parse(IndexStreamConfigSchema, config);
      const options: Parameters<Client["index"]>[2] = {
        timeoutMs,
        onWindow: (window) => {
          seen.window = print(IndexWindowSchema, window);
        },
      };
      return mapped(client.index(collection, items, options), indexAnswer);
    }
    default:
      throw new Error(`there is no stream ${asked.rpc}`);
  }
}

/** Reads the configuration of a detection stream. */
export function detectOptions(config: JsonObject): DetectOptions & StreamOptions {
  const { model, options, stream }: DetectStreamConfig = parse(DetectStreamConfigSchema, config);
  const { $typeName: _, $unknown: __, ...report } = options ?? ({} as NonNullable<typeof options>);
  return { model, ...report, ...treatment(stream) };
}

/** Reads a frame, and notes that it is sent. */
export function frameOf(
  desc: typeof DetectFrameSchema | typeof EmbedFrameSchema,
  seen: Observed,
): (json: Json, position: number, repeated: boolean) => Frame<ImageLike> {
  return (json, position, repeated) => {
    const frame = parse(desc, json);
    const frameId = repeated ? BigInt(position) : frame.frameId;
    seen.sent.push(frameId.toString());
    const { captureTimeUs, image } = frame;
    const region = image?.region;
    return { image: imageOf(image), frameId, captureTimeUs, region };
  };
}

/** Puts the answer to a frame in the contract's keys. */
export function frameAnswer<Desc extends DescMessage>(desc: Desc) {
  return <R>(answer: FrameAnswer<R>): Answer => {
    const { frameId, captureTimeUs, result, dropped, timings, error } = answer;
    const json = {
      frameId: frameId.toString(),
      captureTimeUs: captureTimeUs.toString(),
      result: print(desc, result as never),
      dropped: print(DroppedSchema, dropped),
      timings: print(TimingsSchema, timings),
    };
    return { key: json.frameId, json: withoutUndefined(json), error };
  };
}

function indexAnswer({ id, error, timings }: IndexAnswer): Answer {
  return { key: id, json: withoutUndefined({ id, timings: print(TimingsSchema, timings) }), error };
}

async function* drawn<T>(
  asked: Case,
  folder: string,
  read: (json: Json, position: number, repeated: boolean) => T,
): AsyncGenerator<T> {
  const { frames = [], repeat = 1, pause_ms: pauseMs = 0 } = asked;
  const repeated = asked.repeat !== undefined;
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

function treatment(stream: Treatment | undefined): StreamOptions {
  if (!stream) {
    return {};
  }
  const { dropPolicy, maxFrameAgeMs, maxInFlightFrames } = stream;
  const latest = dropPolicy === DropPolicy.LATEST;
  return { dropPolicy: latest ? "latest" : "all", maxFrameAgeMs, maxInFlightFrames };
}

function withoutUndefined(json: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(json).filter(([, value]) => value !== undefined),
  ) as JsonObject;
}
