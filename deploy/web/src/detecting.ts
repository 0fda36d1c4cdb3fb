// Detection in an image, a video or a camera, whose boxes are drawn.

import type { DetectOptions, WebClient } from "@ocelli/client/web";
import { onFile } from "./dropping.js";
import { element } from "./element.js";
import { clearFailure, showFailure } from "./failure.js";
import { clearMeters, Meters } from "./meters.js";
import { clear, draw } from "./stage.js";
import { type CapturedFrame, newestFrames, play, release } from "./video.js";

const IN_FLIGHT = 4;
const FAILURES_IN_A_ROW = 3;

const model = element("model", HTMLSelectElement);
const threshold = element("threshold", HTMLInputElement);
const stop = element("stop", HTMLButtonElement);

let running = new AbortController();
let image: File | undefined;

/** Makes the upper part of the page work. */
export function startDetecting(client: WebClient): void {
  const begin = (detect: (signal: AbortSignal) => Promise<void>) => {
    running.abort();
    const current = new AbortController();
    running = current;
    clearFailure();
    clearMeters();
    stop.disabled = false;
    detect(current.signal)
      .catch((error: unknown) => {
        if (!current.signal.aborted) {
          clear();
          showFailure(error);
        }
      })
      .finally(() => {
        stop.disabled = running === current || stop.disabled;
      });
  };
  const take = (file: File) => {
    const isVideo = file.type.startsWith("video/");
    image = isVideo ? undefined : file;
    begin((signal) =>
      isVideo ? detectVideo(client, file, signal) : detectImage(client, file, signal),
    );
  };

  onFile(element("stage", HTMLElement), element("file", HTMLInputElement), take);
  element("camera", HTMLButtonElement).addEventListener("click", () => {
    image = undefined;
    begin(async (signal) => detectVideo(client, await camera(), signal));
  });
  stop.addEventListener("click", () => {
    running.abort();
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

async function detectImage(client: WebClient, file: File, signal: AbortSignal): Promise<void> {
  const meters = new Meters();
  const began = performance.now();
  const found = await client.detect(file, { ...options(), signal });
  meters.note(performance.now() - began, found.timings);
  // A TIFF, for one, is an image to the server and none to most browsers.
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  draw(bitmap, found);
  bitmap?.close();
}

async function detectVideo(
  client: WebClient,
  source: File | MediaStream,
  signal: AbortSignal,
): Promise<void> {
  const meters = new Meters();
  const video = await play(source);
  const pending = new Map<bigint, { bitmap: ImageBitmap; at: number }>();
  let failures = 0;
  try {
    const frames = numbered(newestFrames(video, signal), (frameId, { bitmap }) =>
      pending.set(frameId, { bitmap, at: performance.now() }),
    );
    for await (const { frameId, result, error } of client.detectFrames(frames, {
      ...options(),
      inFlight: IN_FLIGHT,
      signal,
    })) {
      const captured = pending.get(frameId);
      pending.delete(frameId);
      if (result && captured) {
        failures = 0;
        meters.note(performance.now() - captured.at, result.timings);
        draw(captured.bitmap, result);
      } else {
        meters.noteFailure();
        if (error && ++failures === FAILURES_IN_A_ROW) {
          throw error;
        }
      }
      captured?.bitmap.close();
    }
  } finally {
    release(video);
    for (const { bitmap } of pending.values()) {
      bitmap.close();
    }
  }
}

async function* numbered(
  frames: AsyncIterable<CapturedFrame>,
  note: (frameId: bigint, frame: CapturedFrame) => void,
): AsyncGenerator<{ image: Blob; frameId: bigint }> {
  let frameId = 0n;
  for await (const frame of frames) {
    note(frameId, frame);
    yield { image: frame.jpeg, frameId: frameId++ };
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
