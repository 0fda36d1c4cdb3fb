// Images and a video to try, where the gateway has some.

import { make } from "./element.js";

/** A file that the gateway serves. */
export interface Sample {
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  /** A data URL. */
  readonly thumbnail: string;
}

/** What the gateway serves, and the end of its folder's path. */
interface Index {
  readonly folder: string;
  readonly samples: readonly Sample[];
}

let index: Index = { folder: "", samples: [] };

/** Asks the gateway what it has. Another server than the gateway of this repository has nothing. */
export async function loadSamples(): Promise<readonly Sample[]> {
  const answer = await fetch("/samples/index.json").catch(() => undefined);
  if (answer?.ok) {
    index = (await answer.json()) as Index;
  }
  return index.samples;
}

/** Shows samples as buttons that hand over their file. */
export function offer(
  strip: HTMLElement,
  samples: readonly Sample[],
  take: (file: File) => void,
  fail: (error: unknown) => void,
): void {
  strip.hidden = samples.length === 0;
  const buttons = samples.map((sample) => {
    const button = make("button", "sample") as HTMLButtonElement;
    button.type = "button";
    button.title = sample.name;
    const image = document.createElement("img");
    image.src = sample.thumbnail;
    image.alt = sample.name;
    button.append(image);
    if (sample.type.startsWith("video/")) {
      button.append(make("span", "kind", "video"));
    }
    button.addEventListener("click", () => fileOf(sample).then(take, fail));
    return button;
  });
  strip.append(...buttons);
}

/** The thumbnail of the sample that a payload's `path` names. */
export function sampleThumbnail(path: unknown): string | undefined {
  return index.samples.find(
    ({ name }) => typeof path === "string" && path.endsWith(`/${index.folder}/${name}`),
  )?.thumbnail;
}

async function fileOf({ name, type }: Sample): Promise<File> {
  const answer = await fetch(`/samples/${name}`);
  if (!answer.ok) {
    throw new Error(`${name} is not there: ${answer.status} ${answer.statusText}`);
  }
  return new File([await answer.blob()], name, { type });
}
