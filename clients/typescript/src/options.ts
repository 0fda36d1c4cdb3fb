// What calls take and give, where it is not the contract's own messages.

import type { JsonObject } from "@bufbuild/protobuf";
import type { FieldType, Metric } from "@ocelli/proto/ocelli/v1/collection_pb";
import type { MaskFormat } from "@ocelli/proto/ocelli/v1/detect_pb";
import type { Filter } from "@ocelli/proto/ocelli/v1/filter_pb";
import type { RegionUse } from "@ocelli/proto/ocelli/v1/search_pb";
import type { ImageOptions } from "./image.js";
import type { DuplicateProgress } from "./result.js";

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

/** How the text of an image is to be read. */
export interface ReadOptions extends ModelOptions {
  /** Lowest score of a line to report, 0 to 1. Unset: the model's default. */
  scoreThreshold?: number;
  /** Most lines to read, the surest to be text, 1 to 1000. Unset: 200. */
  maxLines?: number;
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
  /** Nearest hits, or groups, to pass over; with `limit` at most 10 000. */
  offset?: number;
  /**
   * A field of the collection, a keyword or an integer: of the points that share a value there only the
   * nearest is a hit, of one with several values by the first of them. A point without the field stands
   * for itself.
   */
  groupBy?: string;
  /** Worst score to return: lowest for cosine and dot, highest for Euclid. */
  scoreThreshold?: number;
  /** Return the hits' payloads. Unset: true. */
  withPayload?: boolean;
  /** Return the hits' vectors. Unset: false. */
  withVector?: boolean;
  /**
   * Which part of an image to search with, if the collection has a detector. `WHOLE`: the `region`, else
   * the whole image. `EACH`: every detection by itself, each with hits of its own. Unset: the `region`,
   * else the best detection, else the whole image.
   */
  regionUse?: Exclude<keyof typeof RegionUse, "UNSPECIFIED">;
}

/** Among which points to look for duplicates, and what to tell of them. */
export interface DuplicateOptions {
  /** Only points that match. */
  filter?: Filter;
  /** Return the points' payloads. Unset: false. */
  withPayload?: boolean;
  /** Called while points are looked at, before the first group comes. */
  onProgress?: (progress: DuplicateProgress) => void;
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
  /** Finds the parts of images that are embedded and stored by themselves. Unset: the whole is. */
  detector?: RegionDetector;
}

/**
 * Finds the parts of an image that are embedded and stored by themselves: objects, faces.
 *
 * Indexing then stores a point for each, with the id `IMAGE_ID#N`, N counting from 0, in place of all
 * that were stored for the image before. To its payload are added `image_id`, `label`, `score`,
 * `x_min`, `y_min`, `x_max` and `y_max`, in pixels of the upright image, which filters may name.
 */
export interface RegionDetector {
  /** Name of a detection model. Unset: the server's default. */
  model?: string;
  /** Keep only these labels. */
  labels?: string[];
  /** Lowest score to keep, 0 to 1. Unset: the model's own. */
  minScore?: number;
  /** Shortest side of a region to keep, in pixels of the upright image. */
  minSizePx?: number;
  /** Most regions of an image, those of the highest scores, 1 to 100. Unset: 16. */
  maxRegions?: number;
  /** What to add to every side of a region, as a share of its width and height, 0 to 1. */
  margin?: number;
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
