// Pictures as programs have them, and how they become the contract's `Picture`.

import { create } from "@bufbuild/protobuf";
import { type Picture, PictureSchema, PixelFormat } from "@ocelli/proto/ocelli/v1/picture_pb";
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

/** A picture in memory: a whole image file (JPEG, PNG, WebP, BMP, TIFF), or pixels. */
export type PictureData = Uint8Array | ArrayBuffer | Blob | RawPixels;

/** The part of a picture to look at, in pixels of the upright picture, maxima exclusive. */
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

/** Makes the contract's picture of what a program has. Throws `OcelliError` if it cannot. */
export type Pack<P> = (picture: P, region?: Region) => Promise<Picture>;

/** Packs a picture in memory. */
export async function packData(picture: PictureData, region?: Region): Promise<Picture> {
  if (picture instanceof Uint8Array) {
    return packEncoded(picture, region);
  }
  if (picture instanceof ArrayBuffer) {
    return packEncoded(new Uint8Array(picture), region);
  }
  if (picture instanceof Blob) {
    return packEncoded(new Uint8Array(await picture.arrayBuffer()), region);
  }
  if (!(picture?.pixels instanceof Uint8Array && picture.format in PixelFormat)) {
    throw invalidArgument(
      "picture",
      "this is no picture",
      "give the bytes of an image file, or pixels (Uint8Array), width, height and format",
    );
  }
  const { pixels: data, width, height, stride = 0, format } = picture;
  return create(PictureSchema, {
    source: { case: "raw", value: { data, width, height, stride, format: PixelFormat[format] } },
    region: region && { ...region },
  });
}

/** Packs a whole image file. */
export function packEncoded(encoded: Uint8Array, region?: Region): Picture {
  return create(PictureSchema, {
    source: { case: "encoded", value: encoded },
    region: region && { ...region },
  });
}
