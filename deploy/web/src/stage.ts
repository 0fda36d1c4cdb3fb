// The canvas: an image with its boxes and labels.

import type { Detected, Detection } from "@ocelli/client/web";
import { element, make } from "./element.js";

const LINE_WIDTH = 2.5;

const stage = element("stage", HTMLElement);
const canvas = element("canvas", HTMLCanvasElement);
const list = element("found", HTMLOListElement);

/** Draws an image and what was found in it; without `image`, boxes on an empty ground. */
export function draw(image: ImageBitmap | undefined, found: Detected): void {
  const { width, height } = found;
  const detections: readonly Detection[] = found.detections;
  canvas.width = width;
  canvas.height = height;
  canvas.hidden = false;
  element("invitation", HTMLElement).hidden = true;
  stage.dataset.state = "full";
  const brush = context();
  brush.fillStyle = "#e8edf1";
  brush.fillRect(0, 0, width, height);
  if (image) {
    brush.drawImage(image, 0, 0, width, height);
  }
  // Lines and letters keep their size on the screen, whatever the size of the image.
  const unit = Math.max(width / stage.clientWidth, height / stage.clientHeight);
  const worstFirst = detections.toReversed();
  for (const detection of worstFirst) {
    drawBox(brush, detection, unit);
  }
  for (const detection of worstFirst) {
    drawTag(brush, detection, unit);
  }
  canvas.setAttribute("aria-label", describe(detections));
  listFound(detections);
}

/** Takes the image away. */
export function clear(): void {
  canvas.hidden = true;
  canvas.setAttribute("aria-label", "nothing to see yet");
  element("invitation", HTMLElement).hidden = false;
  stage.dataset.state = "empty";
  listFound([]);
  element("found-none", HTMLElement).textContent = "Objects are listed here.";
}

function drawBox(brush: CanvasRenderingContext2D, detection: Detection, unit: number): void {
  const { xMin, yMin, xMax, yMax } = detection.box;
  brush.lineWidth = LINE_WIDTH * unit;
  brush.strokeStyle = colorOf(detection);
  brush.strokeRect(xMin, yMin, xMax - xMin, yMax - yMin);
}

function drawTag(brush: CanvasRenderingContext2D, detection: Detection, unit: number): void {
  const { xMin, yMin } = detection.box;
  const text = `${nameOf(detection)} ${percent(detection.score)}`;
  const letterHeight = 13 * unit;
  brush.font = `600 ${letterHeight}px system-ui, "DejaVu Sans", sans-serif`;
  brush.textBaseline = "middle";
  const tag = { width: brush.measureText(text).width + 10 * unit, height: 20 * unit };
  const left = Math.max(0, Math.min(xMin - (LINE_WIDTH * unit) / 2, canvas.width - tag.width));
  const top = yMin >= tag.height ? yMin - tag.height : yMin;
  brush.fillStyle = colorOf(detection);
  brush.fillRect(left, top, tag.width, tag.height);
  brush.fillStyle = "#fff";
  brush.fillText(text, left + 5 * unit, top + tag.height / 2 + unit / 2);
}

function listFound(detections: readonly Detection[]): void {
  list.replaceChildren(
    ...detections.map((detection) => {
      const item = document.createElement("li");
      item.append(
        swatch(colorOf(detection)),
        make("span", "label", nameOf(detection)),
        make("span", "score", percent(detection.score)),
      );
      return item;
    }),
  );
  element("count", HTMLElement).textContent = detections.length ? String(detections.length) : "";
  const none = element("found-none", HTMLElement);
  none.hidden = detections.length > 0;
  none.textContent = "Nothing that the model knows; try a lower score.";
}

/** A dot of a colour; an SVG, because the page's policy allows no inline styles. */
function swatch(color: string): SVGElement {
  const [dot, circle] = ["svg", "circle"].map((name) =>
    document.createElementNS("http://www.w3.org/2000/svg", name),
  ) as [SVGElement, SVGElement];
  const attributes = { cx: "6", cy: "6", r: "6", fill: color };
  for (const [name, value] of Object.entries(attributes)) {
    circle.setAttribute(name, value);
  }
  dot.setAttribute("class", "swatch");
  dot.setAttribute("width", "12");
  dot.setAttribute("height", "12");
  dot.append(circle);
  return dot;
}

function context(): CanvasRenderingContext2D {
  const found = canvas.getContext("2d");
  if (!found) {
    throw new Error("this browser does not draw on canvases");
  }
  return found;
}

function describe(detections: readonly Detection[]): string {
  const found = detections.map((detection) => `${nameOf(detection)} ${percent(detection.score)}`);
  return found.length ? `found: ${found.join(", ")}` : "nothing found";
}

function nameOf(detection: Detection): string {
  return detection.label || `class ${detection.classId}`;
}

function percent(score: number): string {
  return `${Math.round(score * 100)} %`;
}

/** A colour for each class: hues that lie far apart, dark enough for white letters. */
function colorOf(detection: Detection): string {
  return `hsl(${Math.round((174 + detection.classId * 137.5) % 360)} 72% 33%)`;
}
