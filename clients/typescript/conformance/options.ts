// The configurations of streams as the SDK's options.

import type {
  ClassifyOptions,
  DetectOptions,
  EmbedOptions,
  ModelOptions,
  StreamOptions,
} from "@ocelli/client";
import { ClassifyStreamConfigSchema } from "@ocelli/proto/ocelli/v1/classify_pb";
import { DetectStreamConfigSchema, MaskFormat } from "@ocelli/proto/ocelli/v1/detect_pb";
import { EmbedStreamConfigSchema } from "@ocelli/proto/ocelli/v1/embed_pb";
import {
  type StreamOptions as ContractOptions,
  OverflowPolicy,
} from "@ocelli/proto/ocelli/v1/stream_pb";
import type { JsonObject } from "./json.js";
import { parse } from "./message.js";

/** Reads the configuration of a detection stream. */
export function detectOptions(config: JsonObject): DetectOptions & StreamOptions {
  const { options, ...rest } = parse(DetectStreamConfigSchema, config);
  const { scoreThreshold, iouThreshold, maxDetections, labels, maskFormat } = options ?? {};
  const report = { scoreThreshold, iouThreshold, maxDetections, labels };
  return { ...commonOptions(rest), ...report, maskFormat: maskFormatOf(maskFormat) };
}

/** Reads the configuration of a classification stream. */
export function classifyOptions(config: JsonObject): ClassifyOptions & StreamOptions {
  const { options, ...rest } = parse(ClassifyStreamConfigSchema, config);
  const { topK, scoreThreshold, labels } = options ?? {};
  return { ...commonOptions(rest), topK, scoreThreshold, labels };
}

/** Reads the configuration of an embedding stream. */
export function embedOptions(config: JsonObject): EmbedOptions & StreamOptions {
  const { options, ...rest } = parse(EmbedStreamConfigSchema, config);
  return { ...commonOptions(rest), raw: options?.raw };
}

interface Common {
  readonly model: string;
  readonly modelVersion: string;
  readonly stream?: ContractOptions;
}

function commonOptions({ model, modelVersion, stream }: Common): ModelOptions & StreamOptions {
  if (!stream) {
    return { model, modelVersion };
  }
  const { overflowPolicy, maxFrameAgeMs, maxInFlightFrames } = stream;
  const latest = overflowPolicy === OverflowPolicy.KEEP_LATEST;
  const policy = latest ? "KEEP_LATEST" : "BLOCK";
  return { model, modelVersion, overflowPolicy: policy, maxFrameAgeMs, maxInFlightFrames };
}

function maskFormatOf(format = MaskFormat.UNSPECIFIED): DetectOptions["maskFormat"] {
  const name = MaskFormat[format] as keyof typeof MaskFormat;
  return name === "UNSPECIFIED" ? undefined : name;
}
