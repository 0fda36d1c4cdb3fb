// Boxes and labels of detections, drawn on any canvas.

import type { Detection } from "@ocelli/client/web";
import { placeLabels, type Rect } from "./labels.js";

const LINE_WIDTH = 2.5;
const BOLD_LINE_WIDTH = 4;
const LETTER_HEIGHT = 13;
const LABEL_HEIGHT = 20;
const LABEL_PADDING = 5;
const FADED = 0.3;

type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** How an image lies on a canvas. */
export interface View {
  /** The image, in pixels of the canvas. */
  readonly image: Rect;
  /** Pixels of the canvas for one of the image. */
  readonly scale: number;
  /** Pixels of the canvas for one of the screen: how thick lines and letters are. */
  readonly unit: number;
}

/** Draws boxes and labels. With one highlighted, the others are faint and have no labels. */
export function drawBoxes(
  brush: Brush,
  detections: readonly Detection[],
  view: View,
  highlighted?: Detection,
): void {
  const { unit } = view;
  const boxes = detections.map((detection) => boxOn(view, detection));
  for (const [at, box] of [...boxes.entries()].reverse()) {
    const detection = detections[at] as Detection;
    const isBold = detection === highlighted;
    brush.globalAlpha = highlighted && !isBold ? FADED : 1;
    brush.lineWidth = (isBold ? BOLD_LINE_WIDTH : LINE_WIDTH) * unit;
    brush.strokeStyle = colorOf(detection);
    brush.strokeRect(box.left, box.top, box.width, box.height);
  }
  brush.globalAlpha = 1;
  brush.font = `600 ${LETTER_HEIGHT * unit}px system-ui, "DejaVu Sans", sans-serif`;
  brush.textBaseline = "middle";
  const named = detections.filter((detection) => !highlighted || detection === highlighted);
  const labels = named.map((detection) => ({
    box: boxOn(view, detection),
    width: brush.measureText(captionOf(detection)).width + 2 * LABEL_PADDING * unit,
    height: LABEL_HEIGHT * unit,
  }));
  for (const [at, place] of placeLabels(labels, view.image).entries()) {
    const detection = named[at] as Detection;
    if (place) {
      brush.fillStyle = colorOf(detection);
      brush.fillRect(place.left, place.top, place.width, place.height);
      brush.fillStyle = "#fff";
      const middle = place.top + (place.height + unit) / 2;
      brush.fillText(captionOf(detection), place.left + LABEL_PADDING * unit, middle);
    }
  }
}

/** The box of a detection on a canvas. */
function boxOn({ image, scale }: View, { box }: Detection): Rect {
  return {
    left: image.left + box.xMin * scale,
    top: image.top + box.yMin * scale,
    width: (box.xMax - box.xMin) * scale,
    height: (box.yMax - box.yMin) * scale,
  };
}

/** The name of what was found. */
export function nameOf(detection: Detection): string {
  return detection.label || `class ${detection.classId}`;
}

/** Its score, for people. */
export function percent(score: number): string {
  return `${Math.round(score * 100)} %`;
}

/** Both. */
export function captionOf(detection: Detection): string {
  return `${nameOf(detection)} ${percent(detection.score)}`;
}

/** A colour for each class: hues that lie far apart, dark enough for white letters. */
export function colorOf(detection: Detection): string {
  return `hsl(${Math.round((174 + detection.classId * 137.5) % 360)} 72% 33%)`;
}
