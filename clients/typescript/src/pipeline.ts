// A stream's shape where there are only unary calls: several at once, answers in order.

import { OcelliError } from "./error.js";
import {
  type EmbedFrameLike,
  type FrameAnswer,
  type Frames,
  identityOf,
  iterate,
} from "./frame.js";
import type { Timings } from "./result.js";

/**
 * Makes a call for each frame, at most `inFlight` at once, and yields their answers in the order of
 * the frames.
 *
 * A frame is drawn when there is room for it and not before; an answer does not wait for the next
 * frame. A frame that the service refuses is answered with its error. What ends it all is thrown,
 * after the answers before it: a server that cannot be reached, and whatever `frames` throws. Leaving
 * the loop ends the calls under way.
 *
 * @param frames what to call with.
 * @param inFlight most calls at once, at least 1.
 * @param call makes one call.
 */
export async function* pipeline<F extends EmbedFrameLike<unknown>, R extends { timings: Timings }>(
  frames: Frames<F>,
  inFlight: number,
  call: (frame: F, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<FrameAnswer<R>, void, undefined> {
  const left = new AbortController();
  const source = iterate(frames);
  const pending: Promise<FrameAnswer<R>>[] = [];
  let position = 0;
  let drawn: Promise<void> | undefined;
  let ended = false;

  const answer = async (frame: F): Promise<FrameAnswer<R>> => {
    const identity = identityOf(frame, position++);
    try {
      const result = await call(frame, left.signal);
      return { ...identity, result, timings: result.timings };
    } catch (error) {
      // Without a reason of the service's or a fault of its own, the next frame would fare no better.
      if (error instanceof OcelliError && (error.reason || error.code === "INVALID_ARGUMENT")) {
        return { ...identity, error };
      }
      throw error;
    }
  };
  const push = (answered: Promise<FrameAnswer<R>>) => {
    answered.catch(() => {}); // It is thrown in its turn, not as an unhandled rejection before.
    pending.push(answered);
  };
  const draw = async (): Promise<void> => {
    try {
      const { done, value } = await source.next();
      ended = done === true;
      if (!ended) {
        push(answer(value));
      }
    } catch (error) {
      ended = true;
      push(Promise.reject(error));
    }
    drawn = undefined;
  };

  try {
    while (!ended || pending.length > 0) {
      if (!ended && pending.length < Math.max(1, inFlight)) {
        drawn ??= draw();
      }
      const oldest = pending[0];
      const answered = await Promise.race(
        [drawn, oldest].filter((promise) => promise !== undefined),
      );
      if (answered) {
        pending.shift();
        yield answered;
      }
    }
  } finally {
    left.abort();
    void source.return?.()?.catch(() => {});
  }
}
