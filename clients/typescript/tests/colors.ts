// Images of one colour, which the models of tests/toy_models.py know.

import type { RawPixels } from "@ocelli/client";

const COLORS = { red: [200, 50, 50], green: [10, 200, 30], blue: [20, 20, 220] } as const;

/** Name of a colour. */
export type Color = keyof typeof COLORS;

/** The colours, in the order of the models' classes. */
export const COLOR_NAMES = Object.keys(COLORS) as Color[];

/** Stripes of these colours side by side, each so wide. */
export function stripes(colors: readonly Color[], stripeWidth = 40, height = 20): RawPixels {
  const row = colors.flatMap((color) => Array(stripeWidth).fill(COLORS[color]).flat());
  const pixels = Uint8Array.from(Array(height).fill(row).flat());
  return { pixels, width: stripeWidth * colors.length, height, format: "RGB" };
}

/** A white page of 160 by 96 with patches of these two colours, one below the other. */
export function patches([above, below]: readonly [Color, Color]): RawPixels {
  const [width, height] = [160, 96];
  const pixels = new Uint8Array(width * height * 3).fill(255);
  for (const [color, top] of [
    [above, 16],
    [below, 60],
  ] as const) {
    for (let y = top; y < top + 24; y++) {
      for (let x = 16; x < 112; x++) pixels.set(COLORS[color], 3 * (y * width + x));
    }
  }
  return { pixels, width, height, format: "RGB" };
}
