// What streams of all kinds take.

import type { MessageInitShape } from "@bufbuild/protobuf";
import { OverflowPolicy, type StreamOptionsSchema } from "@ocelli/proto/ocelli/v1/stream_pb";
import type { StreamWindow } from "./result.js";

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

/** Packs how a stream of frames is to be treated. */
export function packStreamOptions(
  options: StreamOptions,
): MessageInitShape<typeof StreamOptionsSchema> {
  const { overflowPolicy = "UNSPECIFIED", maxFrameAgeMs, maxInFlightFrames } = options;
  return { overflowPolicy: OverflowPolicy[overflowPolicy], maxFrameAgeMs, maxInFlightFrames };
}
