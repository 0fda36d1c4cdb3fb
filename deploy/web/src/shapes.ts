// What models tell of an object beside its box: its pixels, its points, how it is turned.

import type { Detection } from "@ocelli/client/web";
import { type Brush, pointOn, type View } from "./view.js";

const MASK_OPACITY = 0.45;
const MIN_POINT_SCORE = 0.3;
const POINT_RADIUS = 3.5;
const RIM_WIDTH = 1.5;

/** Tints the pixels of an object, in the colour that the brush fills with. */
export function fillMask(brush: Brush, { mask }: Detection, view: View): void {
  const path = new Path2D();
  for (const { coordinates } of mask?.polygons?.polygons ?? []) {
    addOutline(path, coordinates, view);
  }
  const opacity = brush.globalAlpha;
  brush.globalAlpha = opacity * MASK_OPACITY;
  brush.fill(path, "evenodd");
  brush.globalAlpha = opacity;
}

/** The edge of an object's box on a canvas, at its angle if it has one. */
export function edgeOf({ box, orientedBox }: Detection, view: View): Path2D {
  const path = new Path2D();
  const { xMin, yMin, xMax, yMax } = box;
  const corners = orientedBox
    ? cornersOf(orientedBox)
    : [xMin, yMin, xMax, yMin, xMax, yMax, xMin, yMax];
  addOutline(path, corners, view);
  return path;
}

/** Marks the points of an object that the model is somewhat sure of. */
export function dotKeypoints(brush: Brush, { keypoints }: Detection, view: View): void {
  brush.lineWidth = RIM_WIDTH * view.unit;
  brush.strokeStyle = "#fff";
  for (const { x, y, score = 1 } of keypoints) {
    if (score >= MIN_POINT_SCORE) {
      brush.beginPath();
      brush.arc(...pointOn(view, x, y), POINT_RADIUS * view.unit, 0, 2 * Math.PI);
      brush.fill();
      brush.stroke();
    }
  }
}

function addOutline(path: Path2D, coordinates: readonly number[], view: View): void {
  for (let at = 0; at + 1 < coordinates.length; at += 2) {
    const point = pointOn(view, coordinates[at] as number, coordinates[at + 1] as number);
    if (at === 0) {
      path.moveTo(...point);
    } else {
      path.lineTo(...point);
    }
  }
  path.closePath();
}

/** Corners of a box that is turned about its centre, clockwise as the image is seen. */
function cornersOf({
  centerX,
  centerY,
  width,
  height,
  angle,
}: NonNullable<Detection["orientedBox"]>): number[] {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const ends = [
    [-width, -height],
    [width, -height],
    [width, height],
    [-width, height],
  ] as const;
  return ends.flatMap(([x, y]) => [
    centerX + (x * cos - y * sin) / 2,
    centerY + (x * sin + y * cos) / 2,
  ]);
}
