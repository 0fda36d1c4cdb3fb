// One found point as a row.

import { type Hit, Metric } from "@ocelli/client/web";
import { make } from "./element.js";
import { sampleThumbnail } from "./samples.js";
import { thumbnailIn } from "./thumbnail.js";

type Scalar = string | number | boolean;

/** What a row can be clicked for. */
export interface RowActions {
  /** Whether a payload field can be filtered on. */
  isFilterable(field: string): boolean;
  /** Its id was clicked. */
  onId(id: string): void;
  /** A value that can be filtered on was clicked. */
  onValue(field: string, value: Scalar): void;
}

/** Makes the row of a hit: thumbnail, id, nearness, payload. */
export function rowOf(hit: Hit, metric: Metric | undefined, actions: RowActions): HTMLElement {
  const row = document.createElement("li");
  const id = make("button", "id", hit.id) as HTMLButtonElement;
  id.type = "button";
  id.title = "Find what is near this";
  id.addEventListener("click", () => actions.onId(hit.id));
  const score = make("span", "score", hit.score.toFixed(3));
  row.append(thumbnail(hit), id, bar(hit.score, metric), score, payload(hit, actions));
  return row;
}

/** The image of a point, kept in its payload or known by its path; else an empty frame. */
function thumbnail(hit: Hit): HTMLElement {
  const address = thumbnailIn(hit.payload?.thumbnail) ?? sampleThumbnail(hit.payload?.path);
  const frame = make("span", "thumbnail");
  if (address) {
    const image = document.createElement("img");
    image.src = address;
    image.alt = "";
    frame.append(image);
  }
  return frame;
}

/** How near a hit is, drawn. A dot product has no scale, so its bar stays out. */
function bar(score: number, metric: Metric | undefined): HTMLElement {
  if (metric === Metric.DOT) {
    return make("span", "");
  }
  const meter = document.createElement("meter");
  meter.value = metric === Metric.EUCLID ? 1 / (1 + score) : Math.max(0, score);
  meter.setAttribute("aria-hidden", "true");
  return meter;
}

function payload(hit: Hit, actions: RowActions): HTMLElement {
  const shown = make("div", "payload");
  for (const [name, value] of Object.entries(hit.payload ?? {})) {
    if (!thumbnailIn(value)) {
      shown.append(fieldOf(name, value, actions));
    }
  }
  return shown;
}

function fieldOf(name: string, value: unknown, actions: RowActions): HTMLElement {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const isChoice = isScalar(value) && actions.isFilterable(name);
  const field = make(isChoice ? "button" : "span", "field");
  field.title = `${name}: ${text}`;
  field.append(make("b", "", `${name} `), text);
  if (isChoice) {
    field.title += " (click to find only these)";
    field.addEventListener("click", () => actions.onValue(name, value));
  }
  return field;
}

function isScalar(value: unknown): value is Scalar {
  return ["string", "number", "boolean"].includes(typeof value);
}
