// How an image lies on a canvas.

import type { Rect } from "./labels.js";

/** What draws, on the page or for a file. */
export type Brush = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** How an image lies on a canvas. */
export interface View {
  /** The image, in pixels of the canvas. */
  readonly image: Rect;
  /** Pixels of the canvas for one of the image. */
  readonly scale: number;
  /** Pixels of the canvas for one of the screen: how thick lines and letters are. */
  readonly unit: number;
}

/** A point of the image on the canvas. */
export function pointOn({ image, scale }: View, x: number, y: number): [x: number, y: number] {
  return [image.left + x * scale, image.top + y * scale];
}
