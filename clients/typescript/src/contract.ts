// What both entry points export: errors, filters, and the shapes of requests and responses.

export { FieldType, Metric } from "@ocelli/proto/ocelli/v1/collection_pb";
export { ImageWarningReason } from "@ocelli/proto/ocelli/v1/image_pb";
export {
  ColorOrder,
  InputKind,
  ModelState,
  Resize,
  Task,
  TensorLayout,
} from "@ocelli/proto/ocelli/v1/model_pb";
export { RegionUse } from "@ocelli/proto/ocelli/v1/search_pb";
export { DropReason, OverflowPolicy } from "@ocelli/proto/ocelli/v1/stream_pb";
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
export type { ImageData, ImageOptions, RawPixels, Region } from "./image.js";
export type { TextInput } from "./input.js";
export type {
  CallOptions,
  ClassifyOptions,
  CollectionChange,
  DetectOptions,
  DuplicateOptions,
  EmbedOptions,
  Fields,
  ModelOptions,
  NewCollection,
  NewPoint,
  PayloadChange,
  PointOptions,
  PointSelection,
  ReadOptions,
  RegionDetector,
  SearchQuery,
  VectorLike,
} from "./options.js";
export type {
  Alias,
  Box,
  Classification,
  Classified,
  ClassifyResult,
  Collection,
  Detected,
  Detection,
  DetectResult,
  Dropped,
  DuplicateGroup,
  DuplicateProgress,
  Embedded,
  EmbedResult,
  Found,
  Hit,
  ImageWarning,
  IndexedRegion,
  IndexResult,
  Keypoint,
  Mask,
  MaskPolygons,
  MaskRuns,
  Model,
  OrientedBox,
  Point,
  PointError,
  ReadResult,
  ReadText,
  SearchAnswer,
  SearchedRegion,
  StoredPoints,
  StreamWindow,
  TextCorner,
  TextLine,
  Timings,
  Upserted,
  Vector,
} from "./result.js";
export { DEFAULT_RETRY, type RetryPolicy } from "./retry.js";
export { fromStatus } from "./status.js";
export type { Priority, Token } from "./transport.js";
