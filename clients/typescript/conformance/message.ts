// Messages of the contract to and from JSON.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createRegistry,
  type DescMessage,
  type DescService,
  fromBinary,
  fromJson,
  type MessageShape,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { file_google_rpc_error_details } from "@ocelli/proto/google/rpc/error_details_pb";
import { file_ocelli_v1_classify } from "@ocelli/proto/ocelli/v1/classify_pb";
import { file_ocelli_v1_collection } from "@ocelli/proto/ocelli/v1/collection_pb";
import { file_ocelli_v1_detect } from "@ocelli/proto/ocelli/v1/detect_pb";
import { file_ocelli_v1_embed } from "@ocelli/proto/ocelli/v1/embed_pb";
import { file_ocelli_v1_model } from "@ocelli/proto/ocelli/v1/model_pb";
import { file_ocelli_v1_point } from "@ocelli/proto/ocelli/v1/point_pb";
import { file_ocelli_v1_read } from "@ocelli/proto/ocelli/v1/read_pb";
import { file_ocelli_v1_search } from "@ocelli/proto/ocelli/v1/search_pb";
import { isObject, type Json, type JsonObject } from "./json.js";

const registry = createRegistry(
  file_google_rpc_error_details,
  file_ocelli_v1_classify,
  file_ocelli_v1_collection,
  file_ocelli_v1_detect,
  file_ocelli_v1_embed,
  file_ocelli_v1_model,
  file_ocelli_v1_point,
  file_ocelli_v1_read,
  file_ocelli_v1_search,
);

/** Finds a service of the contract, such as `DetectService`. */
export function serviceOf(name: string): DescService {
  const found = registry.getService(`ocelli.v1.${name}`);
  if (!found) {
    throw new Error(`the contract has no service ${name}`);
  }
  return found;
}

/** Parses a message. */
export function parse<Desc extends DescMessage>(desc: Desc, json: Json): MessageShape<Desc> {
  return fromJson(desc, json, { registry });
}

/** Prints a message. */
export function print<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): Json {
  return toJson(desc, message, { registry }) as Json;
}

/** Prints a plain object of the SDK's as the message that it was; undefined if there is none. */
export function printPlain(desc: DescMessage, found: object | undefined): Json | undefined {
  return found && print(desc, parse(desc, JSON.parse(JSON.stringify(found))));
}

/** Encodes a message of a type by that name, given in JSON, in base64. */
export function encode(type: string, json: Json): string {
  const desc = typeOf(type);
  return Buffer.from(toBinary(desc, parse(desc, json))).toString("base64");
}

/** Decodes a message into JSON. */
export function decode(type: string, base64: string): Json {
  const desc = typeOf(type);
  return toJson(desc, fromBinary(desc, Buffer.from(base64, "base64")), { registry }) as Json;
}

/** Puts base64 in place of the objects that stand for bytes. */
export function withBytes(json: Json, folder: string): Json {
  if (Array.isArray(json)) {
    return json.map((element) => withBytes(element, folder));
  }
  if (!isObject(json)) {
    return json;
  }
  if (typeof json.$file === "string") {
    return readFileSync(join(folder, json.$file)).toString("base64");
  }
  if (typeof json.$zeros === "number") {
    return Buffer.alloc(json.$zeros).toString("base64");
  }
  const entries = Object.entries(json).map(([key, value]) => [key, withBytes(value, folder)]);
  return Object.fromEntries(entries) as JsonObject;
}

function typeOf(name: string): DescMessage {
  const found = registry.getMessage(name);
  if (!found) {
    throw new Error(`the contract has no message ${name}`);
  }
  return found;
}
