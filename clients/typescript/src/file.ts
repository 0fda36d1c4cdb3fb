// Pictures in files, for Node.

import { readFile } from "node:fs/promises";
import type { Picture } from "@ocelli/proto/ocelli/v1/picture_pb";
import { invalidArgument } from "./error.js";
import { type PictureData, packData, packEncoded, type Region } from "./picture.js";

/** A picture in a file. It is sent as it is; the server applies its EXIF orientation. */
export interface PictureFile {
  /** Where the file is. */
  readonly path: string;
}

/** A picture in any of the forms that calls from Node accept. */
export type PictureLike = PictureFile | PictureData;

/** Packs a picture; reads it if it is a file. */
export async function packPicture(picture: PictureLike, region?: Region): Promise<Picture> {
  if (typeof picture === "object" && picture !== null && "path" in picture) {
    return packEncoded(await read(picture.path), region);
  }
  return packData(picture, region);
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw invalidArgument(
      "picture",
      `cannot read ${path}: ${error instanceof Error ? error.message.split(", ")[0] : error}`,
      "give the path of an image file that this program may read",
      error,
    );
  }
}
