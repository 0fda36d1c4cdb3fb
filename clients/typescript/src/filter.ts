// Conditions on the payload of stored points, for whatever takes a filter.
//
//     allOf(equals("label", "cat"), range("year", { gte: 2020 }))
//     noneOf(oneOf("camera", ["gate", "yard"]))
//     matches("note", "night rain")
//
// Fields must be in the collection's schema. A payload value that is a list matches if any of its
// members does.

import { create, fromJson } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@bufbuild/protobuf/wkt";
import { type Filter, FilterSchema } from "@ocelli/proto/ocelli/v1/filter_pb";

export type { Filter };

/** A value that a field can be compared with. */
export type Scalar = string | number | boolean;

/** Bounds of a number; at least one must be set. */
export interface Bounds {
  /** It is greater than this. */
  readonly gt?: number;
  /** It is at least this. */
  readonly gte?: number;
  /** It is less than this. */
  readonly lt?: number;
  /** It is at most this. */
  readonly lte?: number;
}

/** The field has this value. */
export function equals(field: string, value: Scalar): Filter {
  return filter({ case: "equals", value: { field, value: packed(value) } });
}

/** The field, a keyword or an integer, has one of these values. */
export function oneOf(field: string, values: readonly Scalar[]): Filter {
  return filter({ case: "oneOf", value: { field, values: values.map(packed) } });
}

/** The field is a number within these bounds. */
export function range(field: string, bounds: Bounds): Filter {
  return filter({ case: "range", value: { field, ...bounds } });
}

/**
 * The field, a text, has all of these words, 1 to 100, in any order. Case and forms of a letter do not
 * count.
 */
export function matches(field: string, text: string): Filter {
  return filter({ case: "match", value: { field, text } });
}

/** The field, a text, has at least one of these words. */
export function matchesAny(field: string, text: string): Filter {
  return filter({ case: "match", value: { field, text, anyWord: true } });
}

/** All of these hold. */
export function allOf(...filters: Filter[]): Filter {
  return filter({ case: "allOf", value: { filters } });
}

/** At least one of these holds. */
export function anyOf(...filters: Filter[]): Filter {
  return filter({ case: "anyOf", value: { filters } });
}

/** None of these holds. */
export function noneOf(...filters: Filter[]): Filter {
  return filter({ case: "noneOf", value: { filters } });
}

type Condition = NonNullable<
  NonNullable<Parameters<typeof create<typeof FilterSchema>>[1]>["condition"]
>;

function filter(condition: Condition): Filter {
  return create(FilterSchema, { condition });
}

function packed(value: Scalar): Value {
  return fromJson(ValueSchema, value);
}
