// What calls take and give, where it is not the contract's own messages.

import type { JsonObject } from "@bufbuild/protobuf";
import type { FieldType, Filter, Metric } from "@ocelli/proto/ocelli/v1/collection_pb";
import type { OcelliError } from "./error.js";
import type { Region } from "./image.js";

/** What any call takes. */
export interface CallOptions {
  /** Milliseconds that it may take. Unset: the client's. */
  timeoutMs?: number;
  /** Ends it early, with an error of the code `CANCELLED`. */
  signal?: AbortSignal;
}

/** How objects are to be found. What is unset is the server's or the model's default. */
export interface DetectOptions {
  /** Name of a model with the task "detect". */
  model?: string;
  /** Lowest score to report, 0 to 1. */
  scoreThreshold?: number;
  /** Largest overlap (intersection over union, 0 to 1) of two boxes of one class. */
  iouThreshold?: number;
  /** Most objects to report, best first, 1 to 1000. */
  maxDetections?: number;
  /** Report only these labels. */
  labels?: string[];
}

/** How an image is to be embedded. */
export interface EmbedOptions {
  /** Name of a model with the task "embed". Unset: the server's default. */
  model?: string;
  /** Return the vector as the model gave it instead of scaled to length 1. */
  raw?: boolean;
}

/** What to be near to: exactly one of `image`, `vector` and `id`. */
export interface SearchQuery<P> {
  /** An image, embedded by the collection's model. */
  image?: P;
  /** The part of the image to look at. */
  region?: Region;
  /** A vector of the collection's dimension. */
  vector?: Iterable<number>;
  /** Id of a stored point, which is not among the hits itself. */
  id?: string;
  /** Only points that match. */
  filter?: Filter;
  /** Most hits to return, 1 to 1000. Unset: 10. */
  limit?: number;
  /** Worst score to return: lowest for cosine and dot, highest for Euclid. */
  scoreThreshold?: number;
  /** Return the hits' vectors too. */
  withVectors?: boolean;
  /** Leave the hits' payloads out. */
  withoutPayload?: boolean;
}

/** A collection to create. */
export interface NewCollection {
  /** Its name. */
  name: string;
  /** Length of its vectors. Unset: that of the model. */
  dimension?: number;
  /** How likeness is measured. Unset: `COSINE`. */
  metric?: Exclude<keyof typeof Metric, "UNSPECIFIED">;
  /** Types of the payload fields that filters may name. */
  fields?: Record<string, Exclude<keyof typeof FieldType, "UNSPECIFIED">>;
  /** The model that embeds its images. Unset: the default one, or none if `dimension` is set. */
  model?: string;
}

/** A vector to store, with what is to be known of it. */
export interface NewPoint {
  /** Its id; a stored point of the same id is replaced. */
  id: string;
  /** As many finite values as the collection's dimension. */
  vector: Iterable<number>;
  /** Anything that JSON can say. */
  payload?: JsonObject;
}

/** What became of points. */
export interface Upserted {
  /** How many were stored. */
  stored: number;
  /** Why the others were not, by their position in the request. */
  errors: Map<number, OcelliError>;
}
