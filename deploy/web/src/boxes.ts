// Found objects and their labels, drawn on any canvas.

import type { Detection } from "@ocelli/client/web";
import { placeLabels, type Rect } from "./labels.js";
import { captionOf, colorOf } from "./naming.js";
import { dotKeypoints, edgeOf, fillMask } from "./shapes.js";
import { type Brush, pointOn, type View } from "./view.js";

const LINE_WIDTH = 2.5;
const BOLD_LINE_WIDTH = 4;
const LETTER_HEIGHT = 13;
const LABEL_HEIGHT = 20;
const LABEL_PADDING = 5;
const FADED = 0.3;

/** Draws objects and labels. With one highlighted, the others are faint and have no labels. */
export function drawBoxes(
  brush: Brush,
  detections: readonly Detection[],
  view: View,
  highlighted?: Detection,
): void {
  const { unit } = view;
  for (const detection of detections.toReversed()) {
    const isBold = detection === highlighted;
    brush.globalAlpha = highlighted && !isBold ? FADED : 1;
    brush.lineWidth = (isBold ? BOLD_LINE_WIDTH : LINE_WIDTH) * unit;
    brush.strokeStyle = brush.fillStyle = colorOf(detection);
    fillMask(brush, detection, view);
    brush.stroke(edgeOf(detection, view));
    dotKeypoints(brush, detection, view);
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

/** The upright box of an object on a canvas. */
function boxOn(view: View, { box }: Detection): Rect {
  const [left, top] = pointOn(view, box.xMin, box.yMin);
  const { scale } = view;
  return { left, top, width: (box.xMax - box.xMin) * scale, height: (box.yMax - box.yMin) * scale };
}
