// Images of one colour, which the models of tests/toy_models.py know.

const COLORS = { red: [220, 30, 30], green: [30, 200, 30], blue: [30, 30, 220] } as const;
const HEADER_BYTES = 54;
const SIDE_PX = 320;

/** Name of a colour. */
export type Color = keyof typeof COLORS;

/** A square image as a BMP file. */
export function bitmapOf(color: Color): Buffer {
  const [red, green, blue] = COLORS[color];
  const pixels = Buffer.alloc(SIDE_PX * SIDE_PX * 3, Buffer.from([blue, green, red]));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write("BM");
  header.writeUInt32LE(HEADER_BYTES + pixels.length, 2);
  header.writeUInt32LE(HEADER_BYTES, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(SIDE_PX, 18);
  header.writeInt32LE(SIDE_PX, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, pixels]);
}

/** The colour of a file such as red.bmp; undefined for others. */
export function colorOf(name: string): Color | undefined {
  const stem = name.replace(/\.bmp$/, "");
  return name.endsWith(".bmp") && stem in COLORS ? (stem as Color) : undefined;
}
