// What calls return: the contract's messages as plain objects, with what the contract promises to set
// as set.

import * as classify from "@ocelli/proto/ocelli/v1/classify_pb";
import * as collection from "@ocelli/proto/ocelli/v1/collection_pb";
import * as detect from "@ocelli/proto/ocelli/v1/detect_pb";
import * as embed from "@ocelli/proto/ocelli/v1/embed_pb";
import type * as image from "@ocelli/proto/ocelli/v1/image_pb";
import * as model from "@ocelli/proto/ocelli/v1/model_pb";
import * as point from "@ocelli/proto/ocelli/v1/point_pb";
import * as reading from "@ocelli/proto/ocelli/v1/read_pb";
import * as search from "@ocelli/proto/ocelli/v1/search_pb";
import * as stream from "@ocelli/proto/ocelli/v1/stream_pb";
import * as timings from "@ocelli/proto/ocelli/v1/timings_pb";
import type * as vector from "@ocelli/proto/ocelli/v1/vector_pb";
import type { OcelliError } from "./error.js";
import { type Plain, plain } from "./plain.js";

/** Where an object is, in float pixels of the upright image: origin top-left, maxima exclusive. */
export type Box = Plain<image.Box>;
/** Something to know of an image that was used all the same. */
export type ImageWarning = Plain<image.ImageWarning>;
/** Where the time went, in microseconds. */
export type Timings = Plain<timings.Timings>;
/** The values of a vector. */
export type Vector = Plain<vector.Vector>;
/** A model and how it describes itself. */
export type Model = Plain<model.Model>;
/** A collection. */
export type Collection = Plain<collection.Collection>;
/** Another name of a collection. */
export type Alias = Plain<collection.Alias>;
/** A stored point. */
export type Point = Plain<point.Point>;
/** Stored points, and the ids that do not exist. */
export type StoredPoints = Plain<point.GetPointsResponse>;
/** One found point. */
export type Hit = Plain<search.Hit>;
/** Why a frame was not looked at. */
export type Dropped = Plain<stream.Dropped>;
/** What a stream may have in flight. */
export type StreamWindow = Plain<stream.StreamWindow>;
/** A part of an image that was stored. */
export type IndexedRegion = Omit<Plain<point.IndexedRegion>, "box"> & { box: Box };

/** What was stored of an item. */
export type IndexResult = Omit<Plain<point.IndexResult>, "regions"> & {
  /** The parts of the image that were stored, if the collection has a detector. */
  regions: IndexedRegion[];
};

/** Which pixels belong to an object: `runs` or `polygons`, as the call asked for. */
export type Mask = Plain<detect.Mask>;
/** A mask as lengths of runs, which alternate between pixels outside and inside the object. */
export type MaskRuns = Plain<detect.MaskRuns>;
/** A mask as outlines. */
export type MaskPolygons = Plain<detect.MaskPolygons>;
/** A point of an object, such as a joint. */
export type Keypoint = Plain<detect.Keypoint>;
/** A rectangle that may stand at an angle. */
export type OrientedBox = Plain<detect.OrientedBox>;

/** One found object. */
export type Detection = Omit<Plain<detect.Detection>, "box"> & { box: Box };

/** What was found in one image. */
export type DetectResult = Omit<Plain<detect.DetectResult>, "detections"> & {
  /** The objects, best score first. */
  detections: Detection[];
};

/** The objects of one image, and where the time went. */
export type Detected = DetectResult & { timings: Timings };

/** A class that an image may show. */
export type Classification = Plain<classify.Classification>;

/** What one image shows, best score first. */
export type ClassifyResult = Plain<classify.ClassifyResult>;

/** What one image shows, and where the time went. */
export type Classified = ClassifyResult & { timings: Timings };

/** A line of text. Its corners are in the order of reading: where it begins and ends at its top, then below. */
export type TextLine = Plain<reading.TextLine>;

/** A corner of a line of text, in float pixels of the upright image. */
export type TextCorner = Plain<reading.TextCorner>;

/** What one image says: lines from top to bottom, and from left to right beside each other. */
export type ReadResult = Plain<reading.ReadResult>;

/** What one image says, and where the time went. */
export type ReadText = ReadResult & { timings: Timings };

