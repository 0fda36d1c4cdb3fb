// A model follows a video: what it sees in the newest frame, as fast as there are answers.

import type { FrameAnswer, Frames } from "@ocelli/client/web";
import type { Seen } from "./look.js";
import type { Meters } from "./meters.js";
import { show } from "./stage.js";
import { type CapturedFrame, newestFrames } from "./video.js";

const FAILURES_IN_A_ROW = 3;

/** Looks at frames and answers each, in order. */
export type SeeFrames = (
  frames: Frames<{ image: Blob; frameId: number }>,
) => AsyncGenerator<FrameAnswer<Seen>>;

/** Shows what is seen in the frames of a video until it ends, or until the signal takes no more of them. */
export async function follow(
  video: HTMLVideoElement,
  meters: Meters,
  see: SeeFrames,
  enough: AbortSignal,
): Promise<void> {
  const pending = new Map<number | string, { bitmap: ImageBitmap; at: number }>();
  let failures = 0;
  try {
    const frames = numbered(newestFrames(video, enough), (frameId, { bitmap }) =>
      pending.set(frameId, { bitmap, at: performance.now() }),
    );
    for await (const { frameId, result, error } of see(frames)) {
      const frame = pending.get(frameId);
      pending.delete(frameId);
      if (result && frame) {
        failures = 0;
        meters.note(performance.now() - frame.at, result.timings);
        show(frame.bitmap, result);
      } else {
        meters.noteFailure();
        if (error && ++failures === FAILURES_IN_A_ROW) {
          throw error;
        }
      }
      frame?.bitmap.close();
    }
  } finally {
    for (const { bitmap } of pending.values()) {
      bitmap.close();
    }
  }
}

async function* numbered(
  frames: AsyncIterable<CapturedFrame>,
  note: (frameId: number, frame: CapturedFrame) => void,
): AsyncGenerator<{ image: Blob; frameId: number }> {
  let frameId = 0;
  for await (const frame of frames) {
    note(frameId, frame);
    yield { image: frame.jpeg, frameId: frameId++ };
  }
}
