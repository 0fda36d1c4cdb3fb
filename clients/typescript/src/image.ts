// Images as programs have them, and how they become the contract's `Image`.

import { create } from "@bufbuild/protobuf";
import { type Image, ImageSchema, PixelFormat, Tolerance } from "@ocelli/proto/ocelli/v1/image_pb";
import { invalidArgument } from "./error.js";

/** Uncompressed pixels, 8 bits per sample, rows from top to bottom, taken as upright. */
export interface RawPixels {
  /** The samples, `stride` × rows of them. */
  readonly pixels: Uint8Array;
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** How the samples are to be read. */
  readonly format: "RGB" | "BGR" | "GRAY" | "NV12" | "I420";
  /** Bytes between the starts of two rows, of the luma plane for NV12 and I420. Unset: no padding. */
  readonly stride?: number | undefined;
}

/** An image in memory: a whole image file (JPEG, PNG, WebP, AVIF, GIF, BMP, TIFF), or pixels. */
export type ImageData = Uint8Array | ArrayBuffer | Blob | RawPixels;

/** The part of an image to look at, in pixels of the upright image, maxima exclusive. */
export interface Region {
  /** Left edge. */
  readonly xMin: number;
  /** Top edge. */
  readonly yMin: number;
  /** Right edge, exclusive. */
  readonly xMax: number;
  /** Bottom edge, exclusive. */
  readonly yMax: number;
}

/** How an image is to be looked at. */
export interface ImageOptions {
  /** The part to look at. Unset: all of it. */
  readonly region?: Region | undefined;
  /**
   * What to do with a damaged or cut file. `STRICT`: refuse it. `LENIENT`: use what can be decoded of
   * it, and put a warning into the result. Unset: the server's setting.
   */
  readonly tolerance?: Exclude<keyof typeof Tolerance, "UNSPECIFIED"> | undefined;
}

/** Makes the contract's image of what a program has. Throws `OcelliError` if it cannot. */
export type Pack<P> = (image: P, options?: ImageOptions) => Promise<Image>;

/** Packs an image in memory. */
export async function packData(image: ImageData, options?: ImageOptions): Promise<Image> {
  if (image instanceof Uint8Array) {
    return packEncoded(image, options);
  }
  if (image instanceof ArrayBuffer) {
    return packEncoded(new Uint8Array(image), options);
  }
  if (image instanceof Blob) {
    return packEncoded(new Uint8Array(await image.arrayBuffer()), options);
  }
  if (!(image?.pixels instanceof Uint8Array && image.format in PixelFormat)) {
    throw invalidArgument(
      "image",
      "this is no image",
      "give the bytes of an image file, or pixels (Uint8Array), width, height and format",
    );
  }
  const { pixels: data, width, height, stride = 0, format } = image;
  return create(ImageSchema, {
    source: { case: "raw", value: { data, width, height, stride, format: PixelFormat[format] } },
    ...packOptions(options),
  });
}

/** Packs a whole image file. */
export function packEncoded(encoded: Uint8Array, options?: ImageOptions): Image {
  return create(ImageSchema, {
    source: { case: "encoded", value: encoded },
    ...packOptions(options),
  });
}

function packOptions({ region, tolerance }: ImageOptions = {}) {
  return {
    region: region && { ...region },
    tolerance: Tolerance[tolerance ?? "UNSPECIFIED"],
  };
}
