// A stream of frames that goes on over restarts, and what became of each frame.

import type { Client } from "@ocelli/client";
import type { Outcomes, Streamed } from "./outcomes.js";
import type { Pace } from "./pace.js";

const RESUME_MS = 60_000;

/** Streams an image again and again until the pace is over. */
export async function stream(
  client: Client,
  image: Uint8Array,
  model: string,
  pace: Pace,
  outcomes: Outcomes,
): Promise<void> {
  const found: Streamed = { sent: 0, answered: 0, failed: 0, twice: 0, lost: 0 };
  async function* frames() {
    for (let frameId = await pace.next(); frameId !== undefined; frameId = await pace.next()) {
      found.sent++;
      yield { image, frameId };
    }
  }
  let expected = 0;
  try {
    const options = { model, resumeMs: RESUME_MS };
    for await (const { frameId, result } of client.detectStream(frames(), options)) {
      const id = Number(frameId);
      if (id < expected) {
        found.twice++;
        continue;
      }
      found.lost += id - expected;
      expected = id + 1;
      if (result?.detections.length) {
        found.answered++;
      } else {
        found.failed++;
      }
    }
  } catch (error) {
    outcomes.streamFailed(error);
  }
  found.lost += found.sent - expected;
  outcomes.streamed(found);
}
