// Conditions on payloads, as people choose them.

import {
  allOf,
  type Collection,
  equals,
  FieldType,
  type Filter,
  noneOf,
  range,
} from "@ocelli/client/web";

/** How a field and a value are compared. */
export const COMPARISONS = ["is", "is not", "at least", "at most"] as const;

/** One of them. */
export type Comparison = (typeof COMPARISONS)[number];

/** One condition. */
export interface Condition {
  readonly field: string;
  readonly comparison: Comparison;
  readonly value: string | number | boolean;
}

/** A field of a collection's schema. */
export type Field = Collection["fields"][number];

/** Which comparisons make sense for a field. */
export function comparisonsOf({ type }: Field): readonly Comparison[] {
  const isNumber = type === FieldType.INTEGER || type === FieldType.FLOAT;
  return isNumber ? COMPARISONS : COMPARISONS.slice(0, 2);
}

/** Reads a value as it is typed; undefined if it is none of the field's type. */
export function parseValue({ type }: Field, text: string): Condition["value"] | undefined {
  if (type === FieldType.BOOL) {
    return { true: true, false: false }[text.trim().toLowerCase()];
  }
  if (type === FieldType.INTEGER || type === FieldType.FLOAT) {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    const fits = type === FieldType.FLOAT ? Number.isFinite(value) : Number.isSafeInteger(value);
    return fits ? value : undefined;
  }
  return text === "" ? undefined : text;
}

/** A condition as a chip shows it. */
export function captionOf({ field, comparison, value }: Condition): string {
  const sign = { is: "=", "is not": "≠", "at least": "≥", "at most": "≤" }[comparison];
  return `${field} ${sign} ${value}`;
}

/** All conditions as one filter; undefined if there are none. */
export function filterOf(conditions: readonly Condition[]): Filter | undefined {
  const filters = conditions.map((condition) => FILTERS[condition.comparison](condition));
  return filters.length > 1 ? allOf(...filters) : filters[0];
}

const FILTERS: Record<Comparison, (condition: Condition) => Filter> = {
  is: ({ field, value }) => equals(field, value),
  "is not": ({ field, value }) => noneOf(equals(field, value)),
  "at least": ({ field, value }) => range(field, { gte: Number(value) }),
  "at most": ({ field, value }) => range(field, { lte: Number(value) }),
};
