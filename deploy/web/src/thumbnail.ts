// Small images that are kept with points.

/** Most characters of a thumbnail: payloads are for people to read, and answers carry them all. */
export const MAX_THUMBNAIL_CHARACTERS = 8192;

const PREFIX = "data:image/jpeg;base64,";
const ATTEMPTS = [
  { side: 160, quality: 0.8 },
  { side: 128, quality: 0.7 },
  { side: 96, quality: 0.6 },
  { side: 64, quality: 0.5 },
];

/** Makes a data URL of at most 8 KiB; undefined for what this browser cannot decode. */
export async function thumbnailOf(image: Blob): Promise<string | undefined> {
  const bitmap = await createImageBitmap(image).catch(() => undefined);
  if (!bitmap) {
    return undefined;
  }
  try {
    for (const { side, quality } of ATTEMPTS) {
      const address = await shrunk(bitmap, side, quality);
      if (address.length <= MAX_THUMBNAIL_CHARACTERS) {
        return address;
      }
    }
    return undefined;
  } finally {
    bitmap.close();
  }
}

/** The thumbnail in a payload, or undefined if there is none that may be shown. */
export function thumbnailIn(value: unknown): string | undefined {
  return typeof value === "string" && value.startsWith(PREFIX) ? value : undefined;
}

async function shrunk(bitmap: ImageBitmap, side: number, quality: number): Promise<string> {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const brush = canvas.getContext("2d");
  if (brush) {
    brush.imageSmoothingQuality = "high";
    brush.fillStyle = "#fff"; // JPEG has no transparency
    brush.fillRect(0, 0, width, height);
    brush.drawImage(bitmap, 0, 0, width, height);
  }
  const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality });
  const bytes = new Uint8Array(await jpeg.arrayBuffer());
  return PREFIX + btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
