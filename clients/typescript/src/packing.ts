// Arguments as the contract's messages hold them.

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ClassifyOptionsSchema } from "@ocelli/proto/ocelli/v1/classify_pb";
import { FieldType } from "@ocelli/proto/ocelli/v1/collection_pb";
import { type DetectOptionsSchema, MaskFormat } from "@ocelli/proto/ocelli/v1/detect_pb";
import type { Filter } from "@ocelli/proto/ocelli/v1/filter_pb";
import type { UpdatePayloadRequestSchema } from "@ocelli/proto/ocelli/v1/point_pb";
import { type Vector, VectorSchema } from "@ocelli/proto/ocelli/v1/vector_pb";
import type {
  ClassifyOptions,
  DetectOptions,
  Fields,
  PayloadChange,
  PointSelection,
  VectorLike,
} from "./options.js";

/** Packs what to report of objects. */
export function packDetectOptions(
  options: DetectOptions,
): MessageInitShape<typeof DetectOptionsSchema> {
  const { scoreThreshold, iouThreshold, maxDetections, labels, maskFormat } = options;
  return {
    scoreThreshold,
    iouThreshold,
    maxDetections,
    labels,
    maskFormat: MaskFormat[maskFormat ?? "UNSPECIFIED"],
  };
}

/** Packs what to report of classes. */
export function packClassifyOptions(
  options: ClassifyOptions,
): MessageInitShape<typeof ClassifyOptionsSchema> {
  const { topK, scoreThreshold, labels } = options;
  return { topK, scoreThreshold, labels };
}

/** Packs the schema of a collection. */
export function packFields(fields: Fields): { name: string; type: FieldType }[] {
  return Object.entries(fields).map(([name, type]) => ({ name, type: FieldType[type] }));
}

/** Packs a vector. */
export function packVector(vector: VectorLike): Vector {
  return create(VectorSchema, {
    values: [...(Symbol.iterator in vector ? vector : vector.values)],
  });
}

/** Packs which points a request is about. */
export function packSelection(which: PointSelection): { ids?: string[]; filter?: Filter } {
  return "$typeName" in which ? { filter: which } : { ids: [...which] };
}

/** Packs a change of payloads. */
export function packChange(
  change: PayloadChange,
): MessageInitShape<typeof UpdatePayloadRequestSchema>["change"] {
  if ("merge" in change) {
    return { case: "merge", value: change.merge };
  }
  if ("replace" in change) {
    return { case: "replace", value: change.replace };
  }
  return { case: "deleteKeys", value: { keys: [...change.deleteKeys] } };
}
