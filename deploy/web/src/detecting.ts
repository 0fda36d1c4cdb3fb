// What happens to an image, a video or a camera: it is looked at, and its boxes are drawn.

import type { DetectOptions, WebClient } from "@ocelli/client/web";
import { onFile } from "./dropping.js";
import { element } from "./element.js";
import { clearFailure, showFailure } from "./failure.js";
import { newest, play, release, type Shot } from "./film.js";
import { clearMeters, Meters } from "./meters.js";
import { clear, draw } from "./stage.js";

const IN_FLIGHT = 4;
const FAILURES_IN_A_ROW = 3;

const model = element("model", HTMLSelectElement);
const threshold = element("threshold", HTMLInputElement);
const stop = element("stop", HTMLButtonElement);

let looking = new AbortController();
let image: File | undefined;

/** Makes the upper part of the page work. */
export function startDetecting(client: WebClient): void {
  const begin = (look: (signal: AbortSignal) => Promise<void>) => {
    looking.abort();
    const current = new AbortController();
    looking = current;
    clearFailure();
    clearMeters();
    stop.disabled = false;
    look(current.signal)
      .catch((error: unknown) => {
        if (!current.signal.aborted) {
          clear();
          showFailure(error);
        }
      })
      .finally(() => {
        stop.disabled = looking === current || stop.disabled;
      });
  };
  const take = (file: File) => {
    const isVideo = file.type.startsWith("video/");
    image = isVideo ? undefined : file;
    begin((signal) =>
      isVideo ? lookAtFilm(client, file, signal) : lookAtImage(client, file, signal),
    );
  };

  onFile(element("stage", HTMLElement), element("file", HTMLInputElement), take);
  element("camera", HTMLButtonElement).addEventListener("click", () => {
    image = undefined;
    begin(async (signal) => lookAtFilm(client, await camera(), signal));
  });
  stop.addEventListener("click", () => {
    looking.abort();
    stop.disabled = true;
  });
  threshold.addEventListener("input", () => {
    element("threshold-value", HTMLOutputElement).value = Number(threshold.value).toFixed(2);
  });
  for (const control of [model, threshold]) {
    control.addEventListener("change", () => {
      if (image) {
        take(image);
      }
    });
  }
}

async function lookAtImage(client: WebClient, file: File, signal: AbortSignal): Promise<void> {
  const meters = new Meters();
  const began = performance.now();
  const found = await client.detect(file, { ...options(), signal });
  meters.note(performance.now() - began, found.timings);
  // A TIFF, for one, is an image to the server and none to most browsers.
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  draw(bitmap, found);
  bitmap?.close();
}

async function lookAtFilm(
  client: WebClient,
  source: File | MediaStream,
  signal: AbortSignal,
): Promise<void> {
  const meters = new Meters();
  const video = await play(source);
  const asked = new Map<bigint, { bitmap: ImageBitmap; at: number }>();
  let failures = 0;
  try {
    const frames = numbered(newest(video, signal), (frameId, { bitmap }) =>
      asked.set(frameId, { bitmap, at: performance.now() }),
    );
    for await (const { frameId, result, error } of client.detectFrames(frames, {
      ...options(),
      inFlight: IN_FLIGHT,
      signal,
    })) {
      const shot = asked.get(frameId);
      asked.delete(frameId);
      if (result && shot) {
        failures = 0;
        meters.note(performance.now() - shot.at, result.timings);
        draw(shot.bitmap, result);
      } else {
        meters.noteFailure();
        if (error && ++failures === FAILURES_IN_A_ROW) {
          throw error;
        }
      }
      shot?.bitmap.close();
    }
  } finally {
    release(video);
    for (const { bitmap } of asked.values()) {
      bitmap.close();
    }
  }
}

async function* numbered(
  shots: AsyncIterable<Shot>,
  note: (frameId: bigint, shot: Shot) => void,
): AsyncGenerator<{ image: Blob; frameId: bigint }> {
  let frameId = 0n;
  for await (const shot of shots) {
    note(frameId, shot);
    yield { image: shot.jpeg, frameId: frameId++ };
  }
}

async function camera(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
  } catch (error) {
    throw new Error(
      "the camera cannot be used: allow it, and open this page on localhost or https",
      {
        cause: error,
      },
    );
  }
}

function options(): DetectOptions {
  return {
    scoreThreshold: Number(threshold.value),
    ...(model.value && { model: model.value }),
  };
}
