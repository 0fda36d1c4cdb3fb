// Whether values match what is expected of them.

import type { OcelliError } from "@ocelli/client";
import { isObject, type Json, type JsonObject } from "./json.js";

const TOLERANCE = 1e-4;

/** Tells in one line how a value differs from what is expected; undefined if it matches. */
export function difference(
  expected: Json,
  found: Json | undefined,
  path: string,
): string | undefined {
  if (isObject(expected)) {
    const matcher = Object.keys(expected).find((key) => key.startsWith("$"));
    if (matcher) {
      return holds(expected, found) ? undefined : differs(path, expected, found);
    }
    if (found !== undefined && !isObject(found)) {
      return differs(path, expected, found);
    }
    return first(Object.entries(expected), ([key, value]) =>
      difference(value, found?.[key], `${path}.${key}`),
    );
  }
  if (Array.isArray(expected)) {
    const elements = found ?? [];
    if (!Array.isArray(elements) || elements.length !== expected.length) {
      return differs(path, expected, found);
    }
    return first([...expected.entries()], ([at, value]) =>
      difference(value, elements[at], `${path}[${at}]`),
    );
  }
  if (typeof expected === "number") {
    return isNear(expected, found ?? 0, TOLERANCE + TOLERANCE * Math.abs(expected))
      ? undefined
      : differs(path, expected, found);
  }
  const isDefault = expected === "" || expected === "0" || expected === false;
  return found === expected || (found === undefined && isDefault)
    ? undefined
    : differs(path, expected, found);
}

/** Tells in one line how an error differs from what is expected; undefined if it matches. */
export function errorDifference(
  expected: JsonObject,
  found: OcelliError | undefined,
): string | undefined {
  if (!found) {
    return `expected the error ${shown(expected)}, but there was none`;
  }
  const facts: JsonObject = {
    code: found.code,
    reason: found.reason ?? "",
    fields: found.fieldViolations.map(({ field }) => field),
    resource: found.resource,
    retry: found.retryAfterMs !== undefined && found.isRetryable,
    quota: found.quota,
    hint: found.hint !== "",
  };
  const differing = difference(expected, facts, "error");
  return differing && `${differing}: ${found.message}`;
}

/** A value in one short line. */
export function shown(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

/** The first difference that a check of the items finds. */
export function first<T>(
  items: readonly T[],
  check: (item: T) => string | undefined,
): string | undefined {
  for (const item of items) {
    const found = check(item);
    if (found) {
      return found;
    }
  }
  return undefined;
}

function holds(matcher: JsonObject, found: Json | undefined): boolean {
  const { $near, $within, $between, $length, $starts, $contains, $nonempty } = matcher;
  if ($near !== undefined) {
    return isNear(Number($near), found ?? 0, Number($within));
  }
  if (Array.isArray($between)) {
    const number = typeof found === "string" ? Number(found) : (found ?? 0);
    const [low, high] = $between as [number, number];
    return typeof number === "number" && low <= number && number <= high;
  }
  if ($length !== undefined) {
    const measured = found ?? [];
    return (Array.isArray(measured) || typeof measured === "string") && measured.length === $length;
  }
  if (Array.isArray($starts)) {
    const start = Array.isArray(found) ? found.slice(0, $starts.length) : found;
    return difference($starts, start, "") === undefined;
  }
  if ($contains !== undefined) {
    return Array.isArray(found)
      ? found.some((element) => difference($contains, element, "") === undefined)
      : typeof found === "string" && found.includes(String($contains));
  }
  if ($nonempty !== undefined) {
    return !(found === undefined || found === "" || found === 0 || isEmptyArray(found));
  }
  throw new Error(`there is no matcher ${shown(matcher)}`);
}

function isNear(expected: number, found: Json, within: number): boolean {
  return typeof found === "number" && Math.abs(found - expected) <= within;
}

function isEmptyArray(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}

function differs(path: string, expected: Json, found: Json | undefined): string {
  return `${path}: expected ${shown(expected)}, found ${shown(found)}`;
}
