// What calls return: the contract's messages, with what the contract promises to set as set.

import type * as detect from "@ocelli/proto/ocelli/v1/detect_pb";
import type * as embed from "@ocelli/proto/ocelli/v1/embed_pb";
import type { Box } from "@ocelli/proto/ocelli/v1/image_pb";
import type * as search from "@ocelli/proto/ocelli/v1/search_pb";
import type { Timings } from "@ocelli/proto/ocelli/v1/timings_pb";
import type { Vector } from "@ocelli/proto/ocelli/v1/vector_pb";
import type { OcelliError } from "./error.js";

/** One found object. */
export type Detection = Omit<detect.Detection, "box"> & {
  /** Where it is, in float pixels of the upright image: origin top-left, maxima exclusive. */
  box: Box;
};

/** What was found in one image. */
export type DetectResult = Omit<detect.DetectResult, "detections"> & {
  /** The objects, best score first. */
  detections: Detection[];
};

/** The objects of one image, and where the time went. */
export type Detected = DetectResult & { timings: Timings };

/** The vector of one image or text. */
export type EmbedResult = Omit<embed.EmbedResult, "vector"> & { vector: Vector };

/** The vector of one image or text, and where the time went. */
export type Embedded = EmbedResult & { timings: Timings };

/** The points found, nearest first. */
export type Found = Omit<search.SearchResponse, "timings"> & { timings: Timings };

/** What became of one search of a batch: either `result` or `error` is set. */
export type SearchAnswer =
  | { result: Found; error?: undefined }
  | { result?: undefined; error: OcelliError };

/** What became of points. */
export interface Upserted {
  /** How many were stored. */
  stored: number;
  /** Why the others were not, by their position in the request. */
  errors: Map<number, OcelliError>;
}
