// The stage: an image, what was seen over it, and the list of that. Each object's row is linked to its box.

import type { Detection } from "@ocelli/client/web";
import { drawBoxes } from "./boxes.js";
import { element } from "./element.js";
import { clearFound, highlightRow, listClasses, listObjects } from "./found.js";
import type { Seen } from "./look.js";
import { captionOf } from "./naming.js";
import type { View } from "./view.js";

const stage = element("stage", HTMLElement);
const canvas = element("canvas", HTMLCanvasElement);
const overlay = element("overlay", HTMLCanvasElement);
const list = element("found", HTMLOListElement);

const MIN_SIDE_OF_DOWNLOAD = 640;

let seen: Seen | undefined;
let highlighted: Detection | undefined;

/** Shows an image and what was seen in it; without `image`, boxes on an empty ground. */
export function show(image: ImageBitmap | undefined, result: Seen): void {
  const { width, height } = result;
  canvas.width = width;
  canvas.height = height;
  const brush = contextOf(canvas);
  brush.fillStyle = "#e8edf1";
  brush.fillRect(0, 0, width, height);
  if (image) {
    brush.drawImage(image, 0, 0, width, height);
  }
  reveal(true);
  seen = result;
  highlighted = undefined;
  canvas.setAttribute("aria-label", describe(result));
  if ("classifications" in result) {
    listClasses(result.classifications);
    // There is nothing drawn over the image.
    element("detect-image", HTMLButtonElement).disabled = true;
  } else {
    listObjects(result.detections, highlight);
  }
  paint();
}

/** Takes the image away. */
export function clear(): void {
  reveal(false);
  seen = undefined;
  highlighted = undefined;
  canvas.setAttribute("aria-label", "nothing to see yet");
  clearFound();
}

/** What is shown, or undefined if nothing is. */
export function shown(): Seen | undefined {
  return seen;
}

/** The image with its boxes as a PNG, at its own size, small ones enlarged so that labels fit. */
export async function annotated(): Promise<Blob> {
  const scale = Math.max(
    1,
    Math.ceil(MIN_SIDE_OF_DOWNLOAD / Math.max(canvas.width, canvas.height)),
  );
  const [width, height] = [canvas.width * scale, canvas.height * scale];
  const drawn = new OffscreenCanvas(width, height);
  const brush = drawn.getContext("2d");
  if (!brush) {
    throw new Error("this browser does not draw on canvases");
  }
  brush.drawImage(canvas, 0, 0, width, height);
  const unit = Math.max(1, Math.max(width, height) / 1000);
  const view = { image: { left: 0, top: 0, width, height }, scale, unit };
  drawBoxes(brush, objects(), view);
  return drawn.convertToBlob({ type: "image/png" });
}

/** Makes hovering over a box or a row, and the arrow keys in the list, highlight both. */
export function startHighlighting(): void {
  overlay.addEventListener("pointermove", (event) => highlight(detectionAt(event)));
  overlay.addEventListener("pointerleave", () => highlight(undefined));
  list.addEventListener("keydown", (event) => {
    const detections = objects();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && detections.length) {
      event.preventDefault();
      const at = highlighted ? detections.indexOf(highlighted) + step : 0;
      highlight(detections[Math.max(0, Math.min(at, detections.length - 1))]);
    }
  });
  list.addEventListener("blur", () => highlight(undefined));
  new ResizeObserver(paint).observe(stage);
}

function reveal(isFull: boolean): void {
  canvas.hidden = !isFull;
  overlay.hidden = !isFull;
  element("invitation", HTMLElement).hidden = isFull;
  stage.dataset.state = isFull ? "full" : "empty";
  for (const id of ["detect-image", "detect-json", "detect-code"]) {
    element(id, HTMLButtonElement).disabled = !isFull;
  }
}

function highlight(detection: Detection | undefined): void {
  if (detection === highlighted) {
    return;
  }
  highlighted = detection;
  highlightRow(detection ? objects().indexOf(detection) : -1);
  paint();
}

/** The smallest box under the pointer: large ones have others inside. */
function detectionAt(event: PointerEvent): Detection | undefined {
  const { image, scale } = viewOf(stage.clientWidth, stage.clientHeight, 1);
  const x = (event.offsetX - image.left) / scale;
  const y = (event.offsetY - image.top) / scale;
  const area = ({ box }: Detection) => (box.xMax - box.xMin) * (box.yMax - box.yMin);
  return objects()
    .filter(({ box }) => x >= box.xMin && x < box.xMax && y >= box.yMin && y < box.yMax)
    .toSorted((one, other) => area(one) - area(other))[0];
}

/** Draws the boxes anew, in pixels of the screen: sharp at any size of the image. */
function paint(): void {
  if (!seen) {
    return;
  }
  const unit = window.devicePixelRatio;
  overlay.width = Math.round(stage.clientWidth * unit);
  overlay.height = Math.round(stage.clientHeight * unit);
  const view = viewOf(overlay.width, overlay.height, unit);
  drawBoxes(contextOf(overlay), objects(), view, highlighted);
}

/** How the image lies in a rectangle that it fits into, centred, as `object-fit: contain` has it. */
function viewOf(width: number, height: number, unit: number): View {
  const scale = Math.min(width / canvas.width, height / canvas.height);
  const size = { width: canvas.width * scale, height: canvas.height * scale };
  const image = { left: (width - size.width) / 2, top: (height - size.height) / 2, ...size };
  return { image, scale, unit };
}

function objects(): readonly Detection[] {
  return seen && "detections" in seen ? seen.detections : [];
}

function contextOf(drawn: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = drawn.getContext("2d");
  if (!context) {
    throw new Error("this browser does not draw on canvases");
  }
  return context;
}

function describe(result: Seen): string {
  const named = "detections" in result ? result.detections : result.classifications;
  return named.length ? `found: ${named.map(captionOf).join(", ")}` : "nothing found";
}
