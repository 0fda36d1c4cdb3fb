// The stream that embeds and stores, as a `StreamCall`.

import { create, type JsonObject } from "@bufbuild/protobuf";
import type { Client as Stub } from "@connectrpc/connect";
import {
  IndexStreamRequestSchema,
  type IndexStreamResponse,
  type PointService,
} from "@ocelli/proto/ocelli/v1/point_pb";
import type { StreamCall } from "./bidi.js";
import type { OcelliError } from "./error.js";
import type { ImageOptions, Pack } from "./image.js";
import { isText, packInput, setInput } from "./input.js";
import { type IndexResult, readIndexResult, readTimings, type Timings } from "./result.js";
import { fromStatus } from "./status.js";

/** One image or text to embed and store. */
export type IndexItem<P> = {
  /** Id of the point: 1 to 256 bytes of UTF-8. */
  readonly id: string;
  /** What is to be kept with the vector: any JSON object. */
  readonly payload?: JsonObject | undefined;
} & (
  | (ImageOptions & {
      /** The image. */
      readonly image: P;
    })
  | {
      /** The text, for a model that takes texts. */
      readonly text: string;
    }
);

/** What became of one item of an indexing stream: either `result` or `error` is set. */
export type IndexAnswer = {
  /** Id of the point. */
  readonly id: string;
} & (
  | { readonly result: IndexResult; readonly timings: Timings; readonly error?: undefined }
  | { readonly result?: undefined; readonly timings?: undefined; readonly error: OcelliError }
);

/** Embeds and stores images and texts. */
export function indexStream<P>(
  stub: Stub<typeof PointService>,
  pack: Pack<P>,
  collection: string,
): StreamCall<typeof IndexStreamRequestSchema, IndexStreamResponse, IndexItem<P>, IndexAnswer> {
  return {
    schema: IndexStreamRequestSchema,
    config: create(IndexStreamRequestSchema, {
      message: { case: "config", value: { collection } },
    }),
    open: (messages, call) => stub.indexStream(messages, call),
    pack: async (item) => {
      const { id, payload } = item;
      const { image, ...options } = isText(item) ? { image: item } : item;
      const value = { id, input: await packInput(pack, image, options), payload };
      return create(IndexStreamRequestSchema, { message: { case: "item", value } });
    },
    inputOf: ({ message }) => (message.case === "item" ? setInput(message.value.input) : undefined),
    packBlank: ({ id }) =>
      create(IndexStreamRequestSchema, { message: { case: "item", value: { id } } }),
    fail: ({ id }, _position, error) => ({ id, error }),
    readWindow: ({ message }) => (message.case === "window" ? message.value : undefined),
    readAnswer: ({ message }) => {
      if (message.case !== "answer") {
        return undefined;
      }
      const { id, outcome, timings } = message.value;
      return outcome.case === "error"
        ? { id, error: fromStatus(outcome.value) }
        : { id, result: readIndexResult(outcome.value), timings: readTimings(timings) };
    },
  };
}
