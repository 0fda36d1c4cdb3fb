// Images in files, for Node.

import { readFile } from "node:fs/promises";
import type { Image } from "@ocelli/proto/ocelli/v1/image_pb";
import { invalidArgument } from "./error.js";
import { type ImageData, type ImageOptions, packData, packEncoded } from "./image.js";

/** An image in a file. It is sent as it is; the server applies its EXIF orientation. */
export interface ImageFile {
  /** Where the file is. */
  readonly path: string;
}

/** An image in any of the forms that calls from Node accept. */
export type ImageLike = ImageFile | ImageData;

/** Packs an image; reads it if it is a file. */
export async function packImage(image: ImageLike, options?: ImageOptions): Promise<Image> {
  if (typeof image === "object" && image !== null && "path" in image) {
    return packEncoded(await read(image.path), options);
  }
  return packData(image, options);
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw invalidArgument(
      "image",
      `cannot read ${path}: ${error instanceof Error ? error.message.split(", ")[0] : error}`,
      "give the path of an image file that this program may read",
      error,
    );
  }
}
