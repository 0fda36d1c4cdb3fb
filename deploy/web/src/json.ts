// Answers as JSON, in the form that HTTP/JSON has: 64-bit numbers are strings.

import type { Detected, Hit } from "@ocelli/client/web";

/** The answer to Detect. */
export function detectedJson({ detections, timings, ...rest }: Detected): object {
  const { width, height, model, modelVersion } = rest;
  return {
    result: {
      detections: detections.map(({ box, score, label, classId }) => ({
        box: {
          xMin: shortest(box.xMin),
          yMin: shortest(box.yMin),
          xMax: shortest(box.xMax),
          yMax: shortest(box.yMax),
        },
        score: shortest(score),
        label,
        classId,
      })),
      width,
      height,
      model,
      modelVersion,
    },
    timings: {
      decodeUs: String(timings.decodeUs),
      queueUs: String(timings.queueUs),
      inferenceUs: String(timings.inferenceUs),
      postprocessUs: String(timings.postprocessUs),
      totalUs: String(timings.totalUs),
    },
  };
}

/** The hits of Search. */
export function hitsJson(hits: readonly Hit[]): object {
  return {
    hits: hits.map(({ id, score, payload }) => ({ id, score: shortest(score), payload })),
  };
}

/** A float32 with no more digits than tell it from its neighbours. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) {
      return rounded;
    }
  }
  return value;
}
