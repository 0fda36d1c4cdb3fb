// What calls take and give, where it is not the contract's own messages.

import type { JsonObject } from "@bufbuild/protobuf";
import type { FieldType, Metric } from "@ocelli/proto/ocelli/v1/collection_pb";
import type { MaskFormat } from "@ocelli/proto/ocelli/v1/detect_pb";
import type { Filter } from "@ocelli/proto/ocelli/v1/filter_pb";
import type { ImageOptions } from "./image.js";

/** What any call takes. */
export interface CallOptions {
  /** Milliseconds that it may take, 0: any; of a walk over pages, each page. Unset: the client's. */
  timeoutMs?: number;
  /** Ends it early: it rejects with an `AbortError`, as the platform's own calls do. */
  signal?: AbortSignal;
}

/** Which model is to look or read. */
export interface ModelOptions {
  /** Name of a model for the task. Unset: the server's default. */
  model?: string;
  /** One of the model's `versions`. Unset: the newest, or for its share of the calls the canary. */
  modelVersion?: string;
}

/** How objects are to be found. What is unset is the server's or the model's default. */
export interface DetectOptions extends ModelOptions {
  /** Lowest score to report, 0 to 1. */
  scoreThreshold?: number;
  /** Largest overlap (intersection over union, 0 to 1) of two boxes of one class. */
  iouThreshold?: number;
  /** Most objects to report, best first, 1 to 1000. */
  maxDetections?: number;
  /** Report only these labels. */
  labels?: string[];
  /**
   * How to tell which pixels belong to each object, if the model finds them. Unset: not at all, which
   * is faster.
   */
  maskFormat?: Exclude<keyof typeof MaskFormat, "UNSPECIFIED">;
}

/** What is to be said of an image. */
export interface ClassifyOptions extends ModelOptions {
  /** Most classes to report, best first, 1 to 1000. Unset: 5. */
  topK?: number;
  /** Lowest score to report, 0 to 1. Unset: 0. */
  scoreThreshold?: number;
  /** Report only these labels. Scores stay those among all classes. */
  labels?: string[];
}

/** How an image or text is to be embedded. */
export interface EmbedOptions extends ModelOptions {
  /** Return the vector as the model gave it instead of scaled to length 1. */
  raw?: boolean;
}

/** A vector: of an embedding or a stored point, or its values. */
export type VectorLike = { readonly values: readonly number[] } | Iterable<number>;

/** What to be near to: exactly one of `image`, `text`, `vector` and `id`. */
export interface SearchQuery<P> extends ImageOptions {
  /** An image, embedded by the collection's model. */
  image?: P;
  /** A text, embedded by the collection's model if it takes texts or shares a space with one. */
  text?: string;
  /** A vector of the collection's dimension. */
  vector?: VectorLike;
  /** Id of a stored point, which is not among the hits itself. */
  id?: string;
  /** Only points that match. */
  filter?: Filter;
  /** Most hits to return, 1 to 1000. Unset: 10. */
  limit?: number;
  /** Worst score to return: lowest for cosine and dot, highest for Euclid. */
  scoreThreshold?: number;
  /** Return the hits' payloads. Unset: true. */
  withPayload?: boolean;
  /** Return the hits' vectors. Unset: false. */
  withVector?: boolean;
}

/** Types of the payload fields that filters may name. */
export type Fields = Record<string, Exclude<keyof typeof FieldType, "UNSPECIFIED">>;

/** A collection to create. */
export interface NewCollection {
  /** Its name. */
  name: string;
  /** Length of its vectors. Unset: that of the model. */
  dimension?: number;
  /** How likeness is measured. Unset: `COSINE`. */
  metric?: Exclude<keyof typeof Metric, "UNSPECIFIED">;
  /** Types of the payload fields that filters may name. */
  fields?: Fields;
  /** The model that embeds its images. Unset: the default one, or none if `dimension` is set. */
  model?: string;
}

/** What to change in a collection. What is unset stays. */
export interface CollectionChange {
  /** The model that embeds its images, of the collection's dimension; empty: none. */
  model?: string;
  /** Fields to add. Those that it has stay. */
  fields?: Fields;
}

/** A vector to store, with what is to be known of it. */
export interface NewPoint {
  /** Its id; a stored point of the same id is replaced. */
  id: string;
  /** As many finite values as the collection's dimension. */
  vector: VectorLike;
  /** Any JSON object. */
  payload?: JsonObject;
}

/** What to return of stored points. */
export interface PointOptions {
  /** Return payloads. Unset: true. */
  withPayload?: boolean;
  /** Return vectors. Unset: false. */
  withVector?: boolean;
}

/** Which stored points to change: 1 to 1000 ids, or all that match a filter. */
export type PointSelection = readonly string[] | Filter;

/** How to change payloads: exactly one of these. */
export type PayloadChange =
  /** Set these keys, and leave others as they are. */
  | { merge: JsonObject }
  /** Put this in place of the payload. */
  | { replace: JsonObject }
  /** Take these keys away. */
  | { deleteKeys: readonly string[] };
