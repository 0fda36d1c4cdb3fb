// What calls return: the contract's messages, with what the contract promises to set as set.

import type * as detect from "@ocelli/proto/ocelli/v1/detect_pb";
import type * as embed from "@ocelli/proto/ocelli/v1/embed_pb";
import type { Box } from "@ocelli/proto/ocelli/v1/image_pb";
import type * as search from "@ocelli/proto/ocelli/v1/search_pb";
import type { Timings } from "@ocelli/proto/ocelli/v1/timings_pb";

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

/** The vector of one image, and where the time went. */
export type Embedded = embed.EmbedResult & { timings: Timings };

/** The points found, nearest first. */
export type Found = Omit<search.SearchResponse, "timings"> & { timings: Timings };
