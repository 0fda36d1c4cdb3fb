// Detection in an image, a video or a camera.

import type { DetectOptions, Model, WebClient } from "@ocelli/client/web";
import { showCode } from "./code.js";
import { download, downloadJson, stemOf } from "./download.js";
import { onFile } from "./dropping.js";
import { element, fill } from "./element.js";
import { clearFailure, showFailure } from "./failure.js";
import { detectedJson } from "./json.js";
import { LabelFilter } from "./label-filter.js";
import { clearMeters, Meters } from "./meters.js";
import { offer, type Sample } from "./samples.js";
import { annotated, clear, show, shown, startHighlighting } from "./stage.js";
import { type CapturedFrame, newestFrames, play, release } from "./video.js";

const IN_FLIGHT = 4;
const FAILURES_IN_A_ROW = 3;

const select = element("model", HTMLSelectElement);
const threshold = element("threshold", HTMLInputElement);
const stop = element("stop", HTMLButtonElement);
const pause = element("pause", HTMLButtonElement);

/** What is looked at: an image, or a video or camera while it runs. */
interface Source {
  readonly name: string;
  readonly image?: File;
  readonly ended: AbortController;
  video?: HTMLVideoElement;
  /** Ends the calls that were made with other settings. */
  changed?: AbortController;
}

/** The upper part of the page. */
export class Detecting {
  readonly #client: WebClient;
  readonly #labels: LabelFilter;
  #models: readonly Model[] = [];
  #source: Source | undefined;

  constructor(client: WebClient) {
    this.#client = client;
    this.#labels = new LabelFilter(() => this.#detectAgain());
    onFile(element("stage", HTMLElement), element("file", HTMLInputElement), (file) =>
      this.#take(file),
    );
    element("camera", HTMLButtonElement).addEventListener("click", () => this.#useCamera());
    stop.addEventListener("click", () => this.#source?.ended.abort());
    pause.addEventListener("click", () => this.#pauseOrResume());
    threshold.addEventListener("input", () => {
      element("threshold-value", HTMLOutputElement).value = Number(threshold.value).toFixed(2);
    });
    threshold.addEventListener("change", () => this.#detectAgain());
    select.addEventListener("change", () => {
      this.#showLabels();
      this.#detectAgain();
    });
    this.#startButtons();
    startHighlighting();
  }

  /** Shows which models there are. */
  describe(models: readonly Model[]): void {
    this.#models = models;
    const preferred = models.find(({ isDefault }) => isDefault) ?? models[0];
    fill(
      select,
      models.map(({ name }) => name),
      preferred?.name ?? "",
    );
    threshold.value = String(preferred?.scoreThreshold ?? threshold.value);
    threshold.dispatchEvent(new Event("input"));
    this.#showLabels();
  }

  /** Shows what there is to try. */
  offer(samples: readonly Sample[]): void {
    offer(element("samples", HTMLElement), samples, (file) => this.#take(file), showFailure);
  }

  #take(file: File): void {
    if (file.type.startsWith("video/")) {
      const source = { name: file.name, ended: new AbortController() };
      this.#begin(source, () => this.#detectVideo(source, file));
    } else {
      const source = { name: file.name, image: file, ended: new AbortController() };
      this.#begin(source, () => this.#detectImage(source, file));
    }
  }

  #useCamera(): void {
    const source = { name: "camera.jpg", ended: new AbortController() };
    this.#begin(source, async () => this.#detectVideo(source, await camera()));
  }

  #begin(source: Source, detect: () => Promise<void>): void {
    this.#source?.ended.abort();
    this.#source = source;
    clearFailure();
    clearMeters();
    stop.disabled = false;
    detect()
      .catch((error: unknown) => {
        if (!source.ended.signal.aborted) {
          clear();
          showFailure(error);
        }
      })
      .finally(() => {
        if (this.#source === source) {
          stop.disabled = true;
          this.#showPause();
        }
      });
  }

  /** With other settings: the image anew, a video from where it is. */
  #detectAgain(): void {
    this.#source?.changed?.abort();
    if (this.#source?.image) {
      this.#take(this.#source.image);
    }
  }

  async #detectImage(source: Source, file: File): Promise<void> {
    const meters = new Meters();
    const began = performance.now();
    const { signal } = source.ended;
    const found = await this.#client.detect(file, { ...this.#options(), signal });
    meters.note(performance.now() - began, found.timings);
    // A TIFF, for one, is an image to the server and none to most browsers.
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    if (!signal.aborted) {
      show(bitmap, found);
    }
    bitmap?.close();
  }

  async #detectVideo(source: Source, media: File | MediaStream): Promise<void> {
    const meters = new Meters();
    const video = await play(media);
    source.video = video;
    this.#showPause();
    const { signal } = source.ended;
    try {
      do {
        source.changed = new AbortController();
        await this.#follow(video, meters, signal, source.changed.signal);
      } while (source.changed.signal.aborted && !signal.aborted);
    } finally {
      delete source.video;
      release(video);
    }
  }

  /** Detects in the frames of a video until it ends, or until the settings are others. */
  async #follow(
    video: HTMLVideoElement,
    meters: Meters,
    signal: AbortSignal,
    changed: AbortSignal,
  ): Promise<void> {
    const pending = new Map<number | string, { bitmap: ImageBitmap; at: number }>();
    let failures = 0;
    try {
      const captured = newestFrames(video, AbortSignal.any([signal, changed]));
      const frames = numbered(captured, (frameId, { bitmap }) =>
        pending.set(frameId, { bitmap, at: performance.now() }),
      );
      const options = { ...this.#options(), inFlight: IN_FLIGHT, signal };
      for await (const { frameId, result, error } of this.#client.detectFrames(frames, options)) {
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

  #pauseOrResume(): void {
    const video = this.#source?.video;
    if (video?.paused) {
      video.play().catch(showFailure);
    } else {
      video?.pause();
    }
    this.#showPause();
  }

  #showPause(): void {
    const video = this.#source?.video;
    pause.disabled = video === undefined;
    pause.textContent = video?.paused ? "Resume" : "Pause";
  }

  #showLabels(): void {
    this.#labels.describe(this.#models.find(({ name }) => name === select.value)?.labels ?? []);
  }

  #options(): DetectOptions {
    return {
      scoreThreshold: Number(threshold.value),
      labels: [...this.#labels.chosen],
      ...(select.value && { model: select.value }),
    };
  }

  #startButtons(): void {
    element("detect-image", HTMLButtonElement).addEventListener("click", () => {
      annotated().then((png) => download(`${this.#stem()}-boxes.png`, png), showFailure);
    });
    element("detect-json", HTMLButtonElement).addEventListener("click", () => {
      const found = shown();
      if (found) {
        downloadJson(`${this.#stem()}.json`, detectedJson(found));
      }
    });
    element("detect-code", HTMLButtonElement).addEventListener("click", () =>
      showCode({
        call: "detect",
        // A frame of a video has no file of its own.
        file: this.#source?.image?.name ?? `${this.#stem()}.jpg`,
        model: select.value,
        scoreThreshold: Number(threshold.value),
        labels: this.#labels.chosen,
      }),
    );
  }

  #stem(): string {
    return stemOf(this.#source?.name ?? "");
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
