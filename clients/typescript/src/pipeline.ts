// A stream's shape where there are only unary calls: several at once, answers in order.

import type { Timings } from "@ocelli/proto/ocelli/v1/timings_pb";
import { OcelliError } from "./error.js";
import {
  asFrame,
  type Frame,
  type FrameAnswer,
  type FrameLike,
  type Frames,
  identityOf,
  iterate,
} from "./frame.js";

/**
 * Asks for frames, at most `inFlight` at once, and yields their answers in the order of the frames.
 *
 * A frame is drawn when there is room for it and not before; an answer does not wait for the next
 * frame. A frame that the service refuses is answered with its error. What ends it all is thrown,
 * after the answers before it: a server that cannot be reached, and whatever `frames` throws. Leaving
 * the loop ends the calls under way.
 *
 * @param frames what to ask for.
 * @param inFlight most calls at once, at least 1.
 * @param ask makes one call.
 */
export async function* pipeline<P, R extends { timings: Timings }>(
  frames: Frames<FrameLike<P>>,
  inFlight: number,
  ask: (frame: Frame<P>, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<FrameAnswer<R>, void, undefined> {
  const left = new AbortController();
  const source = iterate(frames);
  const waiting: Promise<FrameAnswer<R>>[] = [];
  let position = 0;
  let drawn: Promise<void> | undefined;
  let ended = false;

  const answer = async (frame: FrameLike<P>): Promise<FrameAnswer<R>> => {
    const identity = identityOf(frame, position++);
    try {
      const result = await ask(asFrame(frame), left.signal);
      return { ...identity, result, timings: result.timings };
    } catch (error) {
      // Without a reason of the service's or a fault of its own, the next frame would fare no better.
      if (error instanceof OcelliError && (error.reason || error.code === "INVALID_ARGUMENT")) {
        return { ...identity, error };
      }
      throw error;
    }
  };
  const push = (asked: Promise<FrameAnswer<R>>) => {
    asked.catch(() => {}); // It is thrown in its turn, not as an unhandled rejection before.
    waiting.push(asked);
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
    while (!ended || waiting.length > 0) {
      if (!ended && waiting.length < Math.max(1, inFlight)) {
        drawn ??= draw();
      }
      const oldest = waiting[0];
      const answered = await Promise.race(
        [drawn, oldest].filter((pending) => pending !== undefined),
      );
      if (answered) {
        waiting.shift();
        yield answered;
      }
    }
  } finally {
    left.abort();
    void source.return?.()?.catch(() => {});
  }
}
