// What a model sees in images: objects, or classes.

import {
  type Classified,
  type Detected,
  type FrameAnswer,
  type Frames,
  type Model,
  Task,
  type WebClient,
} from "@ocelli/client/web";

const IN_FLIGHT = 4;

/** What was seen in one image. */
export type Seen = Detected | Classified;

/** Which model looks, and what it reports. */
export interface Look {
  /** Unset: there is none. */
  readonly model: Model | undefined;
  readonly scoreThreshold: number;
  readonly labels: readonly string[];
}

/** Whether a model says what an image shows as a whole. */
export function isClassifier(model: Model | undefined): boolean {
  return model?.task === Task.CLASSIFY;
}

/** Looks at one image. */
export function see(
  client: WebClient,
  image: Blob,
  look: Look,
  signal: AbortSignal,
): Promise<Seen> {
  const options = { ...optionsOf(look), signal };
  return isClassifier(look.model)
    ? client.classify(image, options)
    : client.detect(image, { ...options, maskFormat: "POLYGONS" });
}

/** Looks at frames, several at once. Masks are left out: they would cost frames per second. */
export function seeFrames(
  client: WebClient,
  frames: Frames<{ image: Blob; frameId: number }>,
  look: Look,
  signal: AbortSignal,
): AsyncGenerator<FrameAnswer<Seen>> {
  const options = { ...optionsOf(look), signal, inFlight: IN_FLIGHT };
  return isClassifier(look.model)
    ? client.classifyFrames(frames, options)
    : client.detectFrames(frames, options);
}

function optionsOf({ model, scoreThreshold, labels }: Look) {
  return { scoreThreshold, labels: [...labels], ...(model && { model: model.name }) };
}
