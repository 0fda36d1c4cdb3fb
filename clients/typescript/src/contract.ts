// What both entry points export: errors, filters, and the shapes of requests and responses.

export { type Collection, FieldType, Metric } from "@ocelli/proto/ocelli/v1/collection_pb";
export type { Box } from "@ocelli/proto/ocelli/v1/image_pb";
export {
  ColorOrder,
  type Model,
  ModelState,
  Resize,
  Task,
  TensorLayout,
} from "@ocelli/proto/ocelli/v1/model_pb";
export type { GetPointsResponse, IndexResult, Point } from "@ocelli/proto/ocelli/v1/point_pb";
export type { Hit } from "@ocelli/proto/ocelli/v1/search_pb";
export {
  type Dropped,
  DropReason,
  OverflowPolicy,
  type StreamWindow,
} from "@ocelli/proto/ocelli/v1/stream_pb";
export type { Timings } from "@ocelli/proto/ocelli/v1/timings_pb";
export type { Vector } from "@ocelli/proto/ocelli/v1/vector_pb";
export { type FieldViolation, OcelliError, type Reason, type StatusCode } from "./error.js";
export * from "./filter.js";
export type {
  EmbedFrameLike,
  Frame,
  FrameAnswer,
  FrameIdentity,
  FrameLike,
  FrameOutcome,
  Frames,
  TextFrame,
} from "./frame.js";
export type { ImageData, RawPixels, Region } from "./image.js";
export type { TextInput } from "./input.js";
export type {
  CallOptions,
  CollectionChange,
  DetectOptions,
  EmbedOptions,
  Fields,
  NewCollection,
  NewPoint,
  PayloadChange,
  PointOptions,
  PointSelection,
  SearchQuery,
  VectorLike,
} from "./options.js";
export type {
  Detected,
  Detection,
  DetectResult,
  Embedded,
  EmbedResult,
  Found,
  SearchAnswer,
  Upserted,
} from "./result.js";
export { DEFAULT_RETRY, type RetryPolicy } from "./retry.js";
export { fromStatus } from "./status.js";
export type { Token } from "./transport.js";
