// What models that embed take: an image or a text.

import type { Image } from "@ocelli/proto/ocelli/v1/image_pb";
import type { ImageOptions, Pack } from "./image.js";

/** A text, for a model that takes texts. */
export interface TextInput {
  /** 1 to 8192 bytes of UTF-8. */
  readonly text: string;
}

/** An input as the contract's messages hold it. */
export type PackedInput = { case: "image"; value: Image } | { case: "text"; value: string };

/** Whether an input is a text. A blob has a member of that name, too, but it is no string. */
export function isText(input: unknown): input is TextInput {
  const candidate = input as Partial<TextInput> | null | undefined;
  return typeof candidate === "object" && typeof candidate?.text === "string";
}

/** The input of a message, undefined if none is set. */
export function setInput(input: PackedInput | { case: undefined }): PackedInput | undefined {
  return input.case === undefined ? undefined : input;
}

/** Packs an image or a text. */
export async function packInput<P>(
  pack: Pack<P>,
  input: P | TextInput,
  options?: ImageOptions,
): Promise<PackedInput> {
  return isText(input)
    ? { case: "text", value: input.text }
    : { case: "image", value: await pack(input, options) };
}
