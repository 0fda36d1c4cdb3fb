// What a model sees in an image, a video or a camera.

import type { Model, WebClient } from "@ocelli/client/web";
import { showCode } from "./code.js";
import { download, downloadJson, stemOf } from "./download.js";
import { onFile } from "./dropping.js";
import { element } from "./element.js";
import { clearFailure, showFailure } from "./failure.js";
import { follow } from "./following.js";
import { seenJson } from "./json.js";
import { isClassifier, see, seeFrames } from "./look.js";
import { clearMeters, Meters } from "./meters.js";
import { ModelChoice } from "./model-choice.js";
import { offer, type Sample } from "./samples.js";
import { annotated, clear, show, shown, startHighlighting } from "./stage.js";
import { play, release } from "./video.js";

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
export class Looking {
  readonly #client: WebClient;
  readonly #choice: ModelChoice;
  #source: Source | undefined;

  constructor(client: WebClient) {
    this.#client = client;
    this.#choice = new ModelChoice(() => this.#lookAgain());
    onFile(element("stage", HTMLElement), element("file", HTMLInputElement), (file) =>
      this.#take(file),
    );
    element("camera", HTMLButtonElement).addEventListener("click", () => this.#useCamera());
    stop.addEventListener("click", () => this.#source?.ended.abort());
    pause.addEventListener("click", () => this.#pauseOrResume());
    this.#startButtons();
    startHighlighting();
  }

  /** Shows which models there are. */
  describe(models: readonly Model[]): void {
    this.#choice.describe(models);
  }

  /** Shows what there is to try. */
  offer(samples: readonly Sample[]): void {
    offer(element("samples", HTMLElement), samples, (file) => this.#take(file), showFailure);
  }

  #take(file: File): void {
    if (file.type.startsWith("video/")) {
      const source = { name: file.name, ended: new AbortController() };
      this.#begin(source, () => this.#lookAtVideo(source, file));
    } else {
      const source = { name: file.name, image: file, ended: new AbortController() };
      this.#begin(source, () => this.#lookAtImage(source, file));
    }
  }

  #useCamera(): void {
    const source = { name: "camera.jpg", ended: new AbortController() };
    this.#begin(source, async () => this.#lookAtVideo(source, await camera()));
  }

  #begin(source: Source, look: () => Promise<void>): void {
    this.#source?.ended.abort();
    this.#source = source;
    clearFailure();
    clearMeters();
    stop.disabled = false;
    look()
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
  #lookAgain(): void {
    this.#source?.changed?.abort();
    if (this.#source?.image) {
      this.#take(this.#source.image);
    }
  }

  async #lookAtImage(source: Source, file: File): Promise<void> {
    const meters = new Meters();
    const began = performance.now();
    const { signal } = source.ended;
    const seen = await see(this.#client, file, this.#choice.look, signal);
    meters.note(performance.now() - began, seen.timings);
    // A TIFF, for one, is an image to the server and none to most browsers.
    const bitmap = await createImageBitmap(file).catch(() => undefined);
    if (!signal.aborted) {
      show(bitmap, seen);
    }
    bitmap?.close();
  }

  async #lookAtVideo(source: Source, media: File | MediaStream): Promise<void> {
    const meters = new Meters();
    const video = await play(media);
    source.video = video;
    this.#showPause();
    const { signal } = source.ended;
    try {
      do {
        source.changed = new AbortController();
        const { look } = this.#choice;
        const enough = AbortSignal.any([signal, source.changed.signal]);
        await follow(
          video,
          meters,
          (frames) => seeFrames(this.#client, frames, look, signal),
          enough,
        );
      } while (source.changed.signal.aborted && !signal.aborted);
    } finally {
      delete source.video;
      release(video);
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

  #startButtons(): void {
    element("detect-image", HTMLButtonElement).addEventListener("click", () => {
      annotated().then((png) => download(`${this.#stem()}-boxes.png`, png), showFailure);
    });
    element("detect-json", HTMLButtonElement).addEventListener("click", () => {
      const seen = shown();
      if (seen) {
        downloadJson(`${this.#stem()}.json`, seenJson(seen));
      }
    });
    element("detect-code", HTMLButtonElement).addEventListener("click", () => {
      const { model, scoreThreshold, labels } = this.#choice.look;
      showCode({
        call: isClassifier(model) ? "classify" : "detect",
        // A frame of a video has no file of its own.
        file: this.#source?.image?.name ?? `${this.#stem()}.jpg`,
        model: model?.name ?? "",
        scoreThreshold,
        labels,
      });
    });
  }

  #stem(): string {
    return stemOf(this.#source?.name ?? "");
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
