// What both entry points export: errors, filters, and the shapes of questions and answers.

export type { Collection, Point } from "@ocelli/proto/ocelli/v1/collection_pb";
export type { EmbedResult } from "@ocelli/proto/ocelli/v1/embed_pb";
export type { Model } from "@ocelli/proto/ocelli/v1/model_pb";
export type { Box } from "@ocelli/proto/ocelli/v1/image_pb";
export type { GetPointsResponse, Hit } from "@ocelli/proto/ocelli/v1/search_pb";
export type { Dropped } from "@ocelli/proto/ocelli/v1/stream_pb";
export type { Timings } from "@ocelli/proto/ocelli/v1/timings_pb";
export { type FieldViolation, OcelliError, type Reason, type StatusCode } from "./error.js";
export * from "./filter.js";
export type {
  Frame,
  FrameAnswer,
  FrameIdentity,
  FrameLike,
  FrameOutcome,
  Frames,
} from "./frame.js";
export type {
  CallOptions,
  DetectOptions,
  EmbedOptions,
  NewCollection,
  NewPoint,
  SearchQuery,
  Upserted,
} from "./options.js";
export type { ImageData, RawPixels, Region } from "./image.js";
export type { Detected, Detection, DetectResult, Embedded, Found } from "./result.js";
export { DEFAULT_RETRY, type RetryPolicy } from "./retry.js";
export { fromStatus } from "./status.js";
export type { Token } from "./transport.js";