/** The vector of one image or text. */
export type EmbedResult = Omit<Plain<embed.EmbedResult>, "vector"> & { vector: Vector };

/** The vector of one image or text, and where the time went. */
export type Embedded = EmbedResult & { timings: Timings };

/** A part of an image that was searched with. */
export type SearchedRegion = Omit<Plain<search.SearchedRegion>, "box"> & { box: Box };

/** The points found, nearest first. */
export type Found = Omit<Plain<search.SearchResponse>, "regions" | "timings"> & {
  /**
   * What was searched with, if the collection has a detector: one region, or with `regionUse: "EACH"` all
   * that were found, best first, each with hits of its own.
   */
  regions: SearchedRegion[];
  timings: Timings;
};

/** What became of one search of a batch: either `result` or `error` is set. */
export type SearchAnswer =
  | { result: Found; error?: undefined }
  | { result?: undefined; error: OcelliError };

/** Points that are nearly the same. The score of each is that of the nearest other one. */
export type DuplicateGroup = Plain<search.DuplicateGroup>;
/** How far a search for duplicates has come. */
export type DuplicateProgress = Plain<search.FindDuplicatesProgress>;

/** What became of points. */
export interface Upserted {
  /** How many were stored. */
  stored: number;
  /** Why the others were not. */
  errors: PointError[];
}

/** Why a point was not stored. */
export interface PointError {
  /** Its position in the request, from 0. */
  index: number;
  /** Its id. */
  id: string;
  /** Why. */
  error: OcelliError;
}

// The contract promises what these types have beyond its messages.

/** Reads what was found in an image. */
export function readDetectResult(result: detect.DetectResult | undefined): DetectResult {
  return plain(detect.DetectResultSchema, result) as DetectResult;
}

/** Reads what an image shows. */
export function readClassifyResult(result: classify.ClassifyResult | undefined): ClassifyResult {
  return plain(classify.ClassifyResultSchema, result);
}

/** Reads what an image says. */
export function readReadResult(result: reading.ReadResult | undefined): ReadResult {
  return plain(reading.ReadResultSchema, result);
}

/** Reads a vector. */
export function readEmbedResult(result: embed.EmbedResult | undefined): EmbedResult {
  return plain(embed.EmbedResultSchema, result) as EmbedResult;
}

/** Reads what was stored. */
export function readIndexResult(result: point.IndexResult | undefined): IndexResult {
  return plain(point.IndexResultSchema, result) as IndexResult;
}

/** Reads where the time went. */
export function readTimings(found: timings.Timings | undefined): Timings {
  return plain(timings.TimingsSchema, found);
}

/** Reads what a search found. */
export function readFound(found: search.SearchResponse | undefined): Found {
  return plain(search.SearchResponseSchema, found) as Found;
}

/** Reads points that are nearly the same. */
export function readDuplicateGroup(found: search.DuplicateGroup): DuplicateGroup {
  return plain(search.DuplicateGroupSchema, found);
}

/** Reads how far a search for duplicates has come. */
export function readDuplicateProgress(found: search.FindDuplicatesProgress): DuplicateProgress {
  return plain(search.FindDuplicatesProgressSchema, found);
}

/** Reads a model. */
export function readModel(found: model.Model | undefined): Model {
  return plain(model.ModelSchema, found);
}

/** Reads a collection. */
export function readCollection(found: collection.Collection | undefined): Collection {
  return plain(collection.CollectionSchema, found);
}

/** Reads another name of a collection. */
export function readAlias(found: collection.Alias): Alias {
  return plain(collection.AliasSchema, found);
}

/** Reads a stored point. */
export function readPoint(found: point.Point): Point {
  return plain(point.PointSchema, found);
}

/** Reads stored points. */
export function readStoredPoints(found: point.GetPointsResponse): StoredPoints {
  return plain(point.GetPointsResponseSchema, found);
}

/** Reads why a frame was not looked at. */
export function readDropped(found: stream.Dropped): Dropped {
  return plain(stream.DroppedSchema, found);
}

/** Reads a window. */
export function readStreamWindow(found: stream.StreamWindow): StreamWindow {
  return plain(stream.StreamWindowSchema, found);
}
