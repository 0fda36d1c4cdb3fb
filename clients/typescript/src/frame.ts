// Frames as streams take them, and the answers that they get.

import type { Status } from "@ocelli/proto/google/rpc/status_pb";
import type { Dropped as PackedDropped } from "@ocelli/proto/ocelli/v1/stream_pb";
import type { Timings as PackedTimings } from "@ocelli/proto/ocelli/v1/timings_pb";
import { invalidArgument, type OcelliError } from "./error.js";
import type { ImageOptions } from "./image.js";
import { isText, type TextInput } from "./input.js";
import { exact } from "./plain.js";
import { type Dropped, readDropped, readTimings, type Timings } from "./result.js";
import { fromStatus } from "./status.js";

interface FrameTags {
  /** Returned with the answer. Unset: the frame's position in the stream, from 0. */
  readonly frameId?: bigint | number | string | undefined;
  /** When it was taken, in microseconds since any epoch; returned with the answer. Unset: 0. */
  readonly captureTimeUs?: bigint | number | string | undefined;
}

/** One frame of a stream, where its id, time, region or tolerance matter. */
export interface Frame<P> extends FrameTags, ImageOptions {
  /** The pixels. */
  readonly image: P;
}

/** A text in a stream of what is to be embedded. */
export interface TextFrame extends FrameTags, TextInput {}

/** A frame, or just its image. */
export type FrameLike<P> = P | Frame<P>;

/** A frame, just its image, or a text. */
export type EmbedFrameLike<P> = FrameLike<P> | TextFrame;

/** Anything to loop over, with or without `await`. */
export type Frames<T> = AsyncIterable<T> | Iterable<T>;

/** What identifies a frame, in its answer: numbers, or digits where a number is beyond 2^53. */
export interface FrameIdentity {
  /** As sent. */
  readonly frameId: number | string;
  /** As sent. */
  readonly captureTimeUs: number | string;
}

/** What identifies a frame, in the contract's messages. */
export interface FrameTagsPacked {
  readonly frameId: bigint;
  readonly captureTimeUs: bigint;
}

/** What became of a frame: exactly one of `result`, `error` and `dropped` is set. */
export type FrameOutcome<R> =
  | { result: R; timings: Timings; error?: undefined; dropped?: undefined }
  | { result?: undefined; timings?: undefined; error: OcelliError; dropped?: undefined }
  | { result?: undefined; timings?: undefined; error?: undefined; dropped: Dropped };

/** The answer to one frame. A frame that fails or is dropped does not end the stream. */
export type FrameAnswer<R> = FrameIdentity & FrameOutcome<R>;

/** Separates a frame from a bare image. */
export function asFrame<P>(frame: FrameLike<P>): Frame<P> {
  const isFrame = typeof frame === "object" && frame !== null && "image" in frame;
  return isFrame ? (frame as Frame<P>) : { image: frame as P };
}

/** What identifies a frame, as it is answered. Throws if it does not fit the contract. */
export function identityOf(frame: EmbedFrameLike<unknown>, position: number): FrameIdentity {
  const { frameId, captureTimeUs } = packTags(frame, position);
  return { frameId: exact(frameId), captureTimeUs: exact(captureTimeUs) };
}

/** What identifies a frame, as it is sent. Throws if it does not fit the contract. */
export function packTags(frame: EmbedFrameLike<unknown>, position: number): FrameTagsPacked {
  const tagged = isText(frame) ? (frame as TextFrame) : asFrame(frame);
  const { frameId = position, captureTimeUs = 0 } = tagged;
  return {
    frameId: whole("frameId", frameId),
    captureTimeUs: whole("captureTimeUs", captureTimeUs),
  };
}

function whole(field: string, value: bigint | number | string): bigint {
  const isWhole =
    typeof value === "string" ? /^-?\d+$/.test(value) : Number.isInteger(Number(value));
  if (!isWhole) {
    throw invalidArgument(field, `${field} is ${value}`, "expected a whole number");
  }
  return BigInt(value);
}

/** The answer to a frame, in the contract's messages. */
export interface FrameAnswerPacked<Packed> extends FrameTagsPacked {
  readonly outcome:
    | { case: "result"; value: Packed }
    | { case: "error"; value: Status }
    | { case: "dropped"; value: PackedDropped }
    | { case: undefined };
  readonly timings?: PackedTimings;
}

/** Reads the answer to a frame. */
export function readFrameAnswer<Packed, R>(
  { frameId, captureTimeUs, outcome, timings }: FrameAnswerPacked<Packed>,
  readResult: (packed: Packed | undefined) => R,
): FrameAnswer<R> {
  const identity = { frameId: exact(frameId), captureTimeUs: exact(captureTimeUs) };
  switch (outcome.case) {
    case "error":
      return { ...identity, error: fromStatus(outcome.value) };
    case "dropped":
      return { ...identity, dropped: readDropped(outcome.value) };
    default: {
      const result = readResult(outcome.case && outcome.value);
      return { ...identity, result, timings: readTimings(timings) };
    }
  }
}

/** The iterator of anything to loop over. */
export function iterate<T>(items: Frames<T>): AsyncIterator<T> {
  return (async function* () {
    yield* items;
  })();
}
