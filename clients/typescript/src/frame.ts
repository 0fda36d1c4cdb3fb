// Frames as streams take them, and the answers that they get.

import type { DetectFrameAnswer } from "@ocelli/proto/ocelli/v1/detect_pb";
import type { EmbedFrameAnswer } from "@ocelli/proto/ocelli/v1/embed_pb";
import type { Dropped } from "@ocelli/proto/ocelli/v1/stream_pb";
import type { Timings } from "@ocelli/proto/ocelli/v1/timings_pb";
import { invalidArgument, type OcelliError } from "./error.js";
import type { Region } from "./image.js";
import { isText, type TextInput } from "./input.js";
import type { DetectResult, EmbedResult } from "./result.js";
import { fromStatus } from "./status.js";

interface FrameTags {
  /** Returned with the answer. Unset: the frame's position in the stream, from 0. */
  readonly frameId?: bigint | number | undefined;
  /** When it was taken, in microseconds since any epoch; returned with the answer. Unset: 0. */
  readonly captureTimeUs?: bigint | number | undefined;
}

/** One frame of a stream, where its id, time or region matter. */
export interface Frame<P> extends FrameTags {
  /** The pixels. */
  readonly image: P;
  /** The part to look at. Unset: all of it. */
  readonly region?: Region | undefined;
}

/** A text in a stream of what is to be embedded. */
export interface TextFrame extends FrameTags, TextInput {}

/** A frame, or just its image. */
export type FrameLike<P> = P | Frame<P>;

/** A frame, just its image, or a text. */
export type EmbedFrameLike<P> = FrameLike<P> | TextFrame;

/** Anything to loop over, with or without `await`. */
export type Frames<T> = AsyncIterable<T> | Iterable<T>;

/** What identifies a frame, in its answer. */
export interface FrameIdentity {
  /** As sent. */
  readonly frameId: bigint;
  /** As sent. */
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

/** What the answer to a frame repeats. Throws if it does not fit the contract. */
export function identityOf(frame: EmbedFrameLike<unknown>, position: number): FrameIdentity {
  const tagged = isText(frame) ? (frame as TextFrame) : asFrame(frame);
  const { frameId = position, captureTimeUs = 0 } = tagged;
  return {
    frameId: whole("frameId", frameId),
    captureTimeUs: whole("captureTimeUs", captureTimeUs),
  };
}

function whole(field: string, value: bigint | number): bigint {
  if (typeof value === "number" && !Number.isInteger(value)) {
    throw invalidArgument(field, `${field} is ${value}`, "expected a whole number");
  }
  return BigInt(value);
}

/** Reads the answer to a frame of a detection stream. */
export function readDetectAnswer(answer: DetectFrameAnswer): FrameAnswer<DetectResult> {
  return read<DetectResult>(answer);
}

/** Reads the answer to a frame of an embedding stream. */
export function readEmbedAnswer(answer: EmbedFrameAnswer): FrameAnswer<EmbedResult> {
  return read<EmbedResult>(answer);
}

function read<R>(answer: DetectFrameAnswer | EmbedFrameAnswer): FrameAnswer<R> {
  const { frameId, captureTimeUs, outcome } = answer;
  switch (outcome.case) {
    case "error":
      return { frameId, captureTimeUs, error: fromStatus(outcome.value) };
    case "dropped":
      return { frameId, captureTimeUs, dropped: outcome.value };
    default:
      // The contract promises an outcome, and timings with a result.
      return {
        frameId,
        captureTimeUs,
        result: outcome.value as R,
        timings: answer.timings as Timings,
      };
  }
}

/** The iterator of anything to loop over. */
export function iterate<T>(items: Frames<T>): AsyncIterator<T> {
  return (async function* () {
    yield* items;
  })();
}
